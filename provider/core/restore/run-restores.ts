import { VpsorgError } from "../../api/errors";
import type { SnapshotRecord } from "../../api";
import { serverLabel } from "../messages/labels";
import { refused } from "./plan";
import type { RestorePlan } from "./plan";

/** A restore that this run is to request, as far as it is known when it is checked. */
export interface PlannedRestore {
  /** The resource's name in the program, for messages. */
  readonly resource: string;
  /** As VPS.org calls it. */
  readonly serverId: string;
  readonly serverName: string;
  /** Absent while it is not known. */
  readonly snapshotId: string | undefined;
}

/** A request that some resource of the stack has recorded. */
export interface RecordedRestore {
  readonly snapshotId: string;
  readonly requestedAt: string;
}

/** A restore that this run has requested. */
export interface RequestedRestore {
  readonly plan: RestorePlan;
  readonly requestedAt: number;
}

/**
 * What one run restores, and what must not cross it: a second restore of the same server, the deletion of the
 * snapshot that is to be restored, and snapshots taken of a server while it is being overwritten. Nothing here is
 * ever recorded; what has happened is known from Pulumi's state alone.
 */
export class RunRestores {
  /** By the URN of the component. */
  private readonly planned = new Map<string, PlannedRestore>();
  /** Snapshots that are deleted before their replacement is made, by id; the value says why. */
  private readonly deletedFirst = new Map<string, string>();
  /** By server, under each of the ids that it is known by. */
  private readonly recorded = new Map<string, readonly RecordedRestore[]>();
  private readonly requested = new Map<string, RequestedRestore>();
  private readonly creates = new Map<string, Set<Promise<unknown>>>();

  /** Refuses a restore that would cross another step of this run. */
  plan(component: string, restore: PlannedRestore): void {
    const { serverId, serverName, snapshotId, resource } = restore;
    for (const [other, { resource: name, serverId: its }] of this.planned) {
      if (other === component || its !== serverId) continue;
      // Without a preview "name" may have been requested by now, so nothing is said of that one.
      throw new VpsorgError(
        "INVALID_ARGUMENT",
        `${serverLabel(serverId, serverName)} would be restored twice in this run, by the resources "${name}" and ` +
          `"${resource}", and each overwrites all data on it. Keep one of them. "${resource}" was not restored.`,
      );
    }
    const why = snapshotId === undefined ? undefined : this.deletedFirst.get(snapshotId);
    if (snapshotId !== undefined && why !== undefined) throw deletedBefore(snapshotId, resource, why);
    this.planned.set(component, restore);
  }

  /** Refuses to delete a snapshot first that this run is to restore. */
  deleteFirst(snapshot: Pick<SnapshotRecord, "id">, why: string): void {
    const { id } = snapshot;
    const restore = [...this.planned.values()].find(({ snapshotId }) => snapshotId === id);
    if (restore !== undefined) {
      throw new VpsorgError(
        "INVALID_ARGUMENT",
        `snapshot ${id} was not deleted: it would go first in this run (${why}), and "${restore.resource}" restores it. ` +
          `${WAY_OUT}.`,
      );
    }
    this.deletedFirst.set(id, why);
  }

  /** Notes what state holds of a request, so that a server that is still restoring can be explained. */
  remember(serverIds: readonly string[], restore: RecordedRestore): void {
    for (const id of new Set(serverIds)) {
      const others = (this.recorded.get(id) ?? []).filter((r) => r.requestedAt !== restore.requestedAt);
      const byTime = (a: RecordedRestore, b: RecordedRestore): number =>
        a.requestedAt < b.requestedAt ? -1 : 1;
      this.recorded.set(id, [...others, restore].sort(byTime));
    }
  }

  /** When this stack requested another restore of the server after a given one, in milliseconds since the epoch. */
  requestedAfter(serverId: string, requestedAt: number): number | undefined {
    const latest = Date.parse(this.lastRecorded(serverId)?.requestedAt ?? "");
    return latest > requestedAt ? latest : undefined;
  }

  /** Whether this stack requested another restore of the server so shortly before that one may be seen for the other. */
  hasRequestedBefore(serverId: string, requestedAt: number, withinMs: number): boolean {
    return (this.recorded.get(serverId) ?? []).some((other) => {
      const earlier = requestedAt - Date.parse(other.requestedAt);
      return earlier > 0 && earlier <= withinMs;
    });
  }

  lastRecorded(serverId: string): RecordedRestore | undefined {
    return this.recorded.get(serverId)?.at(-1);
  }

  /** Notes a request that is about to be sent. */
  request(serverIds: readonly string[], restore: RequestedRestore): void {
    for (const id of serverIds) this.requested.set(id, restore);
  }

  requestedFor(serverId: string): RequestedRestore | undefined {
    return this.requested.get(serverId);
  }

  /** Its end was seen, or it was certainly not started. */
  end(serverId: string): void {
    const ended = this.requested.get(serverId);
    for (const [id, restore] of this.requested) if (restore === ended) this.requested.delete(id);
  }

  /** Notes a create for as long as it runs. */
  async creating<T>(serverId: string, work: Promise<T>): Promise<T> {
    const running = this.creates.get(serverId) ?? new Set();
    this.creates.set(serverId, running.add(work));
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  }

  /** Resolves when no create of this run is running on the server any more. */
  async createsEnded(serverIds: readonly string[]): Promise<void> {
    const running = serverIds.flatMap((id) => [...(this.creates.get(id) ?? [])]);
    await Promise.allSettled(running);
  }
}

function deletedBefore(id: string, resource: string, why: string): Error {
  return refused(
    `snapshot ${id} is deleted first in this run (${why}), so "${resource}" could not restore it. ${WAY_OUT}`,
  );
}

const WAY_OUT = "Delete another snapshot of the server, or run the restore alone first, with `--target`";
