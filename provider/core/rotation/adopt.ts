import { isVpsorgError, VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { isOtherId } from "../../api/ids";
import { findById } from "../account/absence";
import { commandLine } from "../messages/advice";
import { explainFailure } from "../messages/explain";
import { age, snapshotLabel } from "../messages/labels";
import type { Operation } from "../operation";
import type { CheckFailure } from "../check";
import { snapshotProgress } from "../status";
import type { Ring } from "./ring";

/** The ids of an argument `adopt` that a preview knows already. */
export function knownIds(adopt: unknown, isUnknown: (value: unknown) => boolean): readonly string[] {
  const ids: readonly unknown[] = Array.isArray(adopt) ? adopt : [];
  return ids.filter((id): id is string => typeof id === "string" && !isUnknown(id));
}

/** The ids of `adopt` that were not there before: what has left the ring since is not taken in again. */
export function newlyAdopted(
  ring: Ring,
  news: readonly string[] = [],
  olds: readonly string[] = [],
): readonly string[] {
  return news.filter((id) => !olds.includes(id) && !ring.has(id));
}

/** Looks, for a preview, at what a ring is to take in. */
export async function announceAdoption(
  operation: Operation,
  serverId: string,
  ids: readonly string[],
): Promise<{ records: readonly SnapshotRecord[]; failures: readonly CheckFailure[] }> {
  const records: SnapshotRecord[] = [];
  const failures: CheckFailure[] = [];
  for (const id of ids) {
    try {
      const record = await adoptable(operation, serverId, id);
      const old = age(record.createdAt, operation.clock.now());
      operation.reporter.info(
        `adopts ${snapshotLabel(record)} (${old}): it belongs to the ring from now on.`,
      );
      records.push(record);
    } catch (error) {
      if (!isVpsorgError(error, "INVALID_ARGUMENT", "NOT_FOUND")) throw error;
      failures.push({ property: "adopt", reason: error.message });
    }
  }
  return { records, failures };
}

/** Takes snapshots that exist into a ring. */
export async function adoptInto(operation: Operation, ring: Ring, ids: readonly string[]): Promise<void> {
  const records: SnapshotRecord[] = [];
  // All or none: nothing is recorded before the last one is known to be there.
  for (const id of ids) records.push(await adoptable(operation, ring.serverId, id));
  for (const record of records) {
    operation.ownership.assertSole(record.id, ring.claim);
    operation.ownership.keeps(record.id, ring.claim);
    operation.ownership.note(record.id);
    ring.join(record);
  }
}

async function adoptable(operation: Operation, serverId: string, id: string): Promise<SnapshotRecord> {
  const record = await explainFailure(
    operation,
    findById(operation, id, serverId),
    (why) => `snapshot ${id}, which adopt names, could not be looked up: ${why} Nothing was changed.`,
  );
  if (record === undefined) {
    throw new VpsorgError(
      "NOT_FOUND",
      `there is no snapshot ${id} to adopt. Nothing was changed. ${commandLine(`list --server ${serverId}`)} shows those ` +
        "that there are; take the id out of adopt.",
    );
  }
  const what = snapshotLabel(record);
  if (isOtherId(record.serverId, serverId)) {
    throw refused(`${what} cannot be adopted by a rotation of server ${serverId}`);
  }
  if (snapshotProgress(record.status) === "failed") {
    throw refused(`${what} cannot be adopted: it ended as "${record.status}" and cannot be restored`);
  }
  if (Number.isNaN(Date.parse(record.createdAt))) {
    throw refused(
      `${what} cannot be adopted: its age cannot be read, so nobody could say which one is the oldest`,
    );
  }
  return record;
}

function refused(why: string): VpsorgError {
  return new VpsorgError("INVALID_ARGUMENT", `${why}. Nothing was changed. Take its id out of adopt.`);
}
