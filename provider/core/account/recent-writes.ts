import type { SnapshotRecord } from "../../api";

/**
 * What this process has created and deleted. A list that was read before a write, or that lags behind it, shows the
 * server as it was: this is laid over it, so that a run reads its own writes.
 */
export class RecentWrites {
  private readonly created = new Map<string, SnapshotRecord>();
  private readonly deleted = new Set<string>();

  recordCreate(record: SnapshotRecord): void {
    this.created.set(record.id, record);
  }

  recordDelete(id: string): void {
    this.created.delete(id);
    this.deleted.add(id);
  }

  hasCreated(id: string): boolean {
    return this.created.has(id);
  }

  hasDeleted(id: string): boolean {
    return this.deleted.has(id);
  }

  firstCreated(): SnapshotRecord | undefined {
    return [...this.created.values()][0];
  }

  /** A list of one server, with these writes in it. */
  over(listed: readonly SnapshotRecord[], serverId: string): readonly SnapshotRecord[] {
    const known = new Set(listed.map((snapshot) => snapshot.id));
    const missing = [...this.created.values()].filter((s) => s.serverId === serverId && !known.has(s.id));
    return [...listed.filter((s) => !this.deleted.has(s.id)), ...missing];
  }
}
