import { findSnapshot, findSnapshots } from "../../../provider/core/lookup";
import { restore } from "../../../provider/core/restore/run";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import { snapshotProgress } from "../../../provider/core/status";
import { openAccount } from "../../tools/support/account";
import type { TestAccount } from "../../tools/support/account";
import { ACCOUNT } from "./examined";
import { ENTRIES } from "./variants-entries";
import { LISTS } from "./variants-lists";
import { REQUESTS } from "./variants-requests";
import { startOperation } from "../../../provider/core/operation";

// Hours of simulated waiting, on a machine that may have other work.
/** What the examination says has to be true: where it says that the provider copes, the provider's own work succeeds. */

const GOLDEN = {
  serverId: "12345",
  serverName: "web-server-01",
  name: "golden",
  status: "completed",
  createdAt: "2026-01-10T08:00:00Z",
  waitForCompletion: true,
};
const NEW = { serverId: "12347", name: "new", waitForCompletion: true };

/** What of the provider's work fails first; what waits longest comes last. */
async function failure(account: TestAccount): Promise<string | undefined> {
  const { session, told, operation } = account;
  const work: Readonly<Record<string, () => Promise<boolean>>> = {
    list: async () => (await findSnapshots(session, {})).odd.length === 0,
    "list of a server": async () =>
      (await findSnapshots(account.another(), { serverId: 12345 })).snapshots.length > 0,
    "look-up": async () =>
      (await findSnapshot(account.another(), { serverId: 12345, mostRecent: true })).id !== "",
    refresh: async () =>
      (await readSnapshot(startOperation(account.another(), told), "801", GOLDEN)) !== undefined,
    restore: async () => {
      const target = { snapshotId: "801", timeoutMs: 45 * 60_000 };
      return (await restore(startOperation(account.another(), told), target)).serverId === "12345";
    },
    delete: () =>
      deleteSnapshot(startOperation(account.another(), told), "802", { ...GOLDEN, name: "second" }).then(
        () => true,
      ),
    create: async () => snapshotProgress((await createSnapshot(operation, NEW)).outputs.status) === "done",
  };
  for (const [what, attempt] of Object.entries(work)) {
    if (!(await attempt().catch(() => false))) return what;
  }
  return undefined;
}

/** Where the work cannot be tried, and why. */
const UNTRIED: Readonly<Record<string, string>> = {
  "an empty account": "nothing is there",
  "many pages": "all servers are full",
  "more than five": "its answers are fixed",
  "unknown status of one of several": "its snapshot is the one that is restored",
  UUIDs: "the work would need other ids",
  "ids as text": "it is changed at a place where the new snapshot comes",
  failed: "it is changed at a place where the new snapshot comes",
  stuck: "it is changed at a place where the new snapshot comes",
  "times in another form": "what is wrong is what is shown",
  "clock an hour off": "its answers are fixed",
  "headers of a limit": "its answers are fixed",
  "another content type": "its answers are fixed",
  "from a cache": "its answers are fixed",
  sunset: "its answers are fixed",
};

const tried = [...LISTS, ...ENTRIES, ...REQUESTS].filter(({ name }) => !(name in UNTRIED));

test.each(tried)("$name: exit code $code", async ({ arrange, options, code }) => {
  const account = await openAccount({ ...ACCOUNT, ...options });
  try {
    await arrange(account.emulator);
    const failed = await failure(account);
    if (code === 0) expect(failed).toBeUndefined();
    else expect(failed).toBeDefined();
  } finally {
    await account.close();
  }
});
