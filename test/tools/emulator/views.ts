import type { Account } from "./account";
import { toWireId, type WireId } from "./ids";
import type { ServerRecord, SnapshotRecord } from "./records";

/** A snapshot as the API shows it. */
export interface SnapshotView {
  id: WireId;
  server: { id: WireId; name: string };
  name: string;
  status: string;
  size_mb: number | null;
  created_at: string;
  description: string;
}

/** A server as the API shows it. */
export interface ServerView {
  id: WireId;
  name: string;
  hostname: string;
  status: string;
  ip_address: string;
  location: string;
  plan: string;
  os: string;
  created_at: string;
  updated_at: string;
}

/** The answer to an accepted restore. */
export interface RestoreView {
  status: "success";
  message: string;
  snapshot: { id: WireId; name: string; created_at: string };
  server: { id: WireId; name: string; status: "restoring" };
}

/** An ISO time as Python's isoformat writes it: a fraction only where there is one. */
export function wireTime(account: Account, ms: number): string {
  const whole = account.behaviour().wholeSeconds ? Math.floor(ms / 1000) * 1000 : ms;
  return new Date(whole).toISOString().replace(".000Z", "Z");
}

export function wireIdOf(account: Account, record: { key: string }): WireId {
  return toWireId(record.key, account.behaviour().uuidIds);
}

export function snapshotView(account: Account, snapshot: SnapshotRecord): SnapshotView {
  const server = account.serverOf(snapshot);
  const pending = snapshot.completesAt !== undefined;
  return {
    id: wireIdOf(account, snapshot),
    server: { id: wireIdOf(account, server), name: server.name },
    name: snapshot.name,
    status: pending ? account.behaviour(server).intermediateStatus : snapshot.status,
    size_mb: pending ? null : snapshot.sizeMb,
    created_at: wireTime(account, snapshot.createdAt),
    description: snapshot.description,
  };
}

export function serverView(account: Account, server: ServerRecord): ServerView {
  const showsRestore = server.restore !== undefined && account.now() >= server.restore.visibleAt;
  return {
    id: wireIdOf(account, server),
    name: server.name,
    hostname: server.hostname,
    status: showsRestore ? "restoring" : server.status,
    ip_address: server.ipAddress,
    location: server.location,
    plan: server.plan,
    os: server.os,
    created_at: wireTime(account, server.createdAt),
    updated_at: wireTime(account, server.updatedAt),
  };
}
