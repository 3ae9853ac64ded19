import type { ServerBehaviourPatch } from "./behaviour";
import { keyOf, type WireId } from "./ids";

/** A server to start with. Everything but the id and the name has a default. */
export interface ServerSeed {
  id: WireId;
  name: string;
  hostname?: string;
  /** Default "active". */
  status?: string;
  ipAddress?: string;
  location?: string;
  plan?: string;
  os?: string;
  /** How long creating and restoring take follows from this: 20 GB or less is fastest, 500 GB slowest. */
  diskGb?: number;
  /** Overrides what follows from `diskGb`; divided by the speed as well. */
  createMs?: number;
  restoreMs?: number;
  behaviour?: ServerBehaviourPatch;
}

/** A snapshot that exists already. Status "in_progress" starts its creation now; any other is final. */
export interface SnapshotSeed {
  id?: WireId;
  serverId: WireId;
  name: string;
  description?: string;
  /** Default "completed". */
  status?: string;
  sizeMb?: number | null;
  /** ISO time; default now. */
  createdAt?: string;
}

export interface ServerRecord {
  readonly key: string;
  name: string;
  hostname: string;
  /** What shows where no restore runs. */
  status: string;
  ipAddress: string;
  location: string;
  plan: string;
  os: string;
  diskGb: number;
  createMs: number | undefined;
  restoreMs: number | undefined;
  readonly createdAt: number;
  updatedAt: number;
  restore: RestoreRecord | undefined;
  behaviour: ServerBehaviourPatch;
}

export interface SnapshotRecord {
  readonly key: string;
  readonly serverKey: string;
  /** Order of creation, for snapshots of the same millisecond. */
  readonly sequence: number;
  name: string;
  description: string;
  createdAt: number;
  /** When lists begin to show it. */
  visibleAt: number;
  /** When its creation ends; undefined once it has ended. */
  completesAt: number | undefined;
  status: string;
  sizeMb: number | null;
}

/** One restore that was accepted, running or over. */
export interface RestoreRecord {
  readonly snapshotKey: string;
  readonly serverKey: string;
  readonly startedAt: number;
  /** When the server begins to show it. */
  readonly visibleAt: number;
  readonly endsAt: number;
  finishedAt: number | undefined;
}

export const DEFAULT_SERVERS: readonly ServerSeed[] = [
  { id: 12345, name: "web-server-01", diskGb: 20 },
  { id: 12346, name: "db-server-01", diskGb: 320, plan: "vps-8gb", os: "Debian 12" },
  { id: 12347, name: "cache-01", diskGb: 80, plan: "vps-4gb" },
];

export function serverRecord(seed: ServerSeed, position: number, now: number): ServerRecord {
  return {
    key: keyOf(seed.id),
    name: seed.name,
    hostname: seed.hostname ?? `${seed.name}.example.com`,
    status: seed.status ?? "active",
    ipAddress: seed.ipAddress ?? `192.0.2.${(position % 250) + 10}`,
    location: seed.location ?? "us-east",
    plan: seed.plan ?? "vps-2gb",
    os: seed.os ?? "Ubuntu 24.04",
    diskGb: seed.diskGb ?? 20,
    createMs: seed.createMs,
    restoreMs: seed.restoreMs,
    createdAt: now,
    updatedAt: now,
    restore: undefined,
    behaviour: seed.behaviour ?? {},
  };
}
