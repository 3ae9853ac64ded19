import type { ServerRecord } from "./records";

const MINUTE = 60_000;
const DISK_GB = { least: 20, most: 500 };
/** The documented ranges. */
const CREATE_MINUTES = { least: 3, most: 10 };
const RESTORE_MINUTES = { least: 5, most: 15 };

function bySize(diskGb: number, minutes: { least: number; most: number }): number {
  const part = (diskGb - DISK_GB.least) / (DISK_GB.most - DISK_GB.least);
  const clamped = Math.min(1, Math.max(0, part));
  return (minutes.least + clamped * (minutes.most - minutes.least)) * MINUTE;
}

export function createDurationMs(server: ServerRecord, speed: number): number {
  return (server.createMs ?? bySize(server.diskGb, CREATE_MINUTES)) / speed;
}

export function restoreDurationMs(server: ServerRecord, speed: number): number {
  return (server.restoreMs ?? bySize(server.diskGb, RESTORE_MINUTES)) / speed;
}

/** A quarter of the disk: 20 GB give the 5120 MB of the documentation's example. */
export function snapshotSizeMb(server: ServerRecord): number {
  return server.diskGb * 256;
}
