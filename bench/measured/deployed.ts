import type { PulumiCommand } from "../../test/engine/choose";
import { Deployment } from "../../test/support/deployment";
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
  const servers = Array.from({ length: size.servers }, (_, index) => ({
    id: 1000 + index,
    name: `server-${index}`,
  }));
  return Deployment.open({ files, env, engine }, { speed: 60_000, servers, snapshots: [] });
}

/** `METHOD /path` and how often, since the last time. */
export function requestsOf(deployment: Deployment): readonly string[] {
  const requests = deployment.emulator.requests().map(({ method, path }) => `${method} ${path}`);
  deployment.emulator.clearRequests();
  return requests;
}
