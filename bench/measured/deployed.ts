import type { PulumiCommand } from "../../test/tools/engine/choose";
import { Deployment } from "../../test/tools/support/deployment";
import { serverSeeds } from "../../test/tools/support/seeds";
import { SNAPSHOTS } from "./program";

/** So many snapshots on so many servers, which is what a measure is about. */
export interface Size {
  readonly snapshots: number;
  readonly servers: number;
}

/** A project on an emulated account whose minutes pass in a moment: what is measured is what we and the engine do. */
export function deploy(
  engine: PulumiCommand,
  size: Size,
  files: Readonly<Record<string, string>> = SNAPSHOTS,
): Promise<Deployment> {
  const env = { BENCH_SNAPSHOTS: String(size.snapshots), BENCH_SERVERS: String(size.servers) };
  const servers = serverSeeds(size.servers);
  return Deployment.open({ files, env, engine }, { speed: 60_000, servers, snapshots: [] });
}

/** The requests since the last time that they were counted. */
export function countRequests({ emulator }: Deployment): number {
  const { length } = emulator.requests();
  emulator.clearRequests();
  return length;
}
