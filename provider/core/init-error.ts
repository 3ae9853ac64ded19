import { VpsorgError } from "../api/errors";
import type { ErrorCode } from "../api/errors";

/**
 * A resource exists although its operation did not end well: Pulumi's "initialization failed". It carries what state
 * has to hold, so that the next run goes on from here instead of doing it all a second time.
 */
export class InitError extends VpsorgError {
  constructor(
    readonly id: string,
    readonly outputs: object,
    code: ErrorCode,
    message: string,
  ) {
    super(code, message);
  }
}
