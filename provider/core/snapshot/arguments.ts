import { ID_FORM, toId } from "../../api/ids";
import { checkServerId, checkTimeouts, checkTriggers, checkType, formatValue, startCheck } from "../check";
import type { CheckContext, Checked, Fail } from "../check";
import { automaticName, NAME_FORM, isName } from "./name";
import { omitUndefined } from "./state";

type Raw = Readonly<Record<string, unknown>>;

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
  const { failures, fail, given } = startCheck("Snapshot", news, ARGUMENTS, INTERNAL, olds);
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

function checkName(olds: Raw, news: Raw, context: CheckContext, fail: Fail): Record<string, unknown> {
  const name = news["name"] ?? undefined;
  if (name === undefined) return nameFor(olds, news, context);
  const { __autoName } = news;
  if (__autoName !== undefined) return { name, __autoName };
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
