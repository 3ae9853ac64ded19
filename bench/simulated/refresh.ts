import { openPatiently } from "./account";
import { serverSeeds, snapshotSeeds } from "../../test/tools/support/seeds";
import type { Contender } from "./contender";

/** The requests of reading so many snapshots on so many servers at once. */
export async function measureRefresh(who: Contender, snapshots: number, servers: number): Promise<number> {
  const seeds = snapshotSeeds(snapshots, servers);
  const known = seeds.map(({ id, serverId }) => ({ id: String(id), serverId: String(serverId) }));
  const account = await openPatiently({ servers: serverSeeds(servers), snapshots: seeds });
  try {
    await who.refresh(account, known);
    return account.emulator.requests().length;
  } finally {
    await account.close();
  }
}
