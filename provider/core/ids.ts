export { isOtherId, sameForm } from "../api/ids";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What an id may look like, for messages. */
export const ID_FORM = "a positive whole number or a UUID";

/** An id as opaque text, or `undefined` where the value cannot be one. */
export function toId(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  if (/^0*[1-9]\d{0,18}$/.test(value)) return value.replace(/^0+/, "");
  return UUID.test(value) ? value.toLowerCase() : undefined;
}
