import { Account } from "./account";
import type { Behaviour, BehaviourPatch } from "./behaviour";
import { createDurationMs, restoreDurationMs } from "./durations";
import { keyOf, keyOfRequest, type WireId } from "./ids";
import { Outside } from "./outside";
import {
  DEFAULT_SERVERS,
  type RestoreRecord,
  type ServerSeed,
  type SnapshotRecord,
  type SnapshotSeed,
} from "./records";
import { createSnapshot, deleteSnapshot, requireServer, restoreSnapshot, type CreateInput } from "./rules";
import {
  serverView,
  snapshotView,
  wireIdOf,
  wireTime,
  type RestoreView,
  type ServerView,
  type SnapshotView,
} from "./views";

export interface ModelOptions {
  /** Milliseconds; a simulated clock makes every wait immediate. @default Date.now */
  now?: () => number;
  /** Divides every duration. @default 1 */
  speed?: number;
  servers?: readonly ServerSeed[];
  snapshots?: readonly SnapshotSeed[];
  behaviour?: BehaviourPatch;
}

/** Everything there is, also what lists do not show yet. */
export interface AccountState {
  now: string;
  speed: number;
  behaviour: Behaviour;
  servers: (ServerView & { disk_gb: number; create_ms: number; restore_ms: number })[];
  snapshots: SnapshotView[];
  /** Every restore accepted so far; `finished_at` is null while it runs. */
  restores: { snapshot_id: string; server_id: string; started_at: string; finished_at: string | null }[];
}

/** A list, as far as a page needs it. */
export interface Shown<T> {
  readonly length: number;
  slice(from?: number, to?: number): T[];
}

const CREATE_MESSAGE = "Snapshot creation started. This takes 3-10 minutes, depending on the server's size.";
const RESTORE_MESSAGE = "Snapshot restore started. This takes 5-15 minutes, depending on the server's size.";

/**
 * The account behind the API, without HTTP. Its methods are the API's calls: they take ids as the API
 * shows them, give what it answers, and throw a `Refusal` where it refuses.
 */
export class Model {
  readonly outside: Outside;
  readonly #account: Account;

  constructor(options: ModelOptions = {}) {
    this.#account = new Account(options.now ?? Date.now, options.speed ?? 1);
    this.outside = new Outside(this.#account);
    if (options.behaviour) this.#account.setBehaviour(options.behaviour);
    for (const seed of options.servers ?? DEFAULT_SERVERS) this.#account.addServer(seed);
    for (const seed of options.snapshots ?? []) this.#account.addSnapshot(seed);
  }

  now(): number {
    return this.#account.now();
  }

  behaviour(): Behaviour {
    return this.#account.behaviour();
  }

  /** Merges; null sets a switch back to its default. For one server: `outside.setServer`. */
  setBehaviour(patch: BehaviourPatch): void {
    this.#account.setBehaviour(patch);
  }

  listSnapshots(serverId?: WireId): SnapshotView[] {
    return this.shownSnapshots(serverId).slice();
  }

  /** The same, of which a page at a time is made: an account can hold thousands. */
  shownSnapshots(serverId?: WireId): Shown<SnapshotView> {
    const records = this.#shownRecords(serverId);
    return {
      length: records.length,
      slice: (from, to) => records.slice(from, to).map((snapshot) => snapshotView(this.#account, snapshot)),
    };
  }

  #shownRecords(serverId: WireId | undefined): SnapshotRecord[] {
    this.#account.settle();
    const { filterWorks, listOrder } = this.behaviour();
    if (serverId !== undefined && filterWorks === "broken") return [];
    const now = this.#account.now();
    const shown = [...this.#account.snapshots.values()]
      .filter(({ visibleAt }) => visibleAt <= now)
      .filter((snapshot) => serverId === undefined || !filterWorks || this.#isOn(snapshot, serverId))
      .sort((a, b) => a.createdAt - b.createdAt || a.sequence - b.sequence);
    return listOrder === "newestFirst" ? shown.reverse() : shown;
  }

  createSnapshot(input: CreateInput): SnapshotView & { message: string } {
    const snapshot = createSnapshot(this.#account, input);
    return { ...snapshotView(this.#account, snapshot), message: CREATE_MESSAGE };
  }

  restoreSnapshot(id: WireId): RestoreView {
    const restore = restoreSnapshot(this.#account, id);
    const { name, created_at } = this.#snapshot(restore.snapshotKey);
    const server = requireServer(this.#account, wireIdOf(this.#account, { key: restore.serverKey }));
    return {
      status: "success",
      message: RESTORE_MESSAGE,
      snapshot: { id: wireIdOf(this.#account, { key: restore.snapshotKey }), name, created_at },
      server: { id: wireIdOf(this.#account, server), name: server.name, status: "restoring" },
    };
  }

  deleteSnapshot(id: WireId): void {
    deleteSnapshot(this.#account, id);
  }

  listServers(status?: string): ServerView[] {
    this.#account.settle();
    return [...this.#account.servers.values()]
      .map((server) => serverView(this.#account, server))
      .filter((server) => status === undefined || server.status === status);
  }

  getServer(id: WireId): ServerView {
    this.#account.settle();
    return serverView(this.#account, requireServer(this.#account, id));
  }

  state(): AccountState {
    const account = this.#account;
    account.settle();
    return {
      now: wireTime(account, account.now()),
      speed: account.speed,
      behaviour: account.behaviour(),
      servers: [...account.servers.values()].map((server) => ({
        ...serverView(account, server),
        disk_gb: server.diskGb,
        create_ms: createDurationMs(server, account.speed),
        restore_ms: restoreDurationMs(server, account.speed),
      })),
      snapshots: [...account.snapshots.values()].map((snapshot) => snapshotView(account, snapshot)),
      restores: account.restores.map((restore) => this.#restoreState(restore)),
    };
  }

  #restoreState({
    snapshotKey,
    serverKey,
    startedAt,
    finishedAt,
  }: RestoreRecord): AccountState["restores"][0] {
    return {
      snapshot_id: String(wireIdOf(this.#account, { key: snapshotKey })),
      server_id: String(wireIdOf(this.#account, { key: serverKey })),
      started_at: wireTime(this.#account, startedAt),
      finished_at: finishedAt === undefined ? null : wireTime(this.#account, finishedAt),
    };
  }

  #isOn(snapshot: SnapshotRecord, serverId: WireId): boolean {
    return snapshot.serverKey === keyOfRequest(serverId, this.behaviour().uuidIds);
  }

  #snapshot(key: string): SnapshotView {
    const record = this.#account.snapshots.get(keyOf(key));
    if (!record) throw new Error(`there is no snapshot ${key}`);
    return snapshotView(this.#account, record);
  }
}
