import { findSettled } from "../account/absence";
import { explainFailure } from "../messages/explain";
import type { SnapshotRecord } from "../../api";
import type { Operation } from "../operation";
import { warnIfServerIsMissing } from "../snapshot/missing-server";
import { snapshotProgress } from "../status";
import { memberLabel } from "./plan";
import type { Ring } from "./ring";
import type { Member } from "./state";

const completed = (ring: Ring): readonly Member[] =>
  ring.snapshots.filter(({ status }) => snapshotProgress(status) === "done");

/** Of those that were completed one may have failed since, and then it is the first to go. */
export function followCompleted(ring: Ring, existing: readonly SnapshotRecord[]): void {
  for (const { id, status } of completed(ring)) {
    const record = existing.find((each) => each.id === id);
    if (record !== undefined && record.status !== status) ring.join(record);
  }
}

/**
 * Looks up those that were completed, before it is chosen what is dropped: one that is gone or has failed since would count as
 * one that the ring keeps, and a good one would go for it. What is not completed is waited for, and says by itself what
 * has become of it.
 */
export function followKept(
  operation: Operation,
  ring: Ring,
  then: string,
  explain: (what: string, why: string) => string,
): Promise<void> {
  const known = (record: SnapshotRecord): void => followCompleted(ring, [record]);
  return followMembers(operation, ring, completed(ring), { then, explain, known });
}

/** Looks members up. One that is gone leaves the ring, on the same proof as a `Snapshot`. */
export async function followMembers(
  operation: Operation,
  ring: Ring,
  members: readonly Member[],
  {
    then,
    explain,
    known,
  }: {
    /** What follows for one that is gone. */
    readonly then: string;
    readonly explain: (what: string, why: string) => string;
    readonly known: (record: SnapshotRecord) => void;
  },
): Promise<void> {
  let warned = false;
  for (const member of members) {
    const what = memberLabel(operation, ring, member);
    const record = await explainFailure(
      operation,
      findSettled(operation, member.id, { ...member, serverId: ring.serverId }),
      (why) => explain(what, why),
    );
    if (record !== undefined) {
      known(record);
      continue;
    }
    const isUnlisted = ring.isUnlisted(member);
    ring.leave(member.id, isUnlisted);
    operation.ownership.dropped(member.id);
    // Once, because it is the same for all of them.
    const isSaid: boolean =
      !warned && (await warnIfServerIsMissing(operation, member.id, ring.asSnapshot(member)));
    warned ||= isSaid;
    if (!isSaid)
      operation.reporter.info(
        isUnlisted
          ? `${what} was accepted and is in no list of this account: it leaves the ring. If it still shows, it is the first to go.`
          : `${what} is in no list of this account any more, and ${then}.`,
      );
  }
}
