/** How the engine writes a value that is not known yet in a preview; a test holds it against the installed SDK. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}
