import { checkAdoption } from "../../provider/core/snapshot/adopt";
import { checkSnapshot } from "../../provider/core/snapshot/arguments";
import { createSnapshot } from "../../provider/core/snapshot/create";
import type { Created } from "../../provider/core/snapshot/create";
import { InitError } from "../../provider/core/init-error";
import { readInputs } from "../../provider/core/snapshot/state";
import type { SnapshotInputs } from "../../provider/core/snapshot/state";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

const context = { isUnknown: () => false, random: () => 0.5 };
const WHAT = 'snapshot 801 "golden" of server 12345 (web-server-01)';

let account: TestAccount;

beforeEach(async () => {
  account = await openAccount({
    snapshots: [{ id: 801, serverId: 12345, name: "golden", status: "in_progress" }],
  });
});

afterEach(async () => {
  const writes = account.requests("writes");
  await account.close();
  expect(writes).toEqual([]);
});

type Props = Readonly<Record<string, unknown>>;

async function inputsOf(args: Props = {}): Promise<SnapshotInputs> {
  const news = { serverId: 12345, __resource: "web", __import: "801", ...args };
  const checked = checkSnapshot({}, news, context);
  const { inputs, failures } = await checkAdoption(account.operation, checked, context.isUnknown);
  expect(failures).toEqual([]);
  return readInputs(inputs);
}

const create = (inputs: SnapshotInputs): Promise<Created> => createSnapshot(account.operation, inputs);

async function partial(work: Promise<unknown>): Promise<InitError> {
  const outcome = await work.then(
    () => "it went well",
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(InitError);
  return outcome as InitError;
}

describe("a snapshot that is still being made", () => {
  it("is waited for until it is completed, as one of our own", async () => {
    const inputs = await inputsOf();
    const started = account.clock.now();

    const { id, outputs } = await create(inputs);

    expect([id, outputs.status, outputs.sizeMb]).toEqual(["801", "completed", 5120]);
    expect(account.clock.now() - started).toBeGreaterThanOrEqual(170_000);
    expect(account.told.progressed[0]).toMatch(
      /^snapshot 801 "golden" of server 12345 \(web-server-01\): in_progress, /,
    );
  });

  it("is looked at right away: it may be completed long before the usual time for a look", async () => {
    const inputs = await inputsOf();
    const started = account.clock.now();
    const created = create(inputs);
    // One list for the create and one for the wait, which does not come half a minute later.
    await account.clock.sleep(1500);
    const lists = account.emulator.requests().filter(({ at }) => at >= started);
    expect(lists).toHaveLength(2);
    await created;
  });

  it("is not waited for where the program says so", async () => {
    const inputs = await inputsOf({ waitForCompletion: false });
    const started = account.clock.now();

    const { outputs } = await create(inputs);

    expect(outputs.status).toBe("in_progress");
    expect(account.clock.now() - started).toBeLessThan(1000);
  });

  it("is recorded where the time is up, and says how to go on", async () => {
    account.emulator.setBehaviour({ neverCompletes: true });

    const failure = await partial(create(await inputsOf({ __timeouts: { create: "5m" } })));

    expect(failure).toMatchObject({ code: "WAIT_TIMEOUT", id: "801", outputs: { status: "in_progress" } });
    expect(failure.message).toBe(
      `${WHAT} is still "in_progress" after 5 minutes, the time allowed is 5 minutes. It is recorded; the next ` +
        "`pulumi up` goes on waiting and makes no second one. To allow more time set customTimeouts, for example " +
        '{ create: "60m", update: "60m" }.',
    );
  });

  it("is recorded where it fails meanwhile, and nothing is said that the option import forbids", async () => {
    account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });

    const failure = await partial(create(await inputsOf()));

    expect(failure).toMatchObject({ code: "OPERATION_FAILED", id: "801", outputs: { status: "failed" } });
    expect(failure.message).toContain(`${WHAT} ended as "failed" after `);
    // As long as the program has the option, the next run refuses to replace it.
    expect(failure.message).toContain("Remove the resource option import");
  });
});

describe("what changes between the check and the adoption", () => {
  it.each<[string, () => void, string]>([
    [
      "it is gone",
      () => void account.emulator.outside.deleteSnapshot(801),
      "there is no snapshot 801 to import. Nothing was changed. `npx --no-install pulumi-vpsorg list` shows the snapshots of the " +
        "account; remove the resource option import to have a new one made.",
    ],
    [
      "it has failed",
      () => account.emulator.outside.setSnapshot(801, { status: "failed" }),
      `${WHAT} cannot be imported: it ended as "failed" and cannot be restored`,
    ],
    [
      "it is about to be deleted",
      () => account.emulator.outside.setSnapshot(801, { status: "deleting" }),
      `${WHAT} cannot be imported: it ended as "deleting" and cannot be restored`,
    ],
    [
      "it has another name",
      () => account.emulator.outside.setSnapshot(801, { name: "renamed" }),
      'snapshot 801 would be replaced if imported: its name is "renamed". Set it to "renamed" or leave it out',
    ],
  ])("%s: the run fails and nothing is recorded", async (_what, change, message) => {
    const inputs = await inputsOf({ name: "golden" });
    change();
    // A list that was read for the check is still fresh for two seconds.
    await account.clock.sleep(2500);

    const outcome = await create(inputs).catch((error: unknown) => error);

    expect(outcome).not.toBeInstanceOf(InitError);
    expect(outcome).toMatchObject({ message });
  });
});
