import { ID_FORM, toId } from "../../api/ids";
import { formatValue, startCheck } from "../check";
import type { CheckContext, Checked, Fail } from "../check";
import { omitUndefined } from "../snapshot/state";

type Raw = Readonly<Record<string, unknown>>;

/** What the program may give, and what the component adds for its children. */
const ARGUMENTS = ["snapshotId", "serverId", "triggers", "safetySnapshot"];
const INTERNAL = [
  "__provider",
  "__urn",
  "__preview",
  "__component",
  "__resource",
  "__linked",
  "__endpoint",
  "safety",
];

/** Checks the intent of a restore, which its safety snapshot and its request share. Unknown values pass. */
export function checkIntent(news: Raw, { isUnknown }: Pick<CheckContext, "isUnknown">): Checked {
  const { failures, fail, given } = startCheck("SnapshotRestore", news, ARGUMENTS, INTERNAL);
  const id = (key: string, what: string): unknown =>
    isUnknown(given(key)) ? given(key) : checkId(given(key), key, what, fail);
  const triggers = given("triggers");
  if (triggers !== undefined && !isUnknown(triggers) && !Array.isArray(triggers))
    fail("triggers", `must be a list of values, for example [incident]; it is ${formatValue(triggers)}`);
  const inputs = {
    snapshotId: id("snapshotId", "the snapshot to restore"),
    serverId: id("serverId", "the server whose data is overwritten"),
    triggers,
    safety: given("safety"),
    __linked: isLink(given("__linked")) ? given("__linked") : undefined,
  };
  return { inputs: omitUndefined(inputs), failures };
}

/** See the schema of the state. */
function isLink(value: unknown): boolean {
  return value === true || value === "rotation";
}

function checkId(value: unknown, key: string, what: string, fail: Fail): unknown {
  const text = toId(value);
  if (text !== undefined) return text;
  if (value === undefined) fail(key, `is missing: give the id of ${what}, ${ID_FORM}`);
  else fail(key, `must be the id of ${what}, ${ID_FORM}; it is ${formatValue(value)}`);
  return value;
}
