import { printable } from "../api/text";
import { PartialRestore } from "../core/restore/resources/partial";
import { PartialFailure } from "../core/snapshot/partial";

/** Properties as the engine sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** How the engine writes a value that is not known yet in a preview; a test holds it against the installed SDK. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/**
 * An error as the dynamic provider host shows it. The host prints `${error}: ${error.stack}` for people to see,
 * so this one prints who speaks and what happened, and never a stack trace.
 */
export class DisplayError extends Error {
  constructor(text: string) {
    const message = printable(text);
    super(message);
    this.stack = message;
  }

  override toString(): string {
    return "vpsorg";
  }
}

/** An error by which the host records the resource although the operation did not end well. */
export class PartialCreateError extends DisplayError {
  readonly reasons: readonly string[];

  constructor(
    readonly id: string,
    readonly properties: Properties,
    message: string,
  ) {
    super(message);
    // The engine shows the reasons only, not the message.
    this.reasons = [this.message];
  }
}

/** No stack trace and no error of another library ever reaches the engine. */
export async function withErrorBoundary<T>(props: Properties, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw forHost(error, props["__provider"]);
  }
}

/** Turns whatever a core operation threw into what the host understands. */
function forHost(error: unknown, provider: unknown): Error {
  if (error instanceof PartialFailure || error instanceof PartialRestore) {
    return new PartialCreateError(error.id, { __provider: provider, ...error.outputs }, error.message);
  }
  return new DisplayError(error instanceof Error ? error.message : String(error));
}
