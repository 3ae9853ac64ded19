import { printable } from "../api/text";
import { PartialRestore } from "../core/restore/resources/partial";
import { PartialFailure } from "../core/snapshot/partial";

/**
 * An error as the dynamic provider host shows it. The host prints `${error}: ${error.stack}` for people to see,
 * so this one prints who speaks and what happened, and never a stack trace.
 */
export class PeopleError extends Error {
  constructor(said: string) {
    const message = printable(said);
    super(message);
    this.stack = message;
  }

  override toString(): string {
    return "vpsorg";
  }
}

/** An error by which the host records the resource although the operation did not end well. */
export class PartialCreateError extends PeopleError {
  readonly reasons: readonly string[];

  constructor(
    readonly id: string,
    readonly properties: Readonly<Record<string, unknown>>,
    message: string,
  ) {
    super(message);
    // The engine shows the reasons only, not the message.
    this.reasons = [this.message];
  }
}

/** Turns whatever a core operation threw into what the host understands. */
export function forHost(error: unknown, provider: unknown): Error {
  if (error instanceof PartialFailure || error instanceof PartialRestore) {
    return new PartialCreateError(error.id, { __provider: provider, ...error.outputs }, error.message);
  }
  return new PeopleError(error instanceof Error ? error.message : String(error));
}
