import type { Reporter } from "../report";
import type { Session } from "../session";
import { resumeWait } from "./await-completion";
import { startDeadline } from "./deadline";
import { defined, waitsOn } from "./properties";
import type { SnapshotInputs, SnapshotOutputs } from "./properties";

/**
 * Nothing of a snapshot can be changed on the server. What an update does is to resume a wait that ended early,
 * and to take over arguments that only this package looks at.
 */
export async function updateSnapshot(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  inputs: SnapshotInputs,
  reporter: Reporter,
): Promise<SnapshotOutputs> {
  session.owned.add(id);
  const { __autoName: _prefix, __import: _import, __adopted: _adopted, ...args } = inputs;
  const { __unlisted: _unlisted, ...kept } = recorded;
  const merged = defined({
    ...kept,
    ...args,
    description: inputs.description,
    triggers: inputs.triggers,
  });
  if (!waitsOn(recorded, inputs.waitForCompletion)) return merged;
  const deadline = startDeadline(session.clock, "update", inputs.__timeouts);
  const unlisted = recorded.__unlisted === true ? { __unlisted: true } : {};
  return resumeWait(session, id, { ...merged, ...unlisted }, deadline, reporter);
}
