import { VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { poll } from "../time/poll";
import type { SnapshotOutputs } from "../snapshot/state";
import { byId, holds, sameSnapshots } from "./listing";
import type { Listing } from "./listing";
import type { ListOptions, SnapshotLists } from "./snapshot-lists";

/** How often a list is read anew while it keeps changing. */
const MAX_LOOKS = 4;

type Recorded = Pick<SnapshotOutputs, "createdAt" | "serverId">;

/**
 * The rule by which snapshots are gone: one list that lacks them is no proof, but a whole list of the account, begun
 * when that one had ended, which holds the same. The answer is the first list that agrees so with the one before it, or
 * that shows all that are missing. A server's list alone is not enough, because the filter itself may be what hides
 * them; and while a list is paged, one that goes and one that comes can hide a third.
 */
export async function confirmAbsent(
  lists: SnapshotLists,
  ids: readonly string[],
  lacking: Listing,
  options: ListOptions = {},
): Promise<Listing> {
  let before = lacking;
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const whole = await lists.wholeAfter(before, options);
    if (ids.every((id) => holds(whole, id)) || sameSnapshots(before, whole)) return whole;
    before = whole;
  }
  throw new VpsorgError(
    "INCOMPLETE_LIST",
    "the list of snapshots changed each time it was read, so it proves nothing",
  );
}

/** One snapshot, or `undefined` only on proof, from lists that were read some seconds apart. */
export async function findById(
  { clock, lists, schedule }: Session,
  id: string,
  serverId: string | undefined,
): Promise<SnapshotRecord | undefined> {
  const first = await lists.batchedList(serverId);
  const found = byId(first, id);
  if (found !== undefined) return found;
  // Two empty answers of one moment are one fault.
  await clock.sleep(schedule.searchStepMs);
  return byId(await confirmAbsent(lists, [id], first), id);
}

/** Whether a snapshot was made so recently that a list which lacks it may just lag behind. */
export function mayLag(session: Session, recorded: Pick<SnapshotOutputs, "createdAt">): boolean {
  return session.clock.now() - Date.parse(recorded.createdAt) < session.schedule.listGraceMs;
}

/** Finds a snapshot as {@link findById} does; what was made a moment ago is waited for before it is gone. */
export async function findSettled(
  session: Session,
  id: string,
  recorded: Recorded,
): Promise<SnapshotRecord | undefined> {
  const { clock, schedule } = session;
  const serverId = recorded.serverId === "" ? undefined : recorded.serverId;
  const age = Math.max(0, clock.now() - Date.parse(recorded.createdAt));
  const until = clock.now() + (mayLag(session, recorded) ? schedule.listGraceMs - age : 0);
  return poll(clock, { everyMs: schedule.searchStepMs, until }, () => findById(session, id, serverId));
}

/** Whether a snapshot is gone; what somebody else deleted a moment ago may still be in the lists for a time. */
export async function isGone(
  session: Session,
  id: string,
  recorded: Recorded,
  graceMs: number,
): Promise<boolean> {
  const { clock, schedule } = session;
  const until = clock.now() + graceMs;
  const gone = await poll(clock, { everyMs: schedule.searchStepMs, until }, async () =>
    (await findSettled(session, id, recorded)) === undefined ? true : undefined,
  );
  return gone !== undefined;
}
