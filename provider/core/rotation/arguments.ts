import { ID_FORM, toId } from "../../api/ids";
import { checkServerId, checkTimeouts, checkTriggers, checkType, formatValue, startCheck } from "../check";
import type { CheckContext, Checked, Fail } from "../check";
import { isName, NAME_FORM, randomHex, usablePrefix } from "../snapshot/name";
import { SNAPSHOTS_PER_SERVER } from "../snapshot/slots";
import { omitUndefined } from "../snapshot/state";

type Raw = Readonly<Record<string, unknown>>;

const ARGUMENTS = ["serverId", "keep", "triggers", "namePrefix", "description", "adopt"] as const;
const INTERNAL = [
  "__provider",
  "__resource",
  "__timeouts",
  "__urn",
  "__protects",
  "__keeps",
  "__preview",
  "__replacesFirst",
];

/** Checks the arguments and draws the ring's id, which stays until the resource is replaced. Unknown values pass. */
export function checkRotation(olds: Raw, news: Raw, context: CheckContext): Checked {
  const { failures, fail, given } = startCheck("SnapshotRotation", news, ARGUMENTS, INTERNAL, olds);
  const inputs = {
    serverId: checkServerId(given("serverId"), context, fail),
    keep: checkKeep(given("keep"), context, fail),
    triggers: checkTriggers(given("triggers"), context, fail),
    namePrefix: checkPrefix(given("namePrefix"), given("__resource"), context, fail),
    description: checkType(given("description"), "description", "string", context, fail),
    adopt: checkAdopt(given("adopt"), context, fail),
    __timeouts: checkTimeouts(given("__timeouts"), fail),
    __protects: given("__protects"),
    __keeps: given("__keeps"),
    __ring: ringId(olds["__ring"], context),
  };
  return { inputs: omitUndefined(inputs), failures };
}

function checkKeep(value: unknown, context: CheckContext, fail: Fail): unknown {
  if (context.isUnknown(value)) return value;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= SNAPSHOTS_PER_SERVER)
    return value;
  const form = `how many snapshots to keep, a whole number from 1 to ${SNAPSHOTS_PER_SERVER}`;
  fail(
    "keep",
    value === undefined ? `is missing: give ${form}` : `must be ${form}; it is ${formatValue(value)}`,
  );
  return value;
}

function checkPrefix(value: unknown, resource: unknown, context: CheckContext, fail: Fail): unknown {
  if (value === undefined) return usablePrefix(typeof resource === "string" ? resource : "snapshot");
  if (!context.isUnknown(value) && !isName(value))
    fail("namePrefix", `must be ${NAME_FORM}; it is ${formatValue(value)}`);
  return value;
}

function checkAdopt(value: unknown, context: CheckContext, fail: Fail): unknown {
  if (value === undefined || context.isUnknown(value)) return value;
  if (!Array.isArray(value)) {
    fail("adopt", `must be a list of ids of snapshots, for example [801]; it is ${formatValue(value)}`);
    return value;
  }
  const ids = value.map((id: unknown): unknown => {
    const text = context.isUnknown(id) ? id : toId(id);
    if (text === undefined)
      fail("adopt", `must hold ids of snapshots, each ${ID_FORM}; one of them is ${formatValue(id)}`);
    // An undefined element is none that the engine can be answered with.
    return text ?? id;
  });
  return [...new Set(ids)];
}

function ringId(old: unknown, { random }: CheckContext): string {
  return typeof old === "string" && /^[0-9a-f]{7}$/.test(old) ? old : randomHex(random);
}
