import { oneLine } from "../../api/text";
import { ID_FORM, toId } from "../../api/ids";
import { parseDuration } from "../time/duration";
import { automaticName, NAME_FORM, isName } from "./name";
import { omitUndefined } from "./state";

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

/** The keys that a program may give, and those that the resource class adds. */
const ARGUMENTS = ["serverId", "name", "description", "triggers", "waitForCompletion"] as const;
const INTERNAL = [
  "__provider",
  "__resource",
  "__timeouts",
  "__import",
  "__keeps",
  "__urn",
  "__preview",
  "__replacesFirst",
];

/**
 * Checks the arguments and decides the name. Unknown values pass; everything else that is wrong is a failure on
 * its property, before anything is done.
 */
export function checkSnapshot(olds: Raw, news: Raw, context: CheckContext): Checked {
  const { failures, fail, given } = startCheck("Snapshot", news, ARGUMENTS, INTERNAL);
  const inputs = {
    serverId: checkServerId(given("serverId"), context, fail),
    ...checkName(olds, news, context, fail),
    ...checkDescription(olds, given("description"), context, fail),
    triggers: checkTriggers(given("triggers"), context, fail),
    waitForCompletion:
      checkType(given("waitForCompletion"), "waitForCompletion", "boolean", context, fail) ?? true,
    __timeouts: checkTimeouts(given("__timeouts"), fail),
    __import: checkImport(given("__import"), fail),
    __keeps: given("__keeps"),
  };
  return { inputs: omitUndefined(inputs), failures };
}

export type Fail = (property: string, reason: string) => void;

/** What each check begins with: what it has found so far, what was given, and each key refused that is no argument. */
export function startCheck(
  resource: string,
  news: Raw,
  known: readonly string[],
  /** What the resource class adds. */
  internal: readonly string[],
): { failures: CheckFailure[]; fail: Fail; given: (key: string) => unknown } {
  const failures: CheckFailure[] = [];
  const fail: Fail = (property, reason) => void failures.push({ property, reason });
  for (const key of Object.keys(news)) {
    if (known.includes(key) || internal.includes(key)) continue;
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

function checkName(olds: Raw, news: Raw, context: CheckContext, fail: Fail): Record<string, unknown> {
  const name = news["name"] ?? undefined;
  if (name === undefined) return nameFor(olds, news, context);
  // What exists already has the name that it has, whatever characters a panel allowed when it was made.
  const exists = name === olds["name"] || news["__import"] !== undefined;
  if (!context.isUnknown(name) && !isName(name) && !(exists && typeof name === "string"))
    fail("name", `must be ${NAME_FORM}; it is ${formatValue(name)}`);
  return { name };
}

/** A name that was decided once stays, so that nothing but a replacement ever changes it. */
function nameFor(olds: Raw, news: Raw, context: CheckContext): Record<string, unknown> {
  const resource = typeof news["__resource"] === "string" ? news["__resource"] : "snapshot";
  const automatic = automaticName(resource, context.random);
  const old = olds["name"];
  if (typeof old === "string" && old !== "" && !context.isUnknown(old))
    return { name: old, __autoName: olds["__autoName"] ?? automatic.prefix };
  return { name: automatic.name, __autoName: automatic.prefix };
}

/** A description that was taken over from an imported snapshot stays, as long as the program gives none. */
function checkDescription(
  olds: Raw,
  value: unknown,
  context: CheckContext,
  fail: Fail,
): Record<string, unknown> {
  const claim = olds["__claim"];
  const imported = claim === undefined ? {} : { __claim: claim };
  if (value === undefined && claim !== undefined) return { ...imported, description: olds["description"] };
  return { ...imported, description: checkType(value, "description", "string", context, fail) };
}

function checkImport(value: unknown, fail: Fail): unknown {
  if (value === undefined) return undefined;
  const id = toId(value);
  if (id === undefined)
    fail(
      "",
      `the resource option import must be the id of a snapshot, ${ID_FORM}; it is ${formatValue(value)}`,
    );
  return id ?? value;
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
