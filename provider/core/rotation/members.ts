import { findSettled } from "../account/absence";
import { explainFailure } from "../messages/explain";
import type { SnapshotRecord } from "../../api";
import type { Operation } from "../operation";
import { warnIfServerIsMissing } from "../snapshot/missing-server";
import { snapshotProgress } from "../status";
import { memberLabel } from "./plan";
import type { Ring } from "./ring";

/** Of those that were completed one may have failed since, and then it is the first to go. */
export function followCompleted(ring: Ring, existing: readonly SnapshotRecord[]): void {
  for (const record of existing) {
    const member = ring.snapshots.find(({ id }) => id === record.id);
    if (member === undefined || snapshotProgress(member.status) !== "done") continue;
    if (member.status !== record.status) ring.join(record);
  }
}

/**
 * The members as they are now. One that is gone leaves the ring, on the same proof as a `Snapshot`. Whatever is to be dropped
 * is chosen after this: what is gone or has failed since would count as one that the ring keeps, and a good one would go for it.
 */
export async function followMembers(
  operation: Operation,
  ring: Ring,
  /** What follows for one that is gone. */
  then: string,
  explain: (what: string, why: string) => string,
  /** What is done with one that is there. @default followCompleted */
  known = (record: SnapshotRecord): void => followCompleted(ring, [record]),
): Promise<void> {
  let warned = false;
  for (const member of ring.snapshots) {
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
