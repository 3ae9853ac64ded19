import { systemClock } from "../../provider/api";
import { findById } from "../../provider/core/account/absence";
import { createSnapshot } from "../../provider/core/snapshot/create";
import type { Session, SessionOptions } from "../../provider/core/session";
import { deleteSnapshot } from "../../provider/core/snapshot/delete";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";
import { serverSeeds, snapshotSeeds } from "../tools/support/seeds";
import { startOperation } from "../../provider/core/operation";

/** How few lists serve many reads and many waits, on accounts of any size. */

let account: TestAccount;
afterEach(() => account.close());

const SECOND = 1000;

/** So many servers with so many snapshots each, some of them slow. */
function seeds(servers: number, each: number) {
  return {
    servers: serverSeeds(servers).map((server) => ({ ...server, createMs: 185_000 })),
    snapshots: snapshotSeeds(servers * each, servers),
  };
}

const create = (serverId: string) =>
  createSnapshot(account.operation, { serverId, name: `new-of-${serverId}`, waitForCompletion: true });

/** The `server_id` of each list, or `all`, with the page where there is one. */
const lists = (): string[] =>
  account.emulator
    .requests()
    .filter(({ method, path }) => method === "GET" && path === "/snapshots/")
    .map(
      ({ query }) => (query["server_id"] ?? "all") + (query["page"] === undefined ? "" : `.${query["page"]}`),
    );

test("reads of many servers that come one after the other cost two lists", async () => {
  account = await openAccount(seeds(10, 1));
  const { clock, session } = account;

  const reads = Array.from({ length: 10 }, async (_, i) => {
    await clock.sleep(20 * i);
    return session.lists.batchedList(String(1000 + i));
  });

  for (const [i, listing] of (await Promise.all(reads)).entries())
    expect(listing.snapshots.map(({ serverId }) => serverId)).toContain(String(1000 + i));
  expect(lists()).toEqual(["1000", "all"]);
});

test("reads of one server stay with its own list", async () => {
  account = await openAccount(seeds(3, 1));
  for (let i = 0; i < 3; i++) {
    await account.session.lists.batchedList("1001");
    await account.clock.sleep(2 * SECOND);
  }
  expect(lists()).toEqual(["1001", "1001", "1001"]);
});

describe("where the account's list has many pages", () => {
  beforeEach(async () => {
    account = await openAccount({ ...seeds(6, 2), behaviour: { pageSize: 4 } });
    await account.session.lists.list(undefined);
    expect(lists()).toEqual(["all", "all.2", "all.3"]);
    account.emulator.clearRequests();
  });

  test("a wait on fewer servers than it has pages asks for theirs", async () => {
    await Promise.all([create("1000"), create("1001")]);
    expect(new Set(lists())).toEqual(new Set(["1000", "1001"]));
    expect(lists()).toHaveLength(2 * 7);
  });

  test("a wait on more servers than it has pages asks for all", async () => {
    await Promise.all(["1000", "1001", "1002", "1003"].map(create));
    expect(new Set(lists().map((list) => list.replace(/\..*/, "")))).toEqual(new Set(["all"]));
  });

  test("one server's list that is refused for good ends the wait on that server only", async () => {
    account.emulator.fault({
      match: { method: "GET", path: "^/snapshots/$", query: "server_id=1001" },
      times: 0,
      action: { kind: "status", status: 404 },
    });
    const [first, second] = await Promise.allSettled([create("1000"), create("1001")]);
    expect(first).toMatchObject({ status: "fulfilled", value: { outputs: { status: "completed" } } });
    expect(second).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("was started, but its progress cannot be read") as string },
    });
  });
});

test.each([
  ["which have nothing in common", [1, 2], [3, 4]],
  ["of which the second one lacks more", [1, 2], [1]],
  ["of which the second one holds more", [1], [1, 2]],
])("a snapshot that two lists lack, %s, is not called gone", async (_how, ...lacking) => {
  account = await openAccount({ ...seeds(2, 1), snapshots: [] });
  const made = create("1000");
  await account.clock.sleep(40 * SECOND);
  const [ours] = account.emulator.model.listSnapshots();
  if (ours === undefined) throw new Error("nothing was made");
  // As a list that is paged can look while others come and go: whole by its count, and each time another part of it.
  const part = (...ids: number[]) =>
    ids.map((id) => ({ ...ours, id, name: `other-${id}`, status: "completed" }));
  for (const results of lacking.map((ids) => part(...ids))) {
    const body = { count: results.length, results };
    account.emulator.fault({
      match: { method: "GET" },
      when: "after",
      action: { kind: "replaceBody", body },
    });
  }
  expect((await made).outputs.status).toBe("completed");
  expect(account.emulator.unreached()).toEqual([]);
});

test("a list that is another one each time it is read proves nothing, and is not read for ever", async () => {
  account = await openAccount(seeds(2, 1));
  const { emulator, session } = account;
  for (let i = 0; i < 10; i++) {
    const snapshot = { serverId: 1001, name: `more-${i}` };
    const action = { kind: "run", effect: { action: "createSnapshot", snapshot } } as const;
    emulator.fault({ match: { method: "GET" }, when: "after", action, skip: i });
  }

  await expect(findById(session, "4711", undefined)).rejects.toMatchObject({
    code: "INCOMPLETE_LIST",
    message: "the list of snapshots changed each time it was read, so it proves nothing",
  });

  expect(lists()).toEqual(["all", "all", "all", "all", "all"]);
});

test("a list that shows one of two that were missing does not prove the other one gone", async () => {
  account = await openAccount({ ...seeds(2, 1), snapshots: [] });
  const wait = (name: string) =>
    createSnapshot(account.operation, { serverId: "1000", name, waitForCompletion: true });
  const both = Promise.all(["a", "b"].map(wait));
  await account.clock.sleep(40 * SECOND);
  const [, a] = account.emulator.model.listSnapshots();
  for (const results of [[], [a]]) {
    const body = { count: results.length, results };
    account.emulator.fault({
      match: { method: "GET" },
      when: "after",
      action: { kind: "replaceBody", body },
    });
  }
  expect((await both).map(({ outputs }) => outputs.status)).toEqual(["completed", "completed"]);
  expect(account.emulator.unreached()).toEqual([]);
});

test("a list that was begun before another one had ended proves nothing about what that one lacks", async () => {
  account = await openAccount(seeds(2, 1));
  // Simulated time stands still during a request, and two must overlap.
  const ours = account.another({ clock: systemClock });
  account.emulator.fault({
    match: { method: "GET", path: "^/snapshots/$" },
    when: "after",
    action: { kind: "delay", ms: 150 },
  });
  const early = ours.lists.list(undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));

  expect(await findById(ours, "4711", "1000")).toBeUndefined();

  await early;
  expect(lists()).toEqual(["all", "1000", "all"]);
});

describe("a list that was begun before a change", () => {
  /** The limit of these accounts is too short for that on a machine that is busy. */
  const another = (options: SessionOptions = {}): Session =>
    account.another({ clock: systemClock, limits: { connectMs: 5000, requestMs: 5000 }, ...options });
  /** Simulated time stands still during a request, and here something happens meanwhile: from when it has arrived. */
  const slow = (method: string, when: "before" | "after"): (() => Promise<void>) => {
    const match = { method, path: "^/snapshots/" };
    const fault = account.emulator.fault({ match, when, action: { kind: "delay", ms: 300 } });
    return async () => {
      for (let i = 0; i < 1000 && fault.hits() === 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 5));
    };
  };

  test("is joined by nobody where others write as well", async () => {
    account = await openAccount(seeds(2, 1));
    const { lists: ours } = another({ listsFreshMs: 0 });
    const arrived = slow("GET", "after");
    const early = ours.list("1000");
    await arrived();
    account.emulator.outside.createSnapshot({ id: 4711, serverId: 1000, name: "others" });

    const late = await ours.list("1000");

    expect(late.snapshots.map(({ id }) => id)).toContain("4711");
    expect((await early).snapshots.map(({ id }) => id)).not.toContain("4711");
  });

  test("does not show a snapshot after its delete has ended", async () => {
    account = await openAccount(seeds(2, 1));
    const session = another();
    const arrived = slow("DELETE", "before");
    const state = { serverId: "1000", serverName: "server-0", name: "snapshot-0", waitForCompletion: true };
    const recorded = { ...state, status: "completed", createdAt: "2026-01-10T08:00:00Z" };
    const deleted = deleteSnapshot(startOperation(session, account.told), "1", recorded);
    await arrived();
    const early = await session.lists.batchedList("1000");
    await deleted;

    expect(early.snapshots.map(({ id }) => id)).toContain("1");
    expect(await findById(session, "1", "1000")).toBeUndefined();
  });

  test("does not hide a snapshot after its create has ended", async () => {
    account = await openAccount(seeds(2, 1));
    const session = another();
    const arrived = slow("POST", "before");
    const inputs = { serverId: "1000", name: "new", waitForCompletion: false };
    const created = createSnapshot(startOperation(session, account.told), inputs);
    await arrived();
    const early = await session.lists.batchedList(undefined);
    const { id } = await created;

    const late = await session.lists.batchedList(undefined);

    expect([early, late].map(({ snapshots }) => snapshots.some((s) => s.id === id))).toEqual([false, true]);
  });

  test("and that ends after it serves no later read, and none that begins meanwhile", async () => {
    account = await openAccount(seeds(2, 1));
    const session = another();
    const arrived = slow("GET", "after");
    const early = session.lists.list(undefined);
    await arrived();
    const inputs = { serverId: "1000", name: "new", waitForCompletion: false };
    const { id } = await createSnapshot(startOperation(session, account.told), inputs);

    const meanwhile = await session.lists.list(undefined);
    const lists = [await early, meanwhile, await session.lists.batchedList(undefined)];

    const shows = lists.map(({ snapshots }) => snapshots.some((s) => s.id === id));
    expect(shows).toEqual([false, true, true]);
  });
});

test("deletes of one moment share one look at the servers", async () => {
  account = await openAccount(seeds(4, 5));
  const { operation } = account;
  const state = {
    serverName: "",
    waitForCompletion: true,
    status: "completed",
    createdAt: "2026-01-10T08:00:00Z",
  };
  const all = account.emulator.model.listSnapshots();

  await Promise.all(
    all.map(({ id, name, server }) =>
      deleteSnapshot(operation, String(id), {
        ...state,
        name,
        serverId: String(server.id),
      }),
    ),
  );

  const requests = account.requests();
  expect([all.length, requests.filter((request) => request.startsWith("DELETE")).length]).toEqual([20, 20]);
  expect(requests.filter((request) => request.startsWith("GET"))).toEqual(["GET /servers/"]);
});
