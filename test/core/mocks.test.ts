import * as pulumi from "@pulumi/pulumi";
import {
  getSnapshot,
  getSnapshotOutput,
  getSnapshots,
  getSnapshotsOutput,
  restoreSnapshot,
  Snapshot,
  SnapshotRestore,
  VpsorgError,
} from "../../provider";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";

/** A program under Pulumi's mocks, on a machine whose environment holds a token that works. */
const FOUND = { id: "801", name: "golden", serverId: "12345", serverName: "web", status: "completed" };

let emulator: Emulator;
let calls: { token: string; inputs: unknown; provider?: string | undefined }[];
let answers: (token: string) => Record<string, unknown> | Promise<Record<string, unknown>>;

const mocks: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
  call: ({ token, inputs, provider }) => {
    calls.push({ token, inputs, provider });
    return answers(token);
  },
};

beforeEach(async () => {
  const snapshots = [{ id: 801, serverId: 12345, name: "golden" }];
  emulator = await startEmulator({ token: CANARY, speed: 600, snapshots });
  process.env["VPSORG_TOKEN"] = CANARY;
  process.env["VPSORG_ENDPOINT"] = emulator.endpoint;
  calls = [];
  answers = () => FOUND;
  await pulumi.runtime.setMocks(mocks);
});

afterEach(async () => {
  delete process.env["VPSORG_TOKEN"];
  delete process.env["VPSORG_ENDPOINT"];
  const requests = emulator.requests();
  await emulator.close();
  expect(requests).toEqual([]);
});

interface Held<T> {
  promise(): Promise<T>;
  readonly isSecret: Promise<boolean>;
  readonly isKnown: Promise<boolean>;
}
const held = <T>(output: pulumi.Output<T>): Held<T> => output as unknown as Held<T>;

describe.each([false, true])("under mocks, with preview %s", (preview) => {
  beforeEach(() => pulumi.runtime.setMocks(mocks, "project", "stack", preview));

  it("a restore goes to mocks.call, without its functions and without everyRun", async () => {
    const { signal } = new AbortController();
    const args = {
      snapshotId: 801,
      serverId: "12345",
      onProgress: jest.fn(),
      signal,
    };

    expect(await restoreSnapshot(args)).toEqual(FOUND);
    expect(calls).toEqual([
      { token: "vpsorg:index:restoreSnapshot", inputs: { snapshotId: 801, serverId: "12345" }, provider: "" },
    ]);
  });

  it("look-ups go to mocks.call, whatever their connection", async () => {
    const connection = { token: CANARY, endpoint: emulator.endpoint };

    expect(await getSnapshot({ name: "golden", serverId: undefined }, connection)).toEqual(FOUND);
    answers = () => ({ snapshots: [FOUND], remainingSlots: 4 });
    expect(await getSnapshots({ serverId: 12345 })).toEqual({ snapshots: [FOUND], remainingSlots: 4 });
    expect(await getSnapshots()).toHaveProperty("remainingSlots", 4);

    expect(calls.map(({ token, inputs }) => [token, inputs])).toEqual([
      ["vpsorg:index:getSnapshot", { name: "golden" }],
      ["vpsorg:index:getSnapshots", { serverId: 12345 }],
      ["vpsorg:index:getSnapshots", {}],
    ]);
  });

  it("so do their output forms, with arguments that are outputs", async () => {
    const server = new Snapshot("web", { serverId: 12345 }).serverId;
    answers = (token) => (token.endsWith("s") ? { snapshots: [FOUND] } : FOUND);

    const one = getSnapshotOutput({ serverId: server, mostRecent: true });
    const all = getSnapshotsOutput({ serverId: server });

    expect(await held(one).promise()).toEqual(FOUND);
    expect(await held(all.snapshots[0]?.name as unknown as pulumi.Output<string>).promise()).toBe("golden");
    expect(await held(getSnapshotsOutput()).promise()).toEqual({ snapshots: [FOUND] });
    const byToken = calls.toSorted((a, b) => a.token.localeCompare(b.token));
    expect(byToken.map(({ token, inputs }) => [token, inputs])).toEqual([
      ["vpsorg:index:getSnapshot", { serverId: 12345, mostRecent: true }],
      ["vpsorg:index:getSnapshots", { serverId: 12345 }],
      ["vpsorg:index:getSnapshots", {}],
    ]);
  });

  it("outputs in what a mock returns are taken out, and a secret stays one", async () => {
    answers = () => ({ ...FOUND, id: pulumi.output("901"), description: pulumi.secret("quiet") });

    const output = getSnapshotOutput({ id: 901 });

    expect(await getSnapshot({ id: 901 })).toEqual({ ...FOUND, id: "901", description: "quiet" });
    expect(await held(output).promise()).toEqual({ ...FOUND, id: "901", description: "quiet" });
    expect(await held(output).isSecret).toBe(true);
    expect(await held(getSnapshotOutput({ name: pulumi.secret("quiet") })).isSecret).toBe(true);
  });

  it("what a mock rejects with comes as it is", async () => {
    const error = new VpsorgError("WAIT_TIMEOUT", "still restoring");
    answers = () => Promise.reject(error);

    await expect(restoreSnapshot({ snapshotId: 801 })).rejects.toBe(error);
    await expect(getSnapshot({ id: 801 })).rejects.toBe(error);
    answers = () => {
      throw error;
    };
    await expect(getSnapshots()).rejects.toBe(error);
  });

  it("resources go to mocks.newResource", async () => {
    const snapshot = new Snapshot("web", { serverId: 12345, triggers: ["v1"] });
    new SnapshotRestore("back", { snapshotId: snapshot.id, serverId: 12345 });

    expect(await held(snapshot.id).promise()).toBe("web-id");
    expect(await held(snapshot.serverId).promise()).toBe(12345);
    expect(calls).toEqual([]);
  });

  it("arguments are checked as in a program", async () => {
    const malformed = { snapshotId: 801, everyRun: "yes" } as never;

    await expect(restoreSnapshot(malformed)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(calls).toEqual([]);
  });
});

it("what is not known in a preview asks no mock", async () => {
  await pulumi.runtime.setMocks(
    { ...mocks, newResource: () => ({ id: undefined, state: {} }) },
    "p",
    "s",
    true,
  );
  const { id } = new Snapshot("web", { serverId: 12345 });

  const output = getSnapshotOutput({ id });

  expect(await held(output).isKnown).toBe(false);
  expect(calls).toEqual([]);
});

it.each([
  ["the same request", "back-request-id", "2026-01-15T12:10:00Z"],
  ["the request before, which --target left there", "801-2026-01-10", ""],
])("a restore's end is that of %s", async (_what, requestId, restoredAt) => {
  const seen = { requestId, restoredAt: "2026-01-15T12:10:00Z", serverStatus: "active" };
  await pulumi.runtime.setMocks({
    ...mocks,
    newResource: ({ name, inputs }) => ({
      id: `${name}-id`,
      state: { ...(inputs as object), ...(name === "back-completion" ? seen : {}) },
    }),
  });

  const restore = new SnapshotRestore("back", { snapshotId: "801", serverId: 12345 });

  expect(await held(restore.restoredAt).promise()).toBe(restoredAt);
});
