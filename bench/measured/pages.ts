import { join } from "node:path";
import { startEmulator } from "../../test/tools/emulator";
import { ROOT } from "../../test/tools/support/host/provider-host";
import { serverSeeds, snapshotSeeds } from "../../test/tools/support/seeds";
import { child } from "./child";

/** What one list of a large account costs. */
export interface Pages {
  readonly snapshots: number;
  readonly requests: number;
  /** The processor's time of the client alone: the emulator works in another process. */
  readonly clientMs: number;
}

const LIST = `
  const { createSession } = require(process.argv[1]);
  const [endpoint, token] = process.argv.slice(2);
  const session = createSession({ endpoint, token, tokenSource: "config" });
  (async () => {
    // A first look, so that what is loaded and connected once does not count.
    await session.client.getServer("1000");
    const before = process.cpuUsage();
    const { snapshots } = await session.lists.list(undefined);
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ snapshots: snapshots.length, clientMs: (user + system) / 1000 }));
    process.exit();
  })();
`;

export async function measurePages(snapshots: number, pageSize: number): Promise<Pages> {
  const servers = snapshots / 5;
  const emulator = await startEmulator({
    servers: serverSeeds(servers),
    snapshots: snapshotSeeds(snapshots, servers),
    behaviour: { pageSize },
  });
  try {
    const core = join(ROOT, "dist", "core", "session.js");
    const listed = await child<Omit<Pages, "requests">>(LIST, core, emulator.endpoint, emulator.token);
    if (listed.snapshots !== snapshots) throw new Error(`${listed.snapshots} of ${snapshots} were listed`);
    const requests = emulator.requests().filter(({ path }) => path === "/snapshots/").length;
    return { ...listed, requests };
  } finally {
    await emulator.close();
  }
}
