/** Small checks for plain data from outside; the emulator has no dependency to do it with. */

export type Check = (value: unknown) => boolean;
export type Fields = Record<string, Check>;

export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Errors of Node's own modules are of another realm under some test runners, where `instanceof` fails. */
export function messageOf(error: unknown): string {
  return isRecord(error) && typeof error["message"] === "string" ? error["message"] : String(error);
}

export const isText: Check = (value) => typeof value === "string";
export const isFlag: Check = (value) => typeof value === "boolean";
export const isAmount: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
export const isCount: Check = (value) => isAmount(value) && Number.isInteger(value);
export const isId: Check = (value) => isCount(value) || (typeof value === "string" && value !== "");
export const isAnything: Check = () => true;
export const isStatus: Check = (value) => isCount(value) && Number(value) >= 200 && Number(value) <= 599;

export const isOneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
export const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
export const isMapOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);
export const isNullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

export const isPattern: Check = (value) => {
  if (typeof value !== "string") return false;
  try {
    new RegExp(value);
    return true;
  } catch {
    return false;
  }
};

/** Nothing missing, nothing wrong, and nothing unknown: a misspelt key would silently do nothing. */
export function checkFields(what: string, value: unknown, required: Fields, optional: Fields = {}): void {
  if (!isRecord(value)) throw new InvalidInput(`${what} must be an object`);
  const known: Fields = { ...optional, ...required };
  for (const key of Object.keys(required)) {
    if (value[key] === undefined) throw new InvalidInput(`${what}: "${key}" is missing`);
  }
  for (const [key, field] of Object.entries(value)) {
    const check = known[key];
    if (!check)
      throw new InvalidInput(`${what}: "${key}" is not known; known: ${Object.keys(known).join(", ")}`);
    if (field !== undefined && !check(field)) throw new InvalidInput(`${what}: "${key}" has a wrong value`);
  }
}

/** For nesting `checkFields` in a field. */
export const isShape =
  (what: string, required: Fields, optional: Fields = {}): Check =>
  (value) => {
    checkFields(what, value, required, optional);
    return true;
  };
