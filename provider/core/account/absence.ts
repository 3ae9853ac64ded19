import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { poll } from "../time/poll";
import type { SnapshotOutputs } from "../snapshot/state";

/** Whether a snapshot was made so recently that a list which lacks it may just lag behind. */
export function mayLag(session: Session, recorded: Pick<SnapshotOutputs, "createdAt">): boolean {
  return session.clock.now() - Date.parse(recorded.createdAt) < session.schedule.listGraceMs;
}

/** Finds a snapshot as {@link SnapshotLists.find} does; what was made a moment ago is waited for before it is gone. */
export async function findSettled(
  session: Session,
  id: string,
  recorded: Pick<SnapshotOutputs, "createdAt" | "serverId">,
): Promise<SnapshotRecord | undefined> {
  const { clock, lists, schedule } = session;
  const serverId = recorded.serverId === "" ? undefined : recorded.serverId;
  const age = Math.max(0, clock.now() - Date.parse(recorded.createdAt));
  const until = clock.now() + (mayLag(session, recorded) ? schedule.listGraceMs - age : 0);
  return poll(clock, { everyMs: schedule.searchStepMs, until }, () => lists.find(id, serverId));
}
