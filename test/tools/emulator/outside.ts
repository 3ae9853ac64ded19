import type { Account } from "./account";
import type { ServerBehaviourPatch } from "./behaviour";
import { keyOf, type WireId } from "./ids";
import type { ServerRecord, ServerSeed, SnapshotRecord, SnapshotSeed } from "./records";
import { SNAPSHOT_LIMIT, startRestore } from "./rules";
import { wireIdOf } from "./views";

export type SnapshotChange = Partial<Pick<SnapshotRecord, "name" | "description" | "status" | "sizeMb">> & {
  /** ISO time. */
  createdAt?: string;
};
export type ServerChange = Partial<Omit<ServerSeed, "id" | "behaviour">> & {
  behaviour?: ServerBehaviourPatch;
};

/** What other people do to the account, as plain data: for scripted faults and for other processes. */
export type OutsideAction =
  | { action: "createSnapshot"; snapshot: SnapshotSeed }
  | { action: "deleteSnapshot"; id: WireId }
  | { action: "setSnapshot"; id: WireId; change: SnapshotChange }
  | { action: "fillServer"; id: WireId }
  | { action: "addServer"; server: ServerSeed }
  | { action: "setServer"; id: WireId; change: ServerChange }
  | { action: "removeServer"; id: WireId }
  | { action: "startRestore"; snapshotId: WireId };

/**
 * What other people do to the account, past the API's rules and its limit. Ids may be in either form.
 * Where something must exist and does not, these throw: the test is wrong, not the API.
 */
export class Outside {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  createSnapshot(snapshot: SnapshotSeed): WireId {
    this.#account.settle();
    return wireIdOf(this.#account, this.#account.addSnapshot(snapshot));
  }

  /** Whether it was there. */
  deleteSnapshot(id: WireId): boolean {
    return this.#account.snapshots.delete(keyOf(id));
  }

  /** A status given here is final: a creation that was under way is over. */
  setSnapshot(id: WireId, change: SnapshotChange): void {
    this.#account.settle();
    const snapshot = this.#snapshot(id);
    const { createdAt, ...rest } = change;
    Object.assign(snapshot, rest);
    if (createdAt !== undefined) snapshot.createdAt = Date.parse(createdAt);
    if (change.status !== undefined) snapshot.completesAt = undefined;
  }

  /** Adds completed snapshots up to the limit; gives the ids of those it added. */
  fillServer(id: WireId): WireId[] {
    const server = this.#server(id);
    const added: WireId[] = [];
    while (this.#account.snapshotsOf(server).length < SNAPSHOT_LIMIT) {
      added.push(this.createSnapshot({ serverId: server.key, name: `someone-elses-${added.length + 1}` }));
    }
    return added;
  }

  addServer(seed: ServerSeed): void {
    this.#account.addServer(seed);
  }

  /** A status given here is final: a restore that was under way is over. */
  setServer(id: WireId, change: ServerChange): void {
    this.#account.settle();
    const server = this.#server(id);
    const { behaviour, ...rest } = change;
    Object.assign(server, rest);
    if (behaviour) this.#account.setServerBehaviour(server, behaviour);
    server.updatedAt = this.#account.now();
    if (change.status !== undefined && server.restore) {
      server.restore.finishedAt = server.updatedAt;
      server.restore = undefined;
    }
  }

  /** Its snapshots go with it. */
  removeServer(id: WireId): void {
    const server = this.#server(id);
    for (const { key } of this.#account.snapshotsOf(server)) this.#account.snapshots.delete(key);
    this.#account.servers.delete(server.key);
  }

  /** Of any snapshot, at any moment: a restore that was under way on its server is over. */
  startRestore(snapshotId: WireId): void {
    this.#account.settle();
    const snapshot = this.#snapshot(snapshotId);
    const server = this.#account.serverOf(snapshot);
    if (server.restore) server.restore.finishedAt = this.#account.now();
    startRestore(this.#account, server, snapshot);
  }

  /** One action given as data; gives the ids that it added, or nothing. */
  run(action: OutsideAction): WireId | WireId[] | undefined {
    switch (action.action) {
      case "createSnapshot":
        return this.createSnapshot(action.snapshot);
      case "fillServer":
        return this.fillServer(action.id);
      case "deleteSnapshot":
        this.deleteSnapshot(action.id);
        return undefined;
      case "setSnapshot":
        this.setSnapshot(action.id, action.change);
        return undefined;
      case "addServer":
        this.addServer(action.server);
        return undefined;
      case "setServer":
        this.setServer(action.id, action.change);
        return undefined;
      case "removeServer":
        this.removeServer(action.id);
        return undefined;
      case "startRestore":
        this.startRestore(action.snapshotId);
        return undefined;
    }
  }

  #server(id: WireId): ServerRecord {
    const server = this.#account.servers.get(keyOf(id));
    if (!server) throw new Error(`there is no server ${id}`);
    return server;
  }

  #snapshot(id: WireId): SnapshotRecord {
    const snapshot = this.#account.snapshots.get(keyOf(id));
    if (!snapshot) throw new Error(`there is no snapshot ${id}`);
    return snapshot;
  }
}
