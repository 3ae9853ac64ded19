import type { Reporter } from "../messages/reporter";
import type { Session } from "../session";
import { MISSING } from "../status";
import { resumeWait } from "./wait";
import { startDeadline } from "../time/deadline";
import { confirmMoved, endpointMark, isElsewhere } from "./endpoint";
import { omitUndefined, waitsOn } from "./state";
import type { SnapshotInputs, SnapshotOutputs } from "./state";

/**
 * Nothing of a snapshot can be changed on the server. What an update does is to resume a wait that ended early, to
 * take over arguments that only this package looks at, and to record another endpoint of the same account.
 */
export async function updateSnapshot(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  inputs: SnapshotInputs,
  reporter: Reporter,
): Promise<SnapshotOutputs> {
  session.ownership.note(id);
  if (isElsewhere(session.endpoint, recorded)) await confirmMoved(session, id, recorded);
  const { __autoName: _prefix, __import: _import, __claim: _claim, ...args } = inputs;
  const { __unlisted: _unlisted, __endpoint: _endpoint, ...kept } = recorded;
  const merged = omitUndefined({
    ...kept,
    ...args,
    ...endpointMark(session.endpoint),
    description: inputs.description,
    triggers: inputs.triggers,
  });
  // One that was in no list, and is there again, has another status by now.
  if (!waitsOn(recorded, inputs.waitForCompletion) && recorded.status !== MISSING) return merged;
  const deadline = startDeadline(session.clock, "update", inputs.__timeouts);
  const unlisted = recorded.__unlisted === true ? { __unlisted: true } : {};
  return resumeWait(session, id, { ...merged, ...unlisted }, deadline, reporter);
}
