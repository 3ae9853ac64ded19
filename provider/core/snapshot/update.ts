import { MISSING } from "../status";
import { resumeWait } from "./wait";
import { confirmMoved, endpointMark, isElsewhere } from "./endpoint";
import { omitUndefined, waitsOn } from "./state";
import type { SnapshotInputs, SnapshotOutputs } from "./state";
import { limitTime } from "../operation";
import type { Operation } from "../operation";

/**
 * Nothing of a snapshot can be changed on the server. What an update does is to resume a wait that ended early, to
 * take over arguments that only this package looks at, and to record another endpoint of the same account.
 */
export async function updateSnapshot(
  operation: Operation,
  id: string,
  recorded: SnapshotOutputs,
  inputs: SnapshotInputs,
): Promise<SnapshotOutputs> {
  operation.ownership.note(id);
  if (isElsewhere(operation.endpoint, recorded)) await confirmMoved(operation, id, recorded);
  const { __autoName: _prefix, __import: _import, __claim: _claim, ring: _ring, ...args } = inputs;
  const { __unlisted: _unlisted, __endpoint: _endpoint, ...kept } = recorded;
  const merged = omitUndefined({
    ...kept,
    ...args,
    ...endpointMark(operation.endpoint),
    description: inputs.description,
    triggers: inputs.triggers,
  });
  // One that was in no list, and is there again, has another status by now.
  if (!waitsOn(recorded, inputs.waitForCompletion) && recorded.status !== MISSING) return merged;
  const unlisted = recorded.__unlisted === true ? { __unlisted: true } : {};
  return resumeWait(limitTime(operation, "update", inputs.__timeouts), id, { ...merged, ...unlisted });
}
