import type { Account } from "./account";
import type { Operation } from "./behaviour";
import { createDurationMs, restoreDurationMs } from "./durations";
import { keyOfRequest, type WireId } from "./ids";
import type { RestoreRecord, ServerRecord, SnapshotRecord } from "./records";
import { Refusal } from "./refusal";

/** The documented limit; snapshots in creation and failed ones count. */
export const SNAPSHOT_LIMIT = 5;

export interface CreateInput {
  serverId: WireId;
  name: string;
  description?: string;
}

export function requireServer(account: Account, id: WireId): ServerRecord {
  const key = keyOfRequest(id, account.behaviour().uuidIds);
  const server = key === undefined ? undefined : account.servers.get(key);
  if (!server) throw new Refusal(404, "Server not found.");
  return server;
}

function requireSnapshot(account: Account, id: WireId): SnapshotRecord {
  const key = keyOfRequest(id, account.behaviour().uuidIds);
  const snapshot = key === undefined ? undefined : account.snapshots.get(key);
  if (!snapshot) throw new Refusal(404, "Snapshot not found.");
  return snapshot;
}

function refuseWhileBusy(account: Account, operation: Operation, server: ServerRecord): void {
  const busy = account.busy(operation, server);
  if (busy) throw new Refusal(busy.status, busy.text);
}

function refuseWhileRestoring(account: Account, server: ServerRecord): void {
  if (!server.restore && server.status !== "restoring") return;
  const { restoringConflictStatus } = account.behaviour(server);
  throw new Refusal(restoringConflictStatus, "Server is being restored. Try again when it has finished.");
}

export function createSnapshot(account: Account, input: CreateInput): SnapshotRecord {
  account.settle();
  const server = requireServer(account, input.serverId);
  refuseWhileBusy(account, "create", server);
  refuseWhileRestoring(account, server);
  const present = account.snapshotsOf(server);
  if (present.length >= SNAPSHOT_LIMIT) {
    throw new Refusal(400, `Snapshot limit reached. Maximum ${SNAPSHOT_LIMIT} snapshots per server.`);
  }
  const { uniqueNames, listLagMs } = account.behaviour(server);
  if (uniqueNames && present.some(({ name }) => name === input.name)) {
    throw new Refusal(400, "A snapshot with this name already exists.", { field: "name" });
  }
  const { name, description = "" } = input;
  const snapshot = account.addSnapshot({ serverId: server.key, name, description, status: "in_progress" });
  snapshot.visibleAt = snapshot.createdAt + listLagMs;
  snapshot.completesAt = snapshot.createdAt + createDurationMs(server, account.speed);
  return snapshot;
}

/** Accepts a restore by an API call; `id` is in the form the API uses now. */
export function restoreSnapshot(account: Account, id: WireId): RestoreRecord {
  account.settle();
  const snapshot = requireSnapshot(account, id);
  const server = account.serverOf(snapshot);
  refuseWhileBusy(account, "restore", server);
  refuseWhileRestoring(account, server);
  if (server.status === "suspended") throw new Refusal(400, "Server is suspended and cannot be restored.");
  if (snapshot.completesAt !== undefined || snapshot.status !== "completed") {
    throw new Refusal(400, "Snapshot is not completed and cannot be restored.");
  }
  return startRestore(account, server, snapshot);
}

export function startRestore(
  account: Account,
  server: ServerRecord,
  snapshot: SnapshotRecord,
): RestoreRecord {
  const startedAt = account.now();
  const restore: RestoreRecord = {
    snapshotKey: snapshot.key,
    serverKey: server.key,
    startedAt,
    visibleAt: startedAt + account.behaviour(server).restoringLagMs,
    endsAt: startedAt + restoreDurationMs(server, account.speed),
    finishedAt: undefined,
  };
  server.restore = restore;
  server.updatedAt = startedAt;
  account.restores.push(restore);
  return restore;
}

export function deleteSnapshot(account: Account, id: WireId): void {
  account.settle();
  const snapshot = requireSnapshot(account, id);
  refuseWhileBusy(account, "delete", account.serverOf(snapshot));
  account.snapshots.delete(snapshot.key);
}
