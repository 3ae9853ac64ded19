import { printable } from "../api/text";
import { InitError } from "../core/init-error";

/** Properties as the engine sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** How the engine writes a value that is not known yet in a preview; a test holds it against the installed SDK. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Whether a check is of what the engine has no inputs of: a new resource, or the new half of a replacement. */
export function isNew(olds: Properties): boolean {
  return Object.keys(olds).length === 0;
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
  const shown = new DisplayError(error instanceof Error ? error.message : String(error));
  if (!(error instanceof InitError)) return shown;
  // By these the host knows that the resource is to be recorded; the engine shows the reasons only, not the message.
  const properties = { __provider: provider, ...error.outputs };
  return Object.assign(shown, { id: error.id, properties, reasons: [shown.message] });
}
