import type { SnapshotRecord } from "../../api";
import { snapshotProgress } from "../status";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { awaitCompletion } from "./await-completion";
import { startDeadline } from "./deadline";
import { mayLag } from "./find";
import { defined } from "./properties";
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
  if (snapshotProgress(recorded.status) === "done" || !inputs.waitForCompletion) return merged;
  const deadline = startDeadline(session.clock, "update", inputs.__timeouts);
  const record: SnapshotRecord = {
    id,
    serverId: recorded.serverId,
    serverName: recorded.serverName,
    name: recorded.name,
    status: recorded.status,
    createdAt: recorded.createdAt,
  };
  return awaitCompletion(session, merged, record, deadline, reporter, {
    seen: recorded.__unlisted !== true && !mayLag(session, recorded),
    lookNow: true,
  });
}
