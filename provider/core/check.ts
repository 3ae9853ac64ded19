import { isDeepStrictEqual } from "node:util";
import { oneLine } from "../api/text";
import { ID_FORM, toId } from "../api/ids";
import { parseDuration } from "./time/duration";

/** One problem of one argument, as the engine shows it: at preview, with property and value. */
export interface CheckFailure {
  /** Empty where the problem is not one argument's. */
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly failures: readonly CheckFailure[];
}

type Raw = Readonly<Record<string, unknown>>;

/** What `check` needs from its surroundings. */
export interface CheckContext {
  /** Whether a value is not known yet, in a preview. */
  readonly isUnknown: (value: unknown) => boolean;
  readonly random: () => number;
}

export type Fail = (property: string, reason: string) => void;

/** What each check begins with: what it has found so far, what was given, and each key refused that is no argument. */
export function startCheck(
  resource: string,
  news: Raw,
  known: readonly string[],
  /** What the resource class adds. */
  internal: readonly string[],
  olds: Raw = {},
): { failures: CheckFailure[]; fail: Fail; given: (key: string) => unknown } {
  const failures: CheckFailure[] = [];
  const fail: Fail = (property, reason) => void failures.push({ property, reason });
  for (const key of Object.keys(news)) {
    if (known.includes(key) || internal.includes(key)) continue;
    // With ignoreChanges: ["*"] the engine gives the old inputs for the new ones, with all that a check has added to them.
    if (key.startsWith("__") && isDeepStrictEqual(news[key], olds[key])) continue;
    const name = oneLine(key, 80);
    fail(
      name,
      `"${name}" is not an argument of ${resource}; remove it. The arguments are ${known.join(", ")}`,
    );
  }
  return { failures, fail, given: (key) => (news[key] === null ? undefined : news[key]) };
}

export function checkServerId(value: unknown, context: CheckContext, fail: Fail): unknown {
  if (context.isUnknown(value)) return value;
  const id = toId(value);
  if (id !== undefined) return id;
  if (value === undefined) fail("serverId", `is missing: give the id of the server, ${ID_FORM}`);
  else fail("serverId", `must be the id of a server, ${ID_FORM}; it is ${formatValue(value)}`);
  return value;
}

export function checkType(
  value: unknown,
  property: string,
  type: "string" | "boolean",
  context: CheckContext,
  fail: Fail,
): unknown {
  if (value === undefined || context.isUnknown(value) || typeof value === type) return value;
  const wanted = type === "string" ? "text" : "true or false";
  fail(property, `must be ${wanted}; it is ${formatValue(value)}`);
  return value;
}

export function checkTriggers(value: unknown, context: CheckContext, fail: Fail): unknown {
  if (value === undefined || context.isUnknown(value) || Array.isArray(value)) return value;
  fail("triggers", `must be a list of values, for example [release]; it is ${formatValue(value)}`);
  return value;
}

export function checkTimeouts(value: unknown, fail: Fail): unknown {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    fail("", `customTimeouts must be times such as { create: "45m" }; it is ${formatValue(value)}`);
    return undefined;
  }
  const given = Object.entries(value).filter(([, text]) => text !== undefined && text !== null);
  for (const [operation, text] of given) {
    if (typeof text === "string" && (parseDuration(text) ?? 0) > 0) continue;
    const name = oneLine(operation, 40);
    fail("", `customTimeouts.${name} must be a time such as "45m" or "1h30m"; it is ${formatValue(text)}`);
  }
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** A value for a message, in one short line that steers no terminal. */
export function formatValue(value: unknown): string {
  if (typeof value === "string")
    return oneLine(JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value));
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}
