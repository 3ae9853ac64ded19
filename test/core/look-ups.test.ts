import {
  getSnapshot,
  getSnapshotOutput,
  getSnapshots,
  getSnapshotsOutput,
  isVpsorgError,
  restoreSnapshot,
  VpsorgError,
} from "../../provider";
import type { Connection, SnapshotInfo } from "../../provider";
import type { Output } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";

/** The functions as a plain script calls them: no engine, and the account given with the call. */
const SEEDS = [
  {
    id: 801,
    serverId: 12345,
    name: "nightly-1",
    description: "Every night",
    createdAt: "2026-01-12T12:00:00Z",
  },
  { id: 802, serverId: 12345, name: "nightly-2", createdAt: "2026-01-14T12:00:00.250Z" },
  { id: 803, serverId: 12346, name: "running", status: "in_progress", createdAt: "2026-01-15T12:00:00Z" },
];

let emulator: Emulator;
let connection: Connection;

beforeEach(async () => {
  emulator = await startEmulator({ token: CANARY, snapshots: SEEDS });
  connection = { token: CANARY, endpoint: emulator.endpoint };
});

afterEach(() => emulator.close());

const queries = () => emulator.requests().map(({ path, query }) => [path, query]);
const resolved = <T>(output: Output<T>): Promise<T> =>
  new Promise((resolve) => void output.apply((value) => resolve(value)));

describe("what comes back", () => {
  it("is all that the API says, with dates as ISO text and ids as text", async () => {
    expect(await getSnapshot({ id: 801 }, connection)).toEqual({
      id: "801",
      name: "nightly-1",
      serverId: "12345",
      serverName: "web-server-01",
      status: "completed",
      sizeMb: 5120,
      createdAt: "2026-01-12T12:00:00Z",
      description: "Every night",
    } satisfies SnapshotInfo);
  });

  it("leaves out what there is not", async () => {
    const running = await getSnapshot({ name: "running" }, connection);

    expect(Object.keys(running).sort()).toEqual([
      "createdAt",
      "id",
      "name",
      "serverId",
      "serverName",
      "status",
    ]);
  });

  it("is the newest first, with the places that are left on the server", async () => {
    const { snapshots, remainingSlots } = await getSnapshots({ serverId: 12345 }, connection);

    expect([snapshots.map(({ id }) => id), remainingSlots]).toEqual([["802", "801"], 3]);
    expect(Object.keys(await getSnapshots({}, connection))).toEqual(["snapshots"]);
  });

  it("is the caller's own: what is done to it shows in no later answer", async () => {
    const first = await getSnapshots({}, connection);
    first.snapshots.length = 0;
    const one = await getSnapshot({ id: 801 }, connection);
    one.name = "changed";

    expect((await getSnapshots({}, connection)).snapshots.map(({ name }) => name)).toContain("nightly-1");
  });

  it("comes through outputs as well", async () => {
    const one = getSnapshotOutput({ serverId: pulumi.output(12345), name: "nightly-1" }, connection);
    const all = getSnapshotsOutput({ nameRegex: pulumi.output("^nightly") }, connection);

    expect((await resolved(one)).id).toBe("801");
    expect((await resolved(all)).snapshots.map(({ id }) => id)).toEqual(["802", "801"]);
    expect(emulator.requests()).toHaveLength(1);
  });
});

describe("calls of the same moment", () => {
  it("share one list of the account", async () => {
    await Promise.all([
      getSnapshot({ id: 801 }, connection),
      getSnapshot({ name: "running" }, connection),
      getSnapshots({ serverId: 12345 }, connection),
      getSnapshots({ serverId: 12346 }, connection),
      getSnapshots({}, connection),
      resolved(getSnapshotOutput({ id: 802 }, connection)),
    ]);

    expect(queries()).toEqual([["/snapshots/", {}]]);
  });

  it("of one server share the list of that server", async () => {
    await Promise.all([
      getSnapshot({ serverId: 12345, name: "nightly-1" }, connection),
      getSnapshots({ serverId: "12345" }, connection),
    ]);

    expect(queries()).toEqual([["/snapshots/", { server_id: "12345" }]]);
  });

  it("fail together where the list fails, and each can say why", async () => {
    emulator.fault({ match: {}, times: 0, action: { kind: "patch", set: { count: 9 } } });

    const outcomes = await Promise.allSettled([
      getSnapshot({ id: 801 }, connection),
      getSnapshots({ serverId: 12345 }, connection),
    ]);

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "INCOMPLETE_LIST" } });
    }
  });
});

describe("errors", () => {
  const errorOf = async (call: Promise<unknown>): Promise<VpsorgError> => {
    const error = await call.then(
      () => "it went well",
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(VpsorgError);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack ?? ""}`).not.toContain(CANARY);
    return error as VpsorgError;
  };

  it("tell none from several", async () => {
    expect(isVpsorgError(await errorOf(getSnapshot({ id: 999 }, connection)), "NOT_FOUND")).toBe(true);
    const several = await errorOf(getSnapshot({ serverId: 12345 }, connection));
    expect(several).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(several.message).toMatch(
      /^2 snapshots match serverId 12345; .*\n {2}802 {2}nightly-2 .*\n {2}801 /,
    );
  });

  it("name the argument that gave a wrong token", async () => {
    const error = await errorOf(getSnapshot({ id: 801 }, { ...connection, token: "wrong" }));

    expect(error).toMatchObject({ code: "AUTH_FAILED" });
    expect(error.message).toMatch(
      /^VPS\.org did not accept the API token \(401\b.*: the token is the one given to the call as `connection\.token`\. Pass a valid one\.$/,
    );
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a look-up", () => getSnapshot({ id: 801 }, { token: CANARY, endpoint: "ftp://a.test" })],
    ["all", () => getSnapshots({}, { token: CANARY, endpoint: "ftp://a.test" })],
    ["a restore", () => restoreSnapshot({ snapshotId: 801 }, { token: CANARY, endpoint: "ftp://a.test" })],
  ])("name the argument that gave a wrong endpoint, for %s", async (_what, call) => {
    const error = await errorOf(call());

    expect(error).toMatchObject({ code: "CONFIGURATION" });
    expect(error.message).toMatch(/^the endpoint in connection\.endpoint must start with https:/);
  });

  it("name the argument that gave an endpoint where nobody is", async () => {
    const error = await errorOf(
      getSnapshot({ id: 801 }, { token: CANARY, endpoint: `${emulator.endpoint}/x` }),
    );

    expect(error).toMatchObject({ code: "NOT_FOUND" });
    expect(error.message).toMatch(/ Check connection\.endpoint\.$/);
  });

  it("say that there is no token", async () => {
    const error = await errorOf(getSnapshot({ id: 801 }));

    expect(error).toMatchObject({ code: "CONFIGURATION" });
    expect(error.message).toMatch(/^there is no VPS\.org API token: /);
  });

  it("are no answer where the API is down", async () => {
    await emulator.pause();

    expect(await errorOf(getSnapshots({}, connection))).toMatchObject({ code: "CONNECTION" });
  }, 20_000);

  it("never call gone what was made a moment ago", async () => {
    await getSnapshots({}, connection);
    emulator.outside.createSnapshot({ id: 900, serverId: 12347, name: "brand-new" });

    // The list that was read just before lacks it: that proves nothing.
    expect((await getSnapshot({ name: "brand-new" }, connection)).id).toBe("900");
  });
});
