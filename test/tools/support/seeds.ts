import type { ServerSeed, SnapshotSeed } from "../emulator";

/** So many servers, of which the first is 1000. */
export function serverSeeds(count: number): (ServerSeed & { readonly id: number })[] {
  return Array.from({ length: count }, (_, i) => ({ id: 1000 + i, name: `server-${i}` }));
}

/** So many snapshots, of which the first is 1, in turn on so many of these servers. */
export function snapshotSeeds(count: number, servers: number): (SnapshotSeed & { readonly id: number })[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    serverId: 1000 + (i % servers),
    name: `snapshot-${i}`,
    description: "Before the upgrade",
    createdAt: "2026-01-10T08:00:00Z",
  }));
}
