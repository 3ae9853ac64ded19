import { openAccount } from "../../test/support/account";
import type { Contender } from "./contender";

/** The requests of reading so many snapshots on so many servers at once. */
export async function measureRefresh(who: Contender, snapshots: number, servers: number): Promise<number> {
  const known = Array.from({ length: snapshots }, (_, i) => ({
    id: String(i + 1),
    serverId: String(1000 + (i % servers)),
  }));
  const account = await openAccount({
    servers: Array.from({ length: servers }, (_, i) => ({ id: 1000 + i, name: `server-${i}` })),
    snapshots: known.map(({ id, serverId }) => ({ id, serverId, name: `snapshot-${id}` })),
  });
  try {
    await who.refresh(account, known);
    return account.emulator.requests().length;
  } finally {
    await account.close();
  }
}
