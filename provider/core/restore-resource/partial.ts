import { VpsorgError } from "../../api";
import type { ErrorCode } from "../../api";
import type { RestoreOutputs } from "./properties";

/** The restore has begun, or may have, and has not ended well. What is recorded keeps it from running twice. */
export class PartialRestore extends VpsorgError {
  constructor(
    readonly id: string,
    readonly outputs: RestoreOutputs,
    code: ErrorCode,
    message: string,
  ) {
    super(code, message);
  }
}
