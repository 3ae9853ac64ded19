import { openPatiently } from "./account";
import { serverSeeds } from "../../test/tools/support/seeds";
import type { Contender } from "./contender";

/** What many creates at once cost, beside the longest of them alone. */
export interface Together {
  readonly snapshots: number;
  readonly servers: number;
  readonly requests: number;
  readonly posts: number;
  /** Without its one POST. */
  readonly longestAlone: number;
}

const MINUTES = { least: 3, most: 10 };

export async function measureTogether(who: Contender, servers: number, each: number): Promise<Together> {
  const many = await run(who, servers, each);
  const alone = await run(who, 1, 1);
  return {
    snapshots: servers * each,
    servers,
    requests: many.requests,
    posts: many.posts,
    longestAlone: alone.requests - alone.posts,
  };
}

async function run(
  who: Contender,
  servers: number,
  each: number,
): Promise<{ requests: number; posts: number }> {
  const seeds = serverSeeds(servers).map((server, index) => ({
    ...server,
    createMs: 60_000 * (MINUTES.most - (index * (MINUTES.most - MINUTES.least)) / servers),
  }));
  const account = await openPatiently({ servers: seeds, snapshots: [] });
  try {
    await who.create(
      account,
      seeds.flatMap(({ id }) => Array.from({ length: each }, () => String(id))),
    );
    const requests = account.emulator.requests();
    return { requests: requests.length, posts: requests.filter(({ method }) => method === "POST").length };
  } finally {
    await account.close();
  }
}
