import { VpsorgError } from "./errors";

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

/** Whether two ids are both numbers or both UUIDs: only the API can match one form with the other. */
export function sameForm(a: string, b: string): boolean {
  return a.includes("-") === b.includes("-");
}

/** Whether an id names something else for certain. */
export function isOtherId(id: string, wanted: string): boolean {
  return id !== wanted && sameForm(id, wanted);
}

/** Whole numbers travel as numbers, as the documentation shows them; anything else as text. */
export function toWireId(id: string): number | string {
  const number = Number(id);
  return /^\d+$/.test(id) && Number.isSafeInteger(number) ? number : id;
}

/** An id as one part of a path. What is no id never becomes a request: "." or ".." would name another call. */
export function toPathSegment(id: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(id)) return id;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(id.slice(0, 80))} is not the id of a snapshot or a server`,
  );
}
