import { serverSeeds, snapshotSeeds } from "../../test/tools/support/seeds";
import { registered, startHost } from "./host";

/** How long the first calls of a run take, beyond those of a resource that does nothing. */
export interface FirstCalls {
  /** The handlers are loaded, and answer a check. */
  readonly checkMs: number;
  /** Also the first request is made: the HTTP and schema libraries and the connection come in. */
  readonly withRequestMs: number;
  /** The host's own start, which is the SDK's. */
  readonly startMs: number;
}

const RUNS = 7;

export async function measureFirstCalls(): Promise<FirstCalls> {
  const [ours, empty] = [await measureRuns("ours"), await measureRuns("empty")];
  return {
    checkMs: ours.checkMs - empty.checkMs,
    withRequestMs: ours.withRequestMs - empty.withRequestMs,
    startMs: Math.min(ours.startMs, empty.startMs),
  };
}

async function measureRuns(provider: "ours" | "empty"): Promise<FirstCalls> {
  const runs: FirstCalls[] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await measureRun(provider));
  const quickest = (what: keyof FirstCalls): number => Math.min(...runs.map((run) => run[what]));
  return {
    checkMs: quickest("checkMs"),
    withRequestMs: quickest("withRequestMs"),
    startMs: quickest("startMs"),
  };
}

async function measureRun(provider: "ours" | "empty"): Promise<FirstCalls> {
  const host = await startHost({ servers: serverSeeds(1), snapshots: snapshotSeeds(1, 1) });
  try {
    const started = performance.now();
    const { inputs } = await host.client.check({}, registered(provider, 0, 1));
    const checkMs = performance.now() - started;
    await host.client.read("1", { ...inputs, __endpoint: host.emulator.endpoint });
    return { checkMs, withRequestMs: performance.now() - started, startMs: host.startMs };
  } finally {
    await host.close();
  }
}
