import { createProvider } from "../../provider/host/provider";
import type { Provider } from "../../provider/host/provider";
import { RotationStack } from "../../test/core/rotation/rotation-stack";
import type { TestAccount } from "../../test/tools/support/account";
import { serverSeeds } from "../../test/tools/support/seeds";
import { openPatiently, PATIENT } from "./account";
import { ours } from "./contender";

/** What it costs when each of so many rings, on a server of its own, takes another snapshot and drops its oldest. */
export interface Steps {
  readonly rings: number;
  readonly requests: number;
  readonly posts: number;
  readonly deletes: number;
  /** Of one plain create on such a server. */
  readonly createAlone: number;
}

const CREATE_MS = 4 * 60_000;

export async function measureSteps(rings: number): Promise<Steps> {
  const seeds = serverSeeds(rings).map((server) => ({ ...server, createMs: CREATE_MS }));
  const account = await openPatiently({ servers: seeds, snapshots: [] });
  try {
    const stacks = seeds.map(({ id }) => ({ serverId: id, stack: new RotationStack(`ring-${id}`) }));
    /** One `pulumi up` in a process of its own. */
    const release = async (number: number): Promise<void> => {
      const run = openRun(account);
      const program = { keep: 1, triggers: [number] };
      await Promise.all(stacks.map(({ stack, serverId }) => stack.up(run, { ...program, serverId })));
    };
    await release(1);
    await account.clock.sleep(CREATE_MS);
    account.emulator.clearRequests();
    await release(2);
    const requests = account.emulator.requests();
    const count = (wanted: string): number => requests.filter(({ method }) => method === wanted).length;
    return {
      rings,
      requests: requests.length,
      posts: count("POST"),
      deletes: count("DELETE"),
      createAlone: await measureCreate(),
    };
  } finally {
    await account.close();
  }
}

async function measureCreate(): Promise<number> {
  const [server] = serverSeeds(1).map((seed) => ({ ...seed, createMs: CREATE_MS }));
  if (server === undefined) throw new Error("there is no server");
  const account = await openPatiently({ servers: [server], snapshots: [] });
  try {
    await ours.create(account, [String(server.id)]);
    return account.emulator.requests().length;
  } finally {
    await account.close();
  }
}

/** The handlers as the engine would call them, in simulated time. */
function openRun({ clock, emulator }: TestAccount): Provider {
  let drawn = 0;
  const run = createProvider({
    engine: { log: () => Promise.resolve(), isGone: () => Promise.resolve(false) },
    env: {},
    random: () => (++drawn % 997) / 997,
    session: { clock, limits: PATIENT },
  });
  const settings = [
    ["vpsorg:token", emulator.token],
    ["vpsorg:endpoint", emulator.endpoint],
  ] as const;
  for (const handler of Object.values(run)) handler.configure({ config: new Map<string, string>(settings) });
  return run;
}
