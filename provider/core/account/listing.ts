import { oddError } from "../../api";
import type { OddSnapshot, SnapshotRecord } from "../../api";
import { isOtherId, sameForm } from "../../api/ids";

/** A list that was whole when it was read. */
export interface Listing {
  readonly snapshots: readonly SnapshotRecord[];
  /** Entries that are there as well, and of which not all can be read. */
  readonly odd: readonly OddSnapshot[];
  /** The one server it was asked for; `undefined` for the whole account. */
  readonly serverId: string | undefined;
  /** When its last page had come. */
  readonly at: number;
  /** Of all beginnings and ends of lists of this process, which ones were its own: a clock is too coarse for that. */
  readonly startedSeq: number;
  readonly endedSeq: number;
}

/** Whether a later whole list holds the same snapshots as an earlier one, as far as the earlier one goes. */
export function sameSnapshots(before: Listing, whole: Listing): boolean {
  const { serverId } = before;
  const part = forServer({ ...whole, odd: ofKnownServer(whole, serverId) }, serverId);
  // Nobody can compare them; the whole one can be compared with the next one.
  if (part === undefined) return false;
  const ids = new Set([...before.snapshots, ...ofKnownServer(before, serverId)].map(({ id }) => id));
  const there = [...part.snapshots, ...part.odd];
  return there.length === ids.size && there.every(({ id }) => ids.has(id));
}

/** Without those that only the API's own filter can ascribe to a server, where one server is compared. */
function ofKnownServer({ odd }: Listing, serverId: string | undefined): readonly OddSnapshot[] {
  return serverId === undefined ? odd : odd.filter((snapshot) => snapshot.serverId !== undefined);
}

/** Whether it is there, whatever can be read of it: enough to say that it is not gone. */
export function holds({ snapshots, odd }: Listing, id: string): boolean {
  return snapshots.some((snapshot) => snapshot.id === id) || odd.some((snapshot) => snapshot.id === id);
}

/** The snapshot, `undefined` where there is none; an error where it is there and cannot be read. */
export function byId({ snapshots, odd }: Listing, id: string): SnapshotRecord | undefined {
  const unreadable = odd.find((snapshot) => snapshot.id === id);
  if (unreadable !== undefined) throw oddError(unreadable);
  return snapshots.find((snapshot) => snapshot.id === id);
}

/**
 * All that a server holds, for a create: an entry that cannot be read takes a slot like any other, and is nobody's. Its
 * name has to be readable, or nobody could say that the new one's is free.
 */
export function occupants({ snapshots, odd, serverId = "" }: Listing): readonly SnapshotRecord[] {
  return [
    ...snapshots,
    ...odd.map(({ id, name, status = "unreadable", serverId: server = serverId, problem }) => {
      if (name === undefined) throw oddError({ id, problem });
      return { id, name, status, serverId: server, serverName: "", createdAt: "" };
    }),
  ];
}

/**
 * One server's part of the account's list, or `undefined` where the account's list cannot tell: VPS.org speaks
 * of servers by number and by UUID, and only the API can match one form with the other.
 */
export function forServer(listing: Listing, serverId: string | undefined): Listing | undefined {
  if (serverId === undefined || listing.serverId !== undefined) return listing;
  // Of which server these are only the API's filter can tell.
  if (listing.odd.some((s) => s.serverId === undefined)) return undefined;
  const snapshots = listing.snapshots.filter((s) => s.serverId === serverId);
  const odd = listing.odd.filter((s) => s.serverId === serverId);
  const comparable = ({ serverId: other = "" }: { readonly serverId?: string }): boolean =>
    sameForm(other, serverId);
  const isEmpty = snapshots.length + odd.length === 0;
  if (isEmpty && !(listing.snapshots.every(comparable) && listing.odd.every(comparable))) return undefined;
  return { ...listing, serverId, snapshots, odd };
}

/** Drops what a filter let through that names another server in the same form of id. */
export function dropOtherServers<T extends { readonly serverId?: string }>(
  snapshots: readonly T[],
  serverId: string | undefined,
): readonly T[] {
  if (serverId === undefined) return snapshots;
  return snapshots.filter((s) => s.serverId === undefined || !isOtherId(s.serverId, serverId));
}
