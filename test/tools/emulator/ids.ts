/**
 * Inside, every id is text (a "key"). On the wire a numeric key is a number, or, where `uuidIds` is on,
 * a UUID made from that number, so that the switch can be turned at run time.
 */
const UUID_START = "00000000-0000-4000-8000-";

export type WireId = number | string;

/** The switch `uuidIds`. */
export type IdForm = boolean | "accepted";

export function toWireId(key: string, uuid: IdForm): WireId {
  if (!/^\d{1,12}$/.test(key)) return key;
  return uuid === true ? UUID_START + key.padStart(12, "0") : Number(key);
}

/** The key for an id in either form; for tests, which may hold ids from before the switch was turned. */
export function keyOf(id: WireId): string {
  const text = String(id);
  return text.startsWith(UUID_START) ? String(Number(text.slice(UUID_START.length))) : text;
}

/** The key for an id as a client sent it; undefined where it is not in a form that the API takes now. */
export function keyOfRequest(id: WireId, uuid: IdForm): string | undefined {
  const key = keyOf(id);
  if (uuid === "accepted") return key;
  return String(toWireId(key, uuid)) === String(id) ? key : undefined;
}
