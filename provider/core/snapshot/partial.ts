import { VpsorgError } from "../../api";
import type { ErrorCode } from "../../api";
import type { SnapshotOutputs } from "./properties";

/**
 * The snapshot exists and its id is known, yet the operation did not end well. It carries what must be
 * recorded, so that the next run goes on from here instead of making a second snapshot.
 */
export class PartialFailure extends VpsorgError {
  constructor(
    readonly id: string,
    readonly outputs: SnapshotOutputs,
    code: ErrorCode,
    message: string,
  ) {
    super(code, message);
  }
}
