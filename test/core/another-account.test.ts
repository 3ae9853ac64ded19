import { commandAdvice } from "../../provider/core/messages/advice";
import { deleteSnapshot } from "../../provider/core/snapshot/delete";
import { readSnapshot } from "../../provider/core/snapshot/read";
import type { SnapshotOutputs } from "../../provider/core/snapshot/state";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";
import { startOperation } from "../../provider/core/operation";

/** A token of another account: what it does not show still exists, and nothing may be dropped without a word. */
let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** What state holds, of a server that this account has or has not. */
const recorded = (serverId: string): SnapshotOutputs => ({
  serverId,
  serverName: "shop",
  name: "before",
  waitForCompletion: true,
  status: "completed",
  createdAt: "2025-01-10T08:00:00Z",
});

const warning = (id: string): string =>
  `snapshot ${id} "before" of server 999 (shop) is not in this account at ${account.emulator.endpoint}, and neither is its ` +
  "server. It is dropped from the state. If the server was deleted at VPS.org, its snapshots went with it. If the token " +
  `is of another account, the snapshot still exists in its own: delete it there with \`npx --no-install pulumi-vpsorg delete ${id}\` ` +
  "and that account's token.";

const ends = {
  delete: (id: string, serverId: string) => deleteSnapshot(account.operation, id, recorded(serverId)),
  read: (id: string, serverId: string) => readSnapshot(account.operation, id, recorded(serverId)),
};

describe.each(["delete", "read"] as const)("a %s of a snapshot that is not there", (operation) => {
  test("warns where its server is not there either, and ends well", async () => {
    expect(await ends[operation]("701", "999")).toBeUndefined();
    expect(account.told.warnings).toEqual([warning("701")]);
  });

  test("says nothing where its server is there", async () => {
    expect(await ends[operation]("701", "12345")).toBeUndefined();
    expect(account.told.warnings).toEqual([]);
  });

  test("warns where its server cannot be seen", async () => {
    account.emulator.fault({
      match: { method: "GET", path: "^/servers/" },
      times: 0,
      action: { kind: "status", status: 403 },
    });
    expect(await ends[operation]("701", "12345")).toBeUndefined();
    expect(account.told.warnings).toEqual([
      expect.stringMatching(/^snapshot 701 .*and whether its server is cannot be seen: .* still exists/),
    ]);
  });

  test("costs no more than one look at the servers for all of a run", async () => {
    for (const id of ["701", "702", "703"]) await ends[operation](id, "999");
    // Each delete has looked whether its server is being restored, seconds after the one before.
    const looks = operation === "delete" ? 3 : 1;
    expect(account.requests().filter((request) => request.includes("/servers/"))).toHaveLength(looks);
    expect(account.told.warnings).toEqual(["701", "702", "703"].map(warning));
  });
});

test("a delete that is carried out says nothing of a server that the list lacks", async () => {
  const id = String(account.emulator.outside.createSnapshot({ serverId: 12345, name: "before" }));
  const action = { kind: "replaceBody", body: { count: 0, results: [] } } as const;
  account.emulator.fault({ match: { method: "GET", path: "^/servers/" }, times: 0, action });
  await ends.delete(id, "12345");
  expect(account.told.warnings).toEqual([]);
});

test("at the command line nothing is said of a state", async () => {
  const session = account.another({ advice: commandAdvice });
  await deleteSnapshot(startOperation(session, account.told), "701", recorded("999"));
  expect(account.told.warnings).toEqual([warning("701").replace(" It is dropped from the state.", "")]);
});

test("a server that the list names in another form is asked for by its own", async () => {
  const uuid = "0b0c4f2e-58a1-4b5e-9a53-0f6d7c2f1a11";
  await ends.delete("701", uuid);
  expect(account.requests()).toContain(`GET /servers/${uuid}/`);
  expect(account.told.warnings).toHaveLength(1);
});

test("and that it cannot be asked for is said after one attempt", async () => {
  const uuid = "0b0c4f2e-58a1-4b5e-9a53-0f6d7c2f1a11";
  const action = { kind: "status", status: 503 } as const;
  account.emulator.fault({ match: { method: "GET", path: `^/servers/${uuid}/$` }, times: 0, action });
  await ends.read("701", uuid);
  expect(account.told.warnings.join()).toContain("and whether its server is cannot be seen");
  expect(account.requests().filter((request) => request === `GET /servers/${uuid}/`)).toHaveLength(1);
});

test("a snapshot that is there costs one look at the servers", async () => {
  const id = String(account.emulator.outside.createSnapshot({ serverId: 12345, name: "before" }));
  expect(await ends.read(id, "12345")).toMatchObject({ name: "before" });
  await ends.delete(id, "12345");
  expect(account.requests()).toEqual(["GET /snapshots/", "GET /servers/", `DELETE /snapshots/${id}/`]);
});
