import { VpsorgError } from "../../api";
import type { Clock, SnapshotRecord, VpsorgClient } from "../../api";
import { sameForm } from "../ids";

/** A list that was whole when it was read. */
export interface Listing {
  readonly snapshots: readonly SnapshotRecord[];
  /** The one server it was asked for; `undefined` for the whole account. */
  readonly serverId: string | undefined;
  readonly at: number;
}

export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
  /** Accept a list read this long ago at most. @default 0, a new one */
  readonly maxAgeMs?: number;
}

/** A list read this recently serves a read; the interface states this number. */
export const FRESH_MS = 2000;
/** How often a list is read anew while it keeps changing. */
const MAX_LOOKS = 4;
/** How long the first of several reads waits for the others, so that one request serves them all. */
const GATHER_MS = 5;

/**
 * The one way to the API's lists. There is no call to read one snapshot, so every read is a list: reads of the
 * same moment share one request, and one that is still fresh serves the next. A write of ours makes all that
 * was read before it stale.
 */
export class SnapshotLists {
  private generation = 0;
  private readonly kept = new Map<string, Listing>();
  private readonly running = new Map<string, Promise<Listing>>();
  private readonly baselines = new Map<string, Listing>();
  private gathering:
    { readonly servers: Set<string | undefined>; readonly listing: Promise<Listing> } | undefined;

  constructor(
    private readonly client: VpsorgClient,
    private readonly clock: Clock,
    /** How long a list serves further reads. 0 where others write to the account without our knowing. */
    private readonly freshMs = FRESH_MS,
  ) {}

  /** To be called before and after each write. */
  invalidate(): void {
    this.generation++;
    this.kept.clear();
    this.running.clear();
    this.gathering = undefined;
  }

  /** One server's list, or the account's. */
  async list(serverId: string | undefined, options: ListOptions = {}): Promise<Listing> {
    const key = serverId ?? "";
    const maxAge = options.maxAgeMs ?? 0;
    const whole = this.fresh("", maxAge);
    const fresh = this.fresh(key, maxAge) ?? (whole === undefined ? undefined : narrow(whole, serverId));
    if (fresh !== undefined) return fresh;
    // Somebody's signal must not end a request that others share.
    if (options.signal !== undefined || options.attempts !== undefined)
      return this.request(serverId, options);
    const running = this.running.get(key);
    if (running !== undefined && this.freshMs > 0) return running;
    const request = this.request(serverId, options).finally(() => {
      if (this.running.get(key) === request) this.running.delete(key);
    });
    this.running.set(key, request);
    return request;
  }

  /**
   * The list for a caller that is interested in one server (or in all of them), together with all who ask in the
   * same moment: one server's list while they are of one server, the account's when they are of several.
   */
  gather(serverId: string | undefined): Promise<Listing> {
    const fresh = this.fresh(serverId ?? "", this.freshMs) ?? this.fresh("", this.freshMs);
    if (fresh !== undefined) return Promise.resolve(fresh);
    if (this.gathering !== undefined) {
      this.gathering.servers.add(serverId);
      return this.covering(this.gathering.listing, serverId);
    }
    const servers = new Set<string | undefined>([serverId]);
    const listing = this.clock.sleep(GATHER_MS).then(() => {
      if (this.gathering?.servers === servers) this.gathering = undefined;
      return this.list(servers.size === 1 ? serverId : undefined, { maxAgeMs: this.freshMs });
    });
    this.gathering = { servers, listing };
    return this.covering(listing, serverId);
  }

  /**
   * One snapshot, or `undefined` only on proof: two lists that were read one after the other lack it, the second one
   * whole and of the account, and hold the same otherwise. A server's list alone is not enough, because the filter
   * itself may be what hides it; and while a list is paged, one that goes and one that comes can hide a third.
   */
  async find(id: string, serverId: string | undefined): Promise<SnapshotRecord | undefined> {
    let before = await this.gather(serverId);
    const first = byId(before, id);
    if (first !== undefined) return first;
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const whole = await this.wholeAfter(before);
      const found = byId(whole, id);
      if (found !== undefined || holdTheSame(before, whole)) return found;
      before = whole;
    }
    throw new VpsorgError(
      "INCOMPLETE_LIST",
      "the list of snapshots changed each time it was read, so it proves nothing",
    );
  }

  /** A whole list of the account that was read after another one; all who ask for it share it. */
  private async wholeAfter(first: Listing): Promise<Listing> {
    const kept = this.kept.get("");
    if (kept !== undefined && kept.at > first.at && this.fresh("", this.freshMs) !== undefined) return kept;
    return this.list(undefined);
  }

  /** One server's part of what is gathered. */
  async gatherServer(serverId: string): Promise<Listing> {
    return narrow(await this.gather(serverId), serverId) ?? (await this.list(serverId));
  }

  /**
   * What a server held a moment ago, for a caller that knows all that this process has written since: our own
   * writes do not make it stale, so several creates at once cost one list.
   */
  async baseline(serverId: string): Promise<Listing> {
    const kept = this.baselines.get(serverId) ?? this.baselines.get("");
    const recent =
      kept !== undefined && this.clock.now() - kept.at < this.freshMs ? narrow(kept, serverId) : undefined;
    if (recent !== undefined) return recent;
    const gathered = await this.gather(serverId);
    this.baselines.set(gathered.serverId ?? "", gathered);
    const mine = narrow(gathered, serverId) ?? (await this.list(serverId));
    this.baselines.set(serverId, mine);
    return mine;
  }

  private async covering(listing: Promise<Listing>, serverId: string | undefined): Promise<Listing> {
    const got = await listing;
    return got.serverId === undefined || got.serverId === serverId ? got : this.gather(serverId);
  }

  private fresh(key: string, maxAgeMs: number): Listing | undefined {
    const kept = this.kept.get(key);
    return kept !== undefined && maxAgeMs > 0 && this.clock.now() - kept.at < maxAgeMs ? kept : undefined;
  }

  private async request(serverId: string | undefined, options: ListOptions): Promise<Listing> {
    const generation = this.generation;
    const { signal, attempts } = options;
    const all = await this.client.listSnapshots({
      serverId,
      signal,
      ...(attempts === undefined ? {} : { attempts }),
    });
    const listing: Listing = { snapshots: filtered(all, serverId), serverId, at: this.clock.now() };
    if (generation === this.generation) this.kept.set(serverId ?? "", listing);
    return listing;
  }
}

/** Whether a later whole list holds the same snapshots as an earlier one, as far as the earlier one goes. */
function holdTheSame(before: Listing, whole: Listing): boolean {
  const part = narrow(whole, before.serverId);
  if (part === undefined) return true;
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
function narrow(listing: Listing, serverId: string | undefined): Listing | undefined {
  if (serverId === undefined || listing.serverId !== undefined) return listing;
  const snapshots = listing.snapshots.filter((s) => s.serverId === serverId);
  if (snapshots.length === 0 && !listing.snapshots.every((s) => sameForm(s.serverId, serverId))) {
    return undefined;
  }
  return { ...listing, serverId, snapshots };
}

/** Drops what a filter let through that names another server in the same form of id. */
function filtered(
  snapshots: readonly SnapshotRecord[],
  serverId: string | undefined,
): readonly SnapshotRecord[] {
  if (serverId === undefined) return snapshots;
  return snapshots.filter((s) => s.serverId === serverId || !sameForm(s.serverId, serverId));
}
