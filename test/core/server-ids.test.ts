import { findById } from "../../provider/core/account/absence";
import { findSnapshots } from "../../provider/core/lookup";
import { planRestore } from "../../provider/core/restore/plan";
import { createSnapshot } from "../../provider/core/snapshot/create";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

/** VPS.org speaks of a server by its number and by a UUID; only the API can match one with the other. */
const uuid = (id: number): string => `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`;
const SERVER = uuid(12345);
const SEEDS = [
  { id: 701, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
  { id: 702, serverId: 12346, name: "others", createdAt: "2026-01-10T08:00:00Z" },
];

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount({ snapshots: SEEDS, behaviour: { uuidIds: "accepted" } });
});
afterEach(() => account.close());

describe("a server by its UUID, where lists show numbers and the account's list is fresh", () => {
  beforeEach(async () => {
    await account.session.lists.batchedList(undefined);
  });

  const create = (name: string) =>
    createSnapshot(account.operation, { serverId: SERVER, name, waitForCompletion: true });

  it("is full before the POST", async () => {
    account.emulator.outside.fillServer(12345);
    await expect(create("new")).rejects.toMatchObject({
      code: "QUOTA_EXCEEDED",
      message: expect.stringContaining("holds 5 of 5 snapshots") as string,
    });
    expect(account.requests("writes")).toEqual([]);
  });

  it("has its names taken before the POST", async () => {
    await expect(create("golden")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(account.requests("writes")).toEqual([]);
  });

  it("counts what this run has made on it", async () => {
    const made = await Promise.allSettled(["a", "b", "c", "d", "e"].map(create));
    expect(made.map(({ status }) => status)).toEqual([
      ...["fulfilled", "fulfilled", "fulfilled", "fulfilled", "rejected"],
    ]);
    expect(account.requests("writes")).toHaveLength(4);
  });

  it("shows its snapshots and free slots to a look-up", async () => {
    const found = await findSnapshots(account.session, { serverId: SERVER });
    expect(found).toMatchObject({ snapshots: [{ id: "701" }], remainingSlots: 4 });
  });
});

describe("a snapshot of a server that is known by its UUID", () => {
  it.each([
    ["is found", "701", { name: "golden" }],
    ["is found although the filter shows nothing", "702", { name: "others" }],
    ["is gone where two lists lack it", "4711", undefined],
  ])("%s", async (_what, id, found) => {
    const record = await findById(account.session, id, SERVER);
    if (found === undefined) expect(record).toBeUndefined();
    else expect(record).toMatchObject(found);
  });
});

test("a snapshot that two lists lack, each for another reason, is not called gone", async () => {
  const [golden] = account.emulator.model.listSnapshots(12345);
  // The list of the server, then the account's: whole by their counts, and each time another part of it.
  for (const id of [1, 2]) {
    const body = { count: 1, results: [{ ...golden, id, name: `other-${id}` }] };
    account.emulator.fault({ match: { method: "GET" }, action: { kind: "replaceBody", body } });
  }
  expect(await findById(account.session, "701", SERVER)).toMatchObject({ name: "golden" });
  expect(account.emulator.unreached()).toEqual([]);
});

describe("the server that a restore names", () => {
  const plan = (serverId: string) => planRestore(account.session, { snapshotId: "701", serverId });

  afterEach(() => {
    expect(account.requests("writes")).toEqual([]);
  });

  it.each([["12345"], ["012345"], [SERVER], [SERVER.toUpperCase()]])(
    "is the snapshot's own: %s",
    async (serverId) => {
      expect(await plan(serverId)).toMatchObject({
        snapshot: { id: "701", serverId: "12345" },
        server: { id: "12345", name: "web-server-01" },
      });
    },
  );

  it.each([["12346"], [uuid(12346)], ["99999"], [uuid(99999)]])("is not: %s", async (serverId) => {
    await expect(plan(serverId)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `snapshot 701 "golden" of server 12345 (web-server-01) is not of server ${serverId}. Nothing was restored.`,
    });
  });

  it("is not another one by its number, where the API shows UUIDs", async () => {
    account.emulator.setBehaviour({ uuidIds: true });
    const target = { snapshotId: uuid(701), serverId: "12346" };
    await expect(planRestore(account.session, target)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
