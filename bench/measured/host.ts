import { readFileSync } from "node:fs";
import { SNAPSHOT_PROVIDER, SNAPSHOT_TYPE } from "../../provider/core/state-contract";
import { startEmulator } from "../../test/tools/emulator";
import type { Emulator, EmulatorOptions } from "../../test/tools/emulator";
import { EngineLog } from "../../test/tools/support/host/engine-log";
import { secret } from "../../test/tools/support/host/properties";
import type { Properties } from "../../test/tools/support/host/properties";
import type { ProviderClient } from "../../test/tools/support/host/provider-client";
import { ProviderHost } from "../../test/tools/support/host/provider-host";
import { Project } from "../../test/tools/support/project";
import { EMPTY, EMPTY_PROVIDER } from "./program";

/** A dynamic provider host that works on one emulated account, as the engine would use it. */
export interface Host {
  readonly emulator: Emulator;
  readonly client: ProviderClient;
  /** What its process took until it served. */
  readonly startMs: number;
  /** The most memory that the process has held so far, in bytes. */
  peakMemory(): number;
  close(): Promise<void>;
}

/** Ours, and the one beside it that does nothing. */
const PROVIDERS = { ours: SNAPSHOT_PROVIDER, empty: EMPTY_PROVIDER } as const;

/**
 * What V8 lets lie before it collects depends on the memory of the machine, and is several times what is held. This was its
 * limit everywhere until Node 24.
 */
const YOUNG = { NODE_OPTIONS: "--max-semi-space-size=16" };

export async function startHost(options: EmulatorOptions = {}): Promise<Host> {
  const emulator = await startEmulator({ speed: 60_000, ...options });
  const engine = await EngineLog.start();
  // A project's folder, where both providers are found.
  const project = new Project({ files: EMPTY });
  const started = performance.now();
  const host = await ProviderHost.start({ engineAddress: engine.address, cwd: project.dir, env: YOUNG });
  const startMs = performance.now() - started;
  await host.client.configure({
    "vpsorg:token": secret(emulator.token),
    "vpsorg:endpoint": emulator.endpoint,
    "vpsorg:pollIntervalSeconds": "0.05",
  });
  return {
    emulator,
    client: host.client,
    startMs,
    peakMemory: () => peakMemory(host.pid),
    close: async () => {
      await host.stop();
      engine.stop();
      await emulator.close();
      project.remove();
    },
  };
}

/** What a program registers for a snapshot, or for a resource that does nothing. */
export function registered(provider: keyof typeof PROVIDERS, index: number, servers: number): Properties {
  const name = `snapshot-${index}`;
  const serverId = String(1000 + (index % servers));
  const properties = { serverId, name, __resource: name, __provider: PROVIDERS[provider] };
  if (provider === "empty") return properties;
  return { ...properties, __urn: `urn:pulumi:bench::bench::${SNAPSHOT_TYPE}::${name}` };
}

/** Linux keeps the peak itself; a sample taken from outside would miss it. */
function peakMemory(pid: number): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) * 1024;
}
