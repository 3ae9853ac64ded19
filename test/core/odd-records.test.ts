import { planRestore } from "../../provider/core/restore/plan";
import { findReadable, findSnapshot, findSnapshots } from "../../provider/core/lookup";
import { createSnapshot } from "../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../provider/core/snapshot/delete";
import { readSnapshot } from "../../provider/core/snapshot/read";
import type { SnapshotOutputs } from "../../provider/core/snapshot/state";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";
import { startOperation } from "../../provider/core/operation";

/** One entry of the account's list is not as documented: 803, of another server than what is asked for. */
const SEEDS = [
  { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
  { id: 802, serverId: 12345, name: "other", createdAt: "2026-01-11T08:00:00Z" },
  { id: 803, serverId: 12346, name: "odd", createdAt: "2026-01-12T08:00:00Z" },
];
const recorded = (id: number, serverId: string): SnapshotOutputs => ({
  serverId,
  serverName: "",
  name: SEEDS.find((seed) => seed.id === id)?.name ?? "",
  waitForCompletion: true,
  status: "completed",
  createdAt: "2026-01-10T08:00:00Z",
});
const inputs = { serverId: "12345", name: "new", waitForCompletion: true, __timeouts: { create: "20m" } };

let account: TestAccount;

beforeEach(async () => {
  account = await openAccount({ snapshots: SEEDS });
});
afterEach(() => account.close());

/** Changes 803 in the account's list, and in a list of its server alone. */
function spoil(set: Record<string, unknown>): void {
  const path = "^/snapshots/$";
  const { emulator } = account;
  const own = Object.fromEntries(Object.entries(set).map(([key, value]) => [`results.0.${key}`, value]));
  const place = emulator.model.listSnapshots().findIndex(({ id }) => String(id) === "803");
  const all = Object.fromEntries(
    Object.entries(set).map(([key, value]) => [`results.${place}.${key}`, value]),
  );
  emulator.fault({
    match: { method: "GET", path, query: "server_id=12346" },
    times: 0,
    action: { kind: "patch", set: own },
  });
  emulator.fault({
    match: { method: "GET", path, query: "^$" },
    times: 0,
    action: { kind: "patch", set: all },
  });
}

const NEEDED: [object, string][] = [
  [{ server: null }, "server should be object"],
  [{ name: 5 }, "name should be string"],
  [{ status: null }, "status should be string"],
  [{ description: [] }, "description should be string"],
];
const NOT_NEEDED: object[] = [{ size_mb: "5120" }, { created_at: null }, { "server.name": 7 }];

describe.each([...NEEDED.map(([set]) => set), ...NOT_NEEDED])("an unrelated entry with %j", (set) => {
  beforeEach(() => spoil({ ...set }));

  test("does not keep one's own from being found, restored and deleted", async () => {
    const { session, operation } = account;
    expect(await findSnapshot(session, { id: 801 })).toMatchObject({ name: "golden" });
    expect(await planRestore(session, { snapshotId: "801" })).toMatchObject({ snapshot: { id: "801" } });
    await deleteSnapshot(operation, "801", recorded(801, "12345"));
    expect(account.requests("writes")).toEqual(["DELETE /snapshots/801/"]);
  });

  test("is no hindrance to a create, nor to its proof that another one is gone", async () => {
    const { told, operation, emulator } = account;
    const { outputs } = await createSnapshot(operation, inputs);
    expect(outputs.status).toBe("completed");
    emulator.outside.deleteSnapshot(802);
    expect(
      await readSnapshot(startOperation(account.another(), told), "802", recorded(802, "12345")),
    ).toBeUndefined();
  });

  test("is not called gone itself", async () => {
    const { told } = account;
    const read = readSnapshot(startOperation(account.another(), told), "803", recorded(803, "12346"));
    await expect(
      read.then(
        (state) => state?.serverId ?? "gone",
        () => "not read",
      ),
    ).resolves.not.toBe("gone");
  });
});

test.each(NEEDED)("whoever needs an entry with %j is told its id and property", async (set, problem) => {
  spoil({ ...set });
  const message = expect.stringContaining(`cannot be used: snapshot 803: ${problem}`) as string;
  const refusal = { code: "RESPONSE_SHAPE", message };
  const { session, operation } = account;

  await expect(findSnapshot(session, { id: 803 })).rejects.toMatchObject(refusal);
  await expect(findReadable(session, {})).rejects.toMatchObject(refusal);
  await expect(planRestore(session, { snapshotId: "803" })).rejects.toMatchObject(refusal);
  await expect(readSnapshot(operation, "803", recorded(803, "12346"))).rejects.toMatchObject(refusal);
  const { snapshots, odd } = await findSnapshots(session, {});
  expect([snapshots.map(({ id }) => id), odd.map(({ id }) => id)]).toEqual([["802", "801"], ["803"]]);
  expect(account.requests("writes")).toEqual([]);
});

test("takes a slot of its server, and its name has to be readable for a create there", async () => {
  const { session, told, operation, emulator } = account;
  const there = { ...inputs, serverId: "12346" };
  spoil({ status: null });
  expect((await findSnapshots(session, { serverId: 12346 })).remainingSlots).toBe(4);
  await expect(createSnapshot(operation, { ...there, name: "odd" })).rejects.toMatchObject({
    code: "NAME_TAKEN",
  });
  for (let i = 0; i < 4; i++) emulator.outside.createSnapshot({ serverId: 12346, name: `s${i}` });
  const full = createSnapshot(startOperation(account.another(), told), there);
  await expect(full).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });

  emulator.clearFaults();
  spoil({ name: null });
  const unreadable = createSnapshot(startOperation(account.another(), told), there);
  await expect(unreadable).rejects.toMatchObject({ code: "RESPONSE_SHAPE" });
  expect(account.requests("writes")).toEqual([]);
});

test("a time that cannot be read is needed for the newest, and for what is older", async () => {
  spoil({ created_at: null });
  const { session } = account;
  const refusal = {
    code: "RESPONSE_SHAPE",
    message: expect.stringContaining("snapshot 803: created_at") as string,
  };

  await expect(findSnapshot(session, { mostRecent: true })).rejects.toMatchObject(refusal);
  await expect(findReadable(session, { createdBefore: "2026-01-15" })).rejects.toMatchObject(refusal);
  expect(await findSnapshot(session, { serverId: 12345, mostRecent: true })).toMatchObject({ id: "802" });
  expect((await findReadable(session, {})).snapshots.map(({ id }) => id)).toEqual(["802", "801", "803"]);
});

test("one that waits does not wait for what cannot be read of another one", async () => {
  const { operation } = account;
  const made = await Promise.all([
    createSnapshot(operation, inputs),
    createSnapshot(operation, { ...inputs, serverId: "12347" }).then(
      () => "completed",
      (error: unknown) => error,
    ),
    account.clock.sleep(60_000).then(() => {
      const [mine] = account.emulator.model.listSnapshots(12347);
      const all = account.emulator.model.listSnapshots();
      const place = all.findIndex(({ id }) => id === mine?.id);
      const action = { kind: "patch", set: { [`results.${place}.status`]: null } } as const;
      account.emulator.fault({
        match: { method: "GET", path: "^/snapshots/$", query: "^$" },
        times: 0,
        action,
      });
      const own = { kind: "patch", set: { "results.0.status": null } } as const;
      account.emulator.fault({
        match: { method: "GET", path: "^/snapshots/$", query: "12347" },
        times: 0,
        action: own,
      });
    }),
  ]);

  expect(made[0]).toMatchObject({ outputs: { status: "completed" } });
  expect(made[1]).toMatchObject({
    code: "WAIT_TIMEOUT",
    message: expect.stringContaining("status should be string") as string,
  });
});

describe("an odd entry of the list of servers", () => {
  const spoilServer = (place: number, set: Record<string, unknown>): void => {
    const change = Object.fromEntries(
      Object.entries(set).map(([key, value]) => [`results.${place}.${key}`, value]),
    );
    account.emulator.fault({
      match: { path: "^/servers/$" },
      times: 0,
      action: { kind: "patch", set: change },
    });
  };
  const place = (id: string): number =>
    account.emulator.model.listServers().findIndex((server) => String(server.id) === id);

  test("is no hindrance to a delete on another one", async () => {
    spoilServer(place("12346"), { name: null, status: 5 });
    await deleteSnapshot(account.operation, "801", recorded(801, "12345"));
    expect(account.requests("writes")).toEqual(["DELETE /snapshots/801/"]);
  });

  test("is one on its own: whether it is being restored cannot be seen", async () => {
    spoilServer(place("12345"), { status: null });
    const deleted = deleteSnapshot(account.operation, "801", recorded(801, "12345"));
    await expect(deleted).rejects.toMatchObject({
      code: "RESPONSE_SHAPE",
      message: expect.stringContaining("server 12345: its status cannot be read") as string,
    });
    expect(account.requests("writes")).toEqual([]);
  });
});
