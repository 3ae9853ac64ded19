import { createClient, systemClock } from "../api";
import type { Clock, Limits, SnapshotRecord, VpsorgClient } from "../api";
import type { Settings } from "./config/settings";
import { withTokenAdvice } from "./config/token-advice";
import { SnapshotLists } from "./lists/snapshot-lists";
import { createPace } from "./pace";
import type { Pace } from "./pace";
import { Turns } from "./turns";
import { SnapshotWatch } from "./wait/snapshot-watch";

/**
 * One account as one process sees it. Everything that is shared between resources lives here: the connection,
 * the lists, the one poll loop, and the turns that creates on the same server take.
 */
export interface Session {
  readonly client: VpsorgClient;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly lists: SnapshotLists;
  readonly watch: SnapshotWatch;
  readonly turns: Turns;
  /** What this process has created, so that a list that lags behind cannot hide it. */
  readonly created: Map<string, SnapshotRecord>;
  /** What this process has deleted, likewise. */
  readonly deleted: Set<string>;
  /** Ids that some resource of this run holds in its state. */
  readonly owned: Set<string>;
  /** Replacements that will create before they delete, by the old id: each takes one more place on its server. */
  readonly planned: Map<string, PlannedReplacement>;
  /** Status words that were reported already. */
  readonly reportedWords: Set<string>;
}

export interface PlannedReplacement {
  readonly serverId: string;
  /** The prefix of the automatic name, by which the create is known as this replacement's. */
  readonly prefix: string;
}

export interface SessionOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
}

export function createSession(settings: Settings, options: SessionOptions = {}): Session {
  const clock = options.clock ?? systemClock;
  const pace = createPace(settings.pollIntervalSeconds);
  const { endpoint, token, tokenSource } = settings;
  const plain = createClient({
    endpoint,
    token,
    clock,
    retryBaseMs: pace.retryBaseMs,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const client = withTokenAdvice(plain, tokenSource);
  const lists = new SnapshotLists(client, clock);
  return {
    client,
    clock,
    pace,
    lists,
    watch: new SnapshotWatch(lists, clock, pace),
    turns: new Turns(),
    created: new Map(),
    deleted: new Set(),
    owned: new Set(),
    planned: new Map(),
    reportedWords: new Set(),
  };
}
