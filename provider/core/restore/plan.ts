import { VpsorgError } from "../../api";
import type { ServerRecord, SnapshotRecord } from "../../api";
import { ID_FORM, sameForm, toId } from "../../api/ids";
import { explainFailure } from "../messages/explain";
import { findById } from "../account/absence";
import type { Session } from "../session";
import { serverState, snapshotProgress } from "../status";
import { serverLabel, snapshotLabel } from "../messages/labels";
import type { RestoreTarget } from "./types";

/** What of a snapshot a restore has to know. */
export type RestoredSnapshot = Pick<
  SnapshotRecord,
  "id" | "name" | "serverId" | "serverName" | "createdAt" | "status"
>;

/** What a restore is about to overwrite with what. */
export interface RestorePlan {
  readonly snapshot: RestoredSnapshot;
  readonly server: ServerRecord;
}

/** Reads before anything is touched, and refuses what cannot be restored. It changes nothing. */
export async function planRestore(
  session: Session,
  target: RestoreTarget,
  signal?: AbortSignal,
): Promise<RestorePlan> {
  const plan = await readPlan(session, target, signal);
  const obstacle = obstacleTo(session, plan);
  if (obstacle !== undefined) throw refused(obstacle);
  return plan;
}

/** The same without what may be over in a moment: see {@link obstacleTo}. */
export async function readPlan(
  session: Session,
  target: RestoreTarget,
  signal?: AbortSignal,
): Promise<RestorePlan> {
  const snapshot = await findSnapshot(session, target);
  const what = snapshotLabel(snapshot);
  const label = serverLabel(snapshot.serverId, snapshot.serverName);
  const server = await explainFailure(
    session,
    session.client.getServer(snapshot.serverId, { signal }),
    (why) => `${what}: the status of ${label} could not be read: ${why} Nothing was restored.`,
  );
  if (server === undefined) throw refused(`${what} is of a server that does not exist any more`);
  await refuseOtherServer(session, target, snapshot);
  if (snapshotProgress(snapshot.status) === "failed") {
    throw refused(`${what} is "${snapshot.status}", only a completed snapshot can be restored`);
  }
  return { snapshot, server };
}

/** What keeps a restore from being requested just now, and may have passed in a moment. */
export function obstacleTo(session: Session, { snapshot, server }: RestorePlan): string | undefined {
  const label = serverLabel(server.id, server.name);
  if (snapshotProgress(snapshot.status) !== "done") {
    return `${snapshotLabel(snapshot)} is "${snapshot.status}", only a completed snapshot can be restored`;
  }
  if (server.status.toLowerCase() === "suspended") return `${label} is suspended; have it reactivated first`;
  const earlier = session.restores.lastRecorded(server.id);
  // So soon after a request the server may not show it yet.
  const age = session.clock.now() - Date.parse(earlier?.requestedAt ?? "");
  if (serverState(server.status) !== "restoring" && !(age < session.schedule.settleMs)) return undefined;
  const by =
    earlier === undefined
      ? "by another run or by somebody else"
      : `this stack requested it last at ${earlier.requestedAt}, with snapshot ${earlier.snapshotId}`;
  return `${label} is being restored already (${by}); wait until that has ended`;
}

async function findSnapshot(session: Session, target: RestoreTarget): Promise<SnapshotRecord> {
  const id = toId(target.snapshotId);
  if (id === undefined)
    throw refused(`${session.advice.argument("snapshotId")} must be the id of a snapshot, ${ID_FORM}`);
  if (target.serverId !== undefined && toId(target.serverId) === undefined) {
    throw refused(`${session.advice.argument("serverId")} must be the id of a server, ${ID_FORM}`);
  }
  const snapshot = await explainFailure(
    session,
    findById(session, id, target.serverId),
    (why) => `snapshot ${id} could not be looked up: ${why} Nothing was restored.`,
  );
  if (snapshot !== undefined) return snapshot;
  throw new VpsorgError("NOT_FOUND", `there is no snapshot ${id} in this account. Nothing was restored.`);
}

/** VPS.org speaks of servers by number and by UUID; only the API can match one with the other. */
async function refuseOtherServer(
  session: Session,
  target: RestoreTarget,
  snapshot: SnapshotRecord,
): Promise<void> {
  const wanted = toId(target.serverId);
  if (wanted === undefined || wanted === snapshot.serverId) return;
  const named = sameForm(wanted, snapshot.serverId) ? undefined : await session.client.getServer(wanted);
  if (named?.id === snapshot.serverId) return;
  throw refused(`${snapshotLabel(snapshot)} is not of server ${wanted}`);
}

export function refused(why: string): VpsorgError {
  return new VpsorgError("INVALID_ARGUMENT", `${why}. Nothing was restored.`);
}
