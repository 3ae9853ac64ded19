import { median } from "./child";
import { registered, startHost } from "./host";

/** How long the first calls of a run take, beyond those of a resource that does nothing. */
export interface FirstCalls {
  /** The handlers are loaded, and answer a check. */
  readonly checkMs: number;
  /** Also the first request is made: the HTTP and schema libraries and the connection come in. */
  readonly withRequestMs: number;
}

const RUNS = 7;

export async function measureFirstCalls(): Promise<FirstCalls> {
  const [ours, empty] = [times("ours"), times("empty")];
  return {
    checkMs: (await median(RUNS, ours.check)) - (await median(RUNS, empty.check)),
    withRequestMs: (await median(RUNS, ours.read)) - (await median(RUNS, empty.read)),
  };
}

function times(provider: "ours" | "empty") {
  const run = async (work: (first: { check: number; read: number }) => number): Promise<number> => {
    const host = await startHost({
      servers: [{ id: 1000, name: "server-0" }],
      snapshots: [{ id: 801, serverId: 1000, name: "snapshot-0" }],
    });
    try {
      const started = performance.now();
      const { inputs } = await host.client.check({}, registered(provider, 0, 1));
      const check = performance.now() - started;
      await host.client.read("801", inputs);
      return work({ check, read: performance.now() - started });
    } finally {
      await host.close();
    }
  };
  return { check: () => run(({ check }) => check), read: () => run(({ read }) => read) };
}
