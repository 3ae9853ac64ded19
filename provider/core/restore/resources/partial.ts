import { VpsorgError } from "../../../api";
import type { ErrorCode } from "../../../api";
import type { CompletionOutputs, SafetyOutputs } from "../state";

/** A step of a restore that has not ended well and is recorded all the same, so that the next run goes on from here. */
export class PartialRestore extends VpsorgError {
  constructor(
    readonly id: string,
    readonly outputs: SafetyOutputs | CompletionOutputs,
    code: ErrorCode,
    message: string,
  ) {
    super(code, message);
  }
}
