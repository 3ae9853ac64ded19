import { SNAPSHOT_PROVIDER } from "../../../provider/core/state-contract";
import { startEmulator } from "../../tools/emulator";
import type { Emulator, EmulatorOptions } from "../../tools/emulator";
import { EngineLog } from "../../tools/support/host/engine-log";
import type { ProviderClient } from "../../tools/support/host/provider-client";
import { ProviderHost } from "../../tools/support/host/provider-host";
import { secret } from "../../tools/support/host/properties";
import type { Properties } from "../../tools/support/host/properties";

// A host starts in half a second, and in many where the machine is busy with other tests.
jest.setTimeout(20_000);

/** The token of these tests. Nothing that is recorded or printed may hold it. */
export const CANARY = "canary-token-71c0a9e5";

/** At this speed the smallest server's snapshot takes 50 milliseconds. */
const SPEED = 3600;

export interface SceneOptions {
  /** Over the usual configuration; `null` leaves a key out. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly emulator?: EmulatorOptions;
  /** @default that of a recording engine */
  readonly engineAddress?: string;
}

/** An emulated account, an engine that records messages, and a configured host between them. */
export interface Scene {
  readonly emulator: Emulator;
  readonly engine: EngineLog;
  /** Of the run that goes on. */
  readonly host: ProviderHost;
  readonly client: ProviderClient;
  /** Ends the run and begins the next one, with a new host, as each command of the engine does. */
  nextRun(): Promise<ProviderClient>;
  /** `METHOD path` of every request so far. */
  requests(): string[];
  close(): Promise<void>;
}

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const emulator = await startEmulator({ token: CANARY, speed: SPEED, ...options.emulator });
  const engine = await EngineLog.start();
  const run = async (): Promise<ProviderHost> => {
    const host = await ProviderHost.start({
      engineAddress: options.engineAddress ?? engine.address,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    await host.client.configure(configuration(emulator, options.config));
    return host;
  };
  let host = await run();
  return {
    emulator,
    engine,
    get host() {
      return host;
    },
    get client() {
      return host.client;
    },
    nextRun: async () => {
      await host.stop();
      host = await run();
      return host.client;
    },
    requests: () => emulator.requests().map((request) => `${request.method} ${request.path}`),
    close: async () => {
      await host.stop();
      engine.stop();
      await emulator.close();
    },
  };
}

function configuration(emulator: Emulator, over: Readonly<Record<string, unknown>> = {}): Properties {
  const usual = {
    "vpsorg:token": secret(CANARY),
    "vpsorg:endpoint": emulator.endpoint,
    "vpsorg:pollIntervalSeconds": "0.05",
  };
  return Object.fromEntries(Object.entries({ ...usual, ...over }).filter(([key]) => over[key] !== null));
}

/** What the resource class registers for `new Snapshot("web", args)`. */
export function registered(args: Properties, resource = "web"): Properties {
  return { __provider: SNAPSHOT_PROVIDER, __resource: resource, ...args };
}

/** Arguments as `check` leaves them. */
export async function checked(client: ProviderClient, args: Properties, olds: Properties = {}) {
  const { inputs, failures } = await client.check(olds, registered(args));
  if (failures.length > 0) throw new Error(`check: ${JSON.stringify(failures)}`);
  return inputs;
}

/** Waits, for 10 seconds at most, until something that another process tells has arrived. */
export async function eventually<T>(look: () => T | undefined | false): Promise<T> {
  const until = Date.now() + 10_000;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() >= until) throw new Error("it did not arrive in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The error of a call that has to fail. */
export async function failure<E extends Error>(
  call: Promise<unknown>,
  kind: new (...args: never[]) => E,
): Promise<E> {
  const outcome = await call.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (outcome instanceof kind) return outcome;
  throw outcome instanceof Error ? outcome : new Error(String(outcome));
}
