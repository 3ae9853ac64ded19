import { AbortedError, systemClock } from "../api";
import { createClient } from "../api/client";
import type { Adapter, Clock, Limits, ObserveAnswer, ServerRecord, VpsorgClient } from "../api";
import type { Settings } from "./config";
import { withTokenAdvice } from "./messages/token-advice";
import { SnapshotLists } from "./account/snapshot-lists";
import { createSchedule } from "./time/schedule";
import type { PollSchedule } from "./time/schedule";
import { RunRestores } from "./restore/run-restores";
import { Ownership } from "./snapshot/ownership";
import type { SnapshotOutputs } from "./snapshot/state";
import { SlotReservations } from "./snapshot/slots";
import { KeyedMutex } from "./keyed-mutex";
import { pulumiAdvice } from "./messages/advice";
import type { Advice } from "./messages/advice";
import { SnapshotWaiter } from "./account/snapshot-waiter";
import { SHARING_TIMES } from "../api/times";

/**
 * One account as one process sees it. Everything that is shared between resources lives here: the connection,
 * the lists, the one poll loop, and the mutex that creates on the same server pass.
 */
export interface Session {
  readonly client: VpsorgClient;
  readonly endpoint: string;
  readonly clock: Clock;
  readonly schedule: PollSchedule;
  /** What messages tell people to run. */
  readonly advice: Advice;
  readonly lists: SnapshotLists;
  readonly waiter: SnapshotWaiter;
  /** The account's servers, once in a run. */
  readonly servers: () => Promise<readonly ServerRecord[]>;
  /** The same as they are now, at most two seconds ago. */
  readonly serversNow: () => Promise<readonly ServerRecord[]>;
  readonly serverMutex: KeyedMutex;
  /** What this run restores. */
  readonly restores: RunRestores;
  /** Who in this stack holds which snapshot. */
  readonly ownership: Ownership;
  /** What this run has made, or has found recorded as not completed, and has not seen completed since. */
  readonly unfinished: Map<string, SnapshotOutputs>;
  /** What replacements of this run are going to take. */
  readonly slots: SlotReservations;
  /** Status words that were reported already. */
  readonly reportedWords: Set<string>;
}

export interface SessionOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** @default the network */
  readonly adapter?: Adapter;
  /** How long a list serves further reads, in milliseconds. @default 2000 */
  readonly listsFreshMs?: number;
  /** One list of the account's snapshots serves all reads of the run: nothing is changed. @default false */
  readonly isPreview?: boolean;
  /** @default that of a Pulumi project */
  readonly advice?: Advice;
  /** What the run knew before the session was needed. */
  readonly ownership?: Ownership;
  readonly restores?: RunRestores;
  readonly slots?: SlotReservations;
  /** Whether whoever asked for the work has ended: then nothing is changed any more. @default never */
  readonly isAbandoned?: () => Promise<boolean>;
  /** Called with each answer of the API as it came. */
  readonly onAnswer?: ObserveAnswer;
  /** Snapshots known to be unfinished before the session was needed. */
  readonly unfinished?: Map<string, SnapshotOutputs>;
}

export function createSession(settings: Settings, options: SessionOptions = {}): Session {
  const clock = options.clock ?? systemClock;
  const schedule = createSchedule(settings.pollIntervalSeconds);
  const { endpoint, token, tokenSource } = settings;
  const { advice = pulumiAdvice } = options;
  const plain = createClient({
    endpoint,
    token,
    clock,
    retryBaseMs: schedule.retryBaseMs,
    checkEndpoint: advice.checkEndpoint(),
    beforeWrite: refuseAbandoned(options.isAbandoned),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    ...(options.onAnswer === undefined ? {} : { onAnswer: options.onAnswer }),
  });
  const client = withTokenAdvice(plain, tokenSource, advice);
  const { isPreview = false } = options;
  const freshMs = isPreview ? SHARING_TIMES.previewMs : options.listsFreshMs;
  const lists = new SnapshotLists(client, clock, freshMs, isPreview);
  let servers: { readonly at: number; readonly list: Promise<readonly ServerRecord[]> } | undefined;
  const readServers = (attempts?: number): Promise<readonly ServerRecord[]> => {
    const list = client.listServers(attempts === undefined ? {} : { attempts });
    servers = { at: clock.now(), list };
    return list;
  };
  return {
    client,
    endpoint,
    clock,
    schedule,
    advice,
    lists,
    waiter: new SnapshotWaiter(lists, clock, schedule, client.gate),
    servers: () => servers?.list ?? readServers(1),
    serversNow: () =>
      servers !== undefined && clock.now() - servers.at <= SHARING_TIMES.freshMs
        ? servers.list
        : readServers(),
    serverMutex: new KeyedMutex(),
    restores: options.restores ?? new RunRestores(),
    ownership: options.ownership ?? new Ownership(),
    unfinished: options.unfinished ?? new Map<string, SnapshotOutputs>(),
    slots: options.slots ?? new SlotReservations(),
    reportedWords: new Set(),
  };
}

/** Lets no write go out for a run that has ended. */
function refuseAbandoned(isAbandoned: SessionOptions["isAbandoned"]): () => Promise<void> {
  return async () => {
    if ((await isAbandoned?.()) === true)
      throw new AbortedError("the run that asked for this has ended: nothing was sent to VPS.org");
  };
}
