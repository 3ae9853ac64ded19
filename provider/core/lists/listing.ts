import type { SnapshotRecord } from "../../api";
import { isOtherId, sameForm } from "../ids";

/** A list that was whole when it was read. */
export interface Listing {
  readonly snapshots: readonly SnapshotRecord[];
  /** The one server it was asked for; `undefined` for the whole account. */
  readonly serverId: string | undefined;
  /** When its last page had come. */
  readonly at: number;
  /** Of all beginnings and ends of lists of this process, which ones were its own: a clock is too coarse for that. */
  readonly began: number;
  readonly ended: number;
}

/** Whether a later whole list holds the same snapshots as an earlier one, as far as the earlier one goes. */
export function holdTheSame(before: Listing, whole: Listing): boolean {
  const part = narrow(whole, before.serverId);
  // Nobody can compare them; the whole one can be compared with the next one.
  if (part === undefined) return false;
  const ids = new Set(before.snapshots.map((snapshot) => snapshot.id));
  return part.snapshots.length === ids.size && part.snapshots.every((snapshot) => ids.has(snapshot.id));
}

export function byId(listing: Listing, id: string): SnapshotRecord | undefined {
  return listing.snapshots.find((snapshot) => snapshot.id === id);
}

/**
 * One server's part of the account's list, or `undefined` where the account's list cannot tell: VPS.org speaks
 * of servers by number and by UUID, and only the API can match one form with the other.
 */
export function narrow(listing: Listing, serverId: string | undefined): Listing | undefined {
  if (serverId === undefined || listing.serverId !== undefined) return listing;
  const snapshots = listing.snapshots.filter((s) => s.serverId === serverId);
  if (snapshots.length === 0 && !listing.snapshots.every((s) => sameForm(s.serverId, serverId))) {
    return undefined;
  }
  return { ...listing, serverId, snapshots };
}

/** Drops what a filter let through that names another server in the same form of id. */
export function filtered(
  snapshots: readonly SnapshotRecord[],
  serverId: string | undefined,
): readonly SnapshotRecord[] {
  if (serverId === undefined) return snapshots;
  return snapshots.filter((s) => !isOtherId(s.serverId, serverId));
}
