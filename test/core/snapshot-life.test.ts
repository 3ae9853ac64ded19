import { createSnapshot } from "../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../provider/core/snapshot/delete";
import { readSnapshot } from "../../provider/core/snapshot/read";
import { updateSnapshot } from "../../provider/core/snapshot/update";
import type { SnapshotInputs } from "../../provider/core/snapshot/state";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

const inputs: SnapshotInputs = {
  serverId: "12345",
  name: "web-1a2b3c4",
  description: "before the upgrade",
  waitForCompletion: true,
  __autoName: "web",
};

describe("the life of one snapshot", () => {
  let account: TestAccount;

  beforeEach(async () => {
    account = await openAccount();
  });

  afterEach(() => account.close());

  it("is created, waited for, read and deleted", async () => {
    const { emulator, session, operation, clock } = account;
    const started = clock.now();

    const { id, outputs } = await createSnapshot(operation, inputs);

    expect(outputs).toEqual({
      serverId: "12345",
      serverName: "web-server-01",
      name: "web-1a2b3c4",
      description: "before the upgrade",
      waitForCompletion: true,
      __endpoint: session.endpoint,
      status: "completed",
      sizeMb: expect.any(Number) as number,
      createdAt: expect.any(String) as string,
    });
    expect(emulator.model.listSnapshots()).toMatchObject([
      { id: Number(id), name: inputs.name, status: "completed" },
    ]);
    expect(clock.now() - started).toBeGreaterThanOrEqual(3 * 60_000);
    expect(account.requests("writes")).toEqual(["POST /snapshots/"]);

    expect(await readSnapshot(operation, id, outputs)).toEqual(outputs);

    await deleteSnapshot(operation, id, outputs);
    expect(emulator.model.listSnapshots()).toEqual([]);
    expect(await readSnapshot(operation, id, outputs)).toBeUndefined();
  });

  it("does not wait where it is told not to", async () => {
    const { operation } = account;

    const { outputs } = await createSnapshot(operation, {
      ...inputs,
      waitForCompletion: false,
    });

    expect(outputs.status).toBe("in_progress");
    expect(outputs).not.toHaveProperty("sizeMb");
    expect(account.requests()).toEqual(["GET /snapshots/", "POST /snapshots/"]);
  });

  it("does not wait in an update where it is told not to", async () => {
    const { clock, operation } = account;
    const patient = { ...inputs, waitForCompletion: false };
    const { id, outputs } = await createSnapshot(operation, patient);
    const [before, started] = [account.requests(), clock.now()];

    const updated = await updateSnapshot(operation, id, outputs, patient);

    expect(updated).toMatchObject({ status: "in_progress", waitForCompletion: false });
    expect(clock.now()).toBe(started);
    expect(account.requests()).toEqual(before);
  });

  it("waits in an update from which on it is told to", async () => {
    const { operation } = account;
    const { id, outputs } = await createSnapshot(operation, {
      ...inputs,
      waitForCompletion: false,
    });

    const updated = await updateSnapshot(operation, id, outputs, inputs);

    expect(updated).toMatchObject({ status: "completed", waitForCompletion: true });
    expect(account.requests("writes")).toEqual(["POST /snapshots/"]);
  });
});
