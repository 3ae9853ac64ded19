import type { SessionOptions } from "../core/session";
import { completionHandler } from "./completion-handler";
import { createEngineLog } from "./engine-log";
import type { EngineLog } from "./engine-log";
import { requestHandler } from "./request-handler";
import { ProviderRuntime } from "./runtime";
import type { ConfigureRequest } from "./runtime";
import { rotationHandler } from "./rotation-handler";
import { safetyHandler } from "./safety-handler";
import { snapshotHandler } from "./snapshot-handler";

export interface ProviderOptions {
  /** @default the engine that has started this process */
  readonly engine?: EngineLog;
  /** @default the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Of automatic names. @default Math.random */
  readonly random?: () => number;
  /** The clock, the time limits and the way to the network. @default the real ones */
  readonly session?: Pick<SessionOptions, "clock" | "limits" | "adapter">;
}

/** A handler for each resource type; together they serve one run of the engine. */
export type Provider = ReturnType<typeof createProvider>;

/** The composition root of the provider host: nothing that outlives a call is kept anywhere else. */
export function createProvider(options: ProviderOptions = {}) {
  const runtime = new ProviderRuntime({
    engine: options.engine ?? createEngineLog(),
    env: options.env ?? process.env,
    random: options.random ?? Math.random,
    session: options.session ?? {},
  });
  const configured = <T extends object>(handler: T) => ({
    configure: (request: ConfigureRequest): void => runtime.configure(request),
    ...handler,
  });
  return {
    snapshot: configured(snapshotHandler(runtime)),
    snapshotRotation: configured(rotationHandler(runtime)),
    safetySnapshot: configured(safetyHandler(runtime)),
    restoreRequest: configured(requestHandler(runtime)),
    restoreCompletion: configured(completionHandler(runtime)),
  };
}
