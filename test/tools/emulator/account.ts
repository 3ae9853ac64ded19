import {
  BusyGate,
  DEFAULT_BEHAVIOUR,
  mergePatch,
  type Behaviour,
  type BehaviourPatch,
  type Operation,
  type ServerBehaviourPatch,
} from "./behaviour";
import { createDurationMs, snapshotSizeMb } from "./durations";
import { keyOf } from "./ids";
import {
  serverRecord,
  type RestoreRecord,
  type ServerRecord,
  type ServerSeed,
  type SnapshotRecord,
  type SnapshotSeed,
} from "./records";

const FIRST_SNAPSHOT_ID = 801;

/** The state of one account: its records, its clock, and what time makes of them. */
export class Account {
  readonly servers = new Map<string, ServerRecord>();
  readonly snapshots = new Map<string, SnapshotRecord>();
  /** Every restore that was accepted, oldest first. */
  readonly restores: RestoreRecord[] = [];
  readonly now: () => number;
  readonly speed: number;
  #behaviour: BehaviourPatch = {};
  #merged: Behaviour = { ...DEFAULT_BEHAVIOUR };
  readonly #gates = new Map<string, BusyGate>();
  #sequence = 0;
  #nextId = FIRST_SNAPSHOT_ID;

  constructor(now: () => number, speed: number) {
    if (!(speed > 0)) throw new RangeError(`speed must be above 0, not ${speed}`);
    this.now = now;
    this.speed = speed;
  }

  /** The switches as they stand, for all servers or as one server has them. */
  behaviour(server?: ServerRecord): Behaviour {
    const own = server?.behaviour ?? {};
    return Object.keys(own).length === 0 ? this.#merged : mergePatch(this.#merged, own);
  }

  setBehaviour(patch: BehaviourPatch): void {
    // What is already over must keep the outcome that was switched on when it ended.
    this.settle();
    this.#behaviour = mergePatch(this.#behaviour, patch);
    this.#merged = mergePatch({ ...DEFAULT_BEHAVIOUR }, this.#behaviour);
    this.#renewGate("*", patch.busy);
  }

  setServerBehaviour(server: ServerRecord, patch: ServerBehaviourPatch): void {
    this.settle();
    server.behaviour = mergePatch(server.behaviour, patch);
    this.#renewGate(server.key, patch.busy);
  }

  /** The refusal that a `busy` switch gives now; each call uses up one of its times. */
  busy(operation: Operation, server: ServerRecord): { status: number; text: string } | undefined {
    const gate = this.#gates.get(server.key) ?? this.#gates.get("*");
    return gate?.check(operation, this.now());
  }

  addServer(seed: ServerSeed): ServerRecord {
    const record = serverRecord({ ...seed, behaviour: {} }, this.servers.size, this.now());
    if (this.servers.has(record.key)) throw new Error(`there is already a server ${record.key}`);
    this.servers.set(record.key, record);
    if (seed.behaviour) this.setServerBehaviour(record, seed.behaviour);
    return record;
  }

  addSnapshot(seed: SnapshotSeed): SnapshotRecord {
    const server = this.servers.get(keyOf(seed.serverId));
    if (!server) throw new Error(`there is no server ${seed.serverId}`);
    const createdAt = seed.createdAt === undefined ? this.now() : Date.parse(seed.createdAt);
    if (Number.isNaN(createdAt)) throw new Error(`createdAt is not an ISO time: ${seed.createdAt ?? ""}`);
    const key = seed.id === undefined ? this.#newKey() : keyOf(seed.id);
    if (this.snapshots.has(key)) throw new Error(`there is already a snapshot ${key}`);
    const { status = "completed" } = seed;
    const size = status === "completed" ? snapshotSizeMb(server) : null;
    const record: SnapshotRecord = {
      key,
      serverKey: server.key,
      sequence: this.#sequence++,
      name: seed.name,
      description: seed.description ?? "",
      createdAt,
      visibleAt: createdAt,
      completesAt: status === "in_progress" ? this.now() + createDurationMs(server, this.speed) : undefined,
      status,
      sizeMb: seed.sizeMb === undefined ? size : seed.sizeMb,
    };
    this.snapshots.set(key, record);
    return record;
  }

  snapshotsOf(server: ServerRecord): SnapshotRecord[] {
    return [...this.snapshots.values()].filter(({ serverKey }) => serverKey === server.key);
  }

  /** The server of a snapshot: removing a server removes its snapshots, so there always is one. */
  serverOf(snapshot: SnapshotRecord): ServerRecord {
    const server = this.servers.get(snapshot.serverKey);
    if (!server) throw new Error(`snapshot ${snapshot.key} has no server`);
    return server;
  }

  /** Brings everything that time has ended by now to its end. */
  settle(): void {
    const now = this.now();
    for (const snapshot of this.snapshots.values()) this.#settleSnapshot(snapshot, now);
    for (const server of this.servers.values()) this.#settleServer(server, now);
  }

  #settleSnapshot(snapshot: SnapshotRecord, now: number): void {
    if (snapshot.completesAt === undefined || now < snapshot.completesAt) return;
    const server = this.serverOf(snapshot);
    const { neverCompletes, finalSnapshotStatus } = this.behaviour(server);
    if (neverCompletes) return;
    snapshot.completesAt = undefined;
    snapshot.status = finalSnapshotStatus;
    snapshot.sizeMb = finalSnapshotStatus === "completed" ? snapshotSizeMb(server) : null;
  }

  #settleServer(server: ServerRecord, now: number): void {
    const { restore } = server;
    if (!restore || now < restore.endsAt) return;
    const { neverEndsRestoring, finalServerStatus } = this.behaviour(server);
    if (neverEndsRestoring) return;
    restore.finishedAt = restore.endsAt;
    server.restore = undefined;
    server.status = finalServerStatus;
    server.updatedAt = restore.endsAt;
  }

  #renewGate(key: string, busy: Behaviour["busy"] | undefined): void {
    if (busy === null) this.#gates.delete(key);
    else if (busy) this.#gates.set(key, new BusyGate(busy, this.now()));
  }

  #newKey(): string {
    while (this.snapshots.has(String(this.#nextId))) this.#nextId++;
    return String(this.#nextId++);
  }
}
