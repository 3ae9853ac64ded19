import { openPatiently } from "./account";
import type { Contender } from "./contender";

export type Operation = "create" | "restore";

/** What one wait costs, and how late it notices the end. */
export interface Wait {
  readonly minutes: number;
  /** All that were made, where it takes just so long. */
  readonly requests: number;
  /** From the end until it is noticed, where it ends right after a look. */
  readonly worstLateSeconds: number;
  /** What both cost together; smaller is better. A fixed interval has its duration here, whatever it is. */
  readonly product: number;
  /** From the request until the first look. */
  readonly firstLookSeconds: number;
}

const SERVER = "12345";
const SNAPSHOT = "701";

interface Run {
  readonly requests: number;
  readonly endedAfterMs: number;
  readonly firstLookMs: number;
}

/** Once so that it ends on time, and once more so that it ends just after the look that saw the end before. */
export async function measureWait(who: Contender, operation: Operation, minutes: number): Promise<Wait> {
  const onTime = await run(who, operation, minutes * 60_000);
  const missed = await run(who, operation, onTime.endedAfterMs + 1);
  const worstLateSeconds = Math.round((missed.endedAfterMs - onTime.endedAfterMs) / 100) / 10;
  return {
    minutes,
    requests: onTime.requests,
    worstLateSeconds,
    product: Math.round(onTime.requests * worstLateSeconds),
    firstLookSeconds: Math.round(onTime.firstLookMs / 100) / 10,
  };
}

async function run(who: Contender, operation: Operation, durationMs: number): Promise<Run> {
  const account = await openPatiently({
    servers: [{ id: SERVER, name: "web-server-01", createMs: durationMs, restoreMs: durationMs }],
    snapshots: [{ id: SNAPSHOT, serverId: SERVER, name: "golden", createdAt: "2026-01-10T08:00:00Z" }],
  });
  try {
    if (operation === "create") await who.create(account, [SERVER]);
    else await who.restore(account, SNAPSHOT, SERVER);
    const requests = account.emulator.requests();
    const posted = requests.findIndex(({ method }) => method === "POST");
    const startedAt = requests[posted]?.at ?? Number.NaN;
    return {
      requests: requests.length,
      endedAfterMs: account.clock.now() - startedAt,
      firstLookMs: (requests[posted + 1]?.at ?? Number.NaN) - startedAt,
    };
  } finally {
    await account.close();
  }
}
