import type { Clock, OddSnapshot, SnapshotRecord, VpsorgClient } from "../../api";
import { dropOtherServers, forServer, occupants } from "./listing";
import type { Listing } from "./listing";
import { RecentWrites } from "./recent-writes";
import { SHARING_TIMES } from "../../api/times";

export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
  /** No further page is read after this time, in milliseconds since the epoch. */
  readonly deadlineAt?: number;
  /** Accept a list read this long ago at most. @default 0, a new one */
  readonly maxAgeMs?: number;
  /** Nor one that was begun before this one had ended. */
  readonly after?: Listing;
}

/** Reads of one moment. */
interface ListBatch {
  /** What they are interested in; `undefined` is the whole account. */
  readonly servers: Set<string | undefined>;
  /** From then on nobody joins. */
  readonly complete: Promise<void>;
  readonly lists: Map<string | undefined, Promise<Listing>>;
}

/**
 * The one way to the API's lists. There is no call to read one snapshot, so every read is a list: reads of the
 * same moment share one request, and one that is still fresh serves the next. A write of ours makes all that
 * was read before it stale.
 */
export class SnapshotLists {
  /** What this process has written. */
  readonly writes = new RecentWrites();
  private generation = 0;
  private readonly cache = new Map<string, Listing>();
  private readonly inFlight = new Map<
    string,
    { readonly startedSeq: number; readonly listing: Promise<Listing> }
  >();
  private sequence = 0;
  private readonly baselines = new Map<string, Listing>();
  private batch: ListBatch | undefined;
  /** The server that was asked for last, and when: a second one so soon after it is seldom the last. */
  private lastAsked: { readonly serverId: string | undefined; readonly at: number } | undefined;
  /** How many pages the account's list had when it was read last. */
  private wholePages = 1;

  constructor(
    private readonly client: VpsorgClient,
    private readonly clock: Clock,
    /** How long a list serves further reads. 0 where others write to the account without our knowing. */
    private readonly freshMs: number = SHARING_TIMES.freshMs,
    /** Whether the account's list is read also where one server is asked for first: others follow. */
    private readonly readsWhole = false,
  ) {}

  /** To be called before and after each write. */
  invalidate(): void {
    this.generation++;
    this.cache.clear();
    this.inFlight.clear();
    this.batch = undefined;
  }

  /** One server's list, or the account's. */
  async list(serverId: string | undefined, options: ListOptions = {}): Promise<Listing> {
    const key = serverId ?? "";
    const { maxAgeMs = 0, after } = options;
    const fresh = this.freshFor(serverId, maxAgeMs, after);
    if (fresh !== undefined) return fresh;
    // Somebody's signal or deadline must not end a request that others share.
    if ([options.signal, options.attempts, options.deadlineAt].some((own) => own !== undefined))
      return this.request(serverId, options);
    const running = this.inFlight.get(key);
    const lateEnough = running !== undefined && (after === undefined || running.startedSeq > after.endedSeq);
    if (lateEnough && this.freshMs > 0) return running.listing;
    const startedSeq = ++this.sequence;
    const listing = this.request(serverId, options, startedSeq).finally(() => {
      if (this.inFlight.get(key)?.listing === listing) this.inFlight.delete(key);
    });
    this.inFlight.set(key, { startedSeq, listing });
    return listing;
  }

  /**
   * The list for a caller that is interested in one server (or in all of them), together with all who ask in the
   * same moment: with as few requests as show all that they are interested in.
   */
  batchedList(serverId: string | undefined): Promise<Listing> {
    const fresh = this.fresh(serverId ?? "", this.freshMs) ?? this.fresh("", this.freshMs);
    if (fresh !== undefined) return Promise.resolve(fresh);
    const batch = (this.batch ??= this.openBatch());
    batch.servers.add(serverId);
    this.lastAsked = { serverId, at: this.clock.now() };
    return batch.complete.then(() => {
      const key = this.prefersAccountList(batch.servers) ? undefined : serverId;
      const listing = batch.lists.get(key) ?? this.list(key, { maxAgeMs: this.freshMs });
      batch.lists.set(key, listing);
      return listing;
    });
  }

  /**
   * As few lists as show all of these servers: the account's, or one a server where the account's has so many pages
   * that those are fewer.
   */
  fewestListsFor(
    servers: ReadonlySet<string>,
    options: ListOptions,
  ): { readonly servers: ReadonlySet<string>; readonly listing: Promise<Listing> }[] {
    if (this.prefersAccountList(servers)) return [{ servers, listing: this.list(undefined, options) }];
    return [...servers].map((serverId) => ({
      servers: new Set([serverId]),
      listing: this.list(serverId, options),
    }));
  }

  /** A whole list of the account that was begun when another one had ended; all who ask for it share it. */
  wholeAfter(first: Listing, options: ListOptions): Promise<Listing> {
    return this.list(undefined, { ...options, maxAgeMs: this.freshMs, after: first });
  }

  /** What was read of a server last, however long ago, and without a request; absent since the last write. */
  latest(serverId: string): Listing | undefined {
    return this.freshFor(serverId, Number.POSITIVE_INFINITY);
  }

  /** One server's part of a batched list. */
  async batchedServerList(serverId: string): Promise<Listing> {
    return this.partOf(await this.batchedList(serverId), serverId);
  }

  /**
   * What a server holds, with what this process has written since the list was read: our own writes do not make it
   * stale, so several creates at once cost one list.
   */
  async onServer(serverId: string): Promise<readonly SnapshotRecord[]> {
    return this.writes.over(occupants(await this.baselineOf(serverId)), serverId);
  }

  private async baselineOf(serverId: string): Promise<Listing> {
    const cached = this.baselines.get(serverId) ?? this.baselines.get("");
    const recent = cached !== undefined && this.isFresh(cached.at) ? forServer(cached, serverId) : undefined;
    if (recent !== undefined) return recent;
    const batched = await this.batchedList(serverId);
    this.baselines.set(batched.serverId ?? "", batched);
    const mine = await this.partOf(batched, serverId);
    this.baselines.set(serverId, mine);
    return mine;
  }

  /** One server's part of a list, which is read on its own where the account's cannot tell. */
  private async partOf(listing: Listing, serverId: string): Promise<Listing> {
    return forServer(listing, serverId) ?? (await this.list(serverId));
  }

  private openBatch(): ListBatch {
    const { lastAsked } = this;
    const recent = lastAsked !== undefined && this.isFresh(lastAsked.at);
    const batch: ListBatch = {
      servers: new Set(recent ? [lastAsked.serverId] : []),
      complete: this.clock.sleep(SHARING_TIMES.batchMs).then(() => {
        if (this.batch === batch) this.batch = undefined;
      }),
      lists: new Map(),
    };
    return batch;
  }

  private prefersAccountList(servers: ReadonlySet<string | undefined>): boolean {
    return this.readsWhole || servers.has(undefined) || (servers.size > 1 && servers.size >= this.wholePages);
  }

  /** A server's list, or its part of the account's. */
  private freshFor(serverId: string | undefined, maxAgeMs: number, after?: Listing): Listing | undefined {
    const whole = this.fresh("", maxAgeMs, after);
    return (
      this.fresh(serverId ?? "", maxAgeMs, after) ??
      (whole === undefined ? undefined : forServer(whole, serverId))
    );
  }

  private fresh(key: string, maxAgeMs: number, after?: Listing): Listing | undefined {
    const cached = this.cache.get(key);
    if (cached === undefined || maxAgeMs <= 0) return undefined;
    if (after !== undefined && cached.startedSeq < after.endedSeq) return undefined;
    return this.isFresh(cached.at, maxAgeMs) ? cached : undefined;
  }

  private isFresh(at: number, maxAgeMs = this.freshMs): boolean {
    return this.clock.now() - at < maxAgeMs;
  }

  private async request(
    serverId: string | undefined,
    options: ListOptions,
    startedSeq = ++this.sequence,
  ): Promise<Listing> {
    const { generation } = this;
    const { signal, attempts, deadlineAt } = options;
    const entries = await this.client.listSnapshots({
      serverId,
      signal,
      ...(attempts === undefined ? {} : { attempts }),
      ...(deadlineAt === undefined ? {} : { deadlineAt }),
      ...(serverId === undefined ? { onPages: (pages) => (this.wholePages = pages) } : {}),
    });
    const all = dropOtherServers<SnapshotRecord | OddSnapshot>(entries, serverId);
    const listing: Listing = {
      snapshots: all.filter((entry): entry is SnapshotRecord => !("problem" in entry)),
      odd: all.filter((entry) => "problem" in entry),
      serverId,
      at: this.clock.now(),
      startedSeq,
      endedSeq: ++this.sequence,
    };
    if (generation === this.generation) this.cache.set(serverId ?? "", listing);
    return listing;
  }
}
