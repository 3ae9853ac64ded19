import { findSnapshot, findSnapshots } from "../../provider/core/lookup";
import type { SnapshotFilter } from "../../provider/core/lookup";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

/** It is noon on 15 January 2026. */
const SEEDS = [
  { id: 801, serverId: 12345, name: "nightly-1", createdAt: "2026-01-12T12:00:00Z" },
  { id: 802, serverId: 12345, name: "nightly-2", createdAt: "2026-01-14T12:00:00Z" },
  { id: 803, serverId: 12345, name: "broken", status: "failed", createdAt: "2026-01-15T09:30:00Z" },
  { id: 804, serverId: 12346, name: "nightly-1", createdAt: "2026-01-15T11:59:15Z" },
];

const LINE = {
  801: "  801  nightly-1  3 days old  completed",
  802: "  802  nightly-2  1 day old  completed",
  803: "  803  broken  2 hours 30 minutes old  failed",
};

/** The same in a list of several servers. */
const OF = {
  801: "  801  nightly-1  server 12345 (web-server-01)  3 days old  completed",
  802: "  802  nightly-2  server 12345 (web-server-01)  1 day old  completed",
  803: "  803  broken  server 12345 (web-server-01)  2 hours 30 minutes old  failed",
  804: "  804  nightly-1  server 12346 (db-server-01)  45 seconds old  completed",
};

type Wanted = SnapshotFilter & { readonly mostRecent?: boolean };

let account: TestAccount;

beforeEach(async () => {
  account = await openAccount({ snapshots: SEEDS });
});

afterEach(() => account.close());

const found = async (filter: Wanted): Promise<string> => (await findSnapshot(account.session, filter)).id;
const all = async (filter: SnapshotFilter): Promise<string[]> =>
  (await findSnapshots(account.session, filter)).snapshots.map(({ id }) => id);

describe("exactly one is found", () => {
  it.each<[string, Wanted, string]>([
    ["by its id", { id: "801" }, "801"],
    ["by its id as a number", { id: 801 }, "801"],
    ["by its name on a server", { serverId: 12345, name: "nightly-1" }, "801"],
    ["by a pattern", { nameRegex: "^nightly-2$" }, "802"],
    ["by its status", { status: "failed" }, "803"],
    ["as the newest of an account", { mostRecent: true }, "804"],
    ["as the newest of a server", { serverId: "12345", mostRecent: true }, "803"],
    ["as the newest that is completed", { serverId: 12345, status: "completed", mostRecent: true }, "802"],
    ["as the newest of one", { id: 801, mostRecent: true }, "801"],
  ])("%s", async (_how, filter, id) => {
    expect(await found(filter)).toBe(id);
  });

  it("the newer of two of the same moment is the one with the higher id", async () => {
    account.emulator.outside.createSnapshot({
      id: 1000,
      serverId: 12347,
      name: "b",
      createdAt: "2026-01-15T11:00:00Z",
    });
    account.emulator.outside.createSnapshot({
      id: 999,
      serverId: 12347,
      name: "a",
      createdAt: "2026-01-15T11:00:00Z",
    });

    expect(await found({ serverId: 12347, mostRecent: true })).toBe("1000");
  });
});

describe("none and several are errors that list the candidates", () => {
  it.each<[string, Wanted, string]>([
    [
      "none of the id",
      { id: "999" },
      `no snapshot matches id "999". The snapshots in this account:\n${OF[804]}\n${OF[803]}\n${OF[802]}\n${OF[801]}`,
    ],
    [
      "none of the name on the server",
      { serverId: "12345", name: "weekly" },
      `no snapshot matches serverId "12345", name "weekly". The snapshots of server 12345:\n${LINE[803]}\n${LINE[802]}\n${LINE[801]}`,
    ],
    [
      "none even of the newest",
      { nameRegex: "^weekly", mostRecent: true },
      `no snapshot matches nameRegex "^weekly". The snapshots in this account:\n${OF[804]}\n${OF[803]}\n${OF[802]}\n${OF[801]}`,
    ],
    [
      "none on a server without any",
      { serverId: "12347" },
      'no snapshot matches serverId "12347". There are no snapshots of server 12347.',
    ],
  ])("%s", async (_what, filter, message) => {
    await expect(found(filter)).rejects.toMatchObject({ code: "NOT_FOUND", message });
  });

  it.each<[string, Wanted, string]>([
    [
      "of a name",
      { name: "nightly-1" },
      `2 snapshots match name "nightly-1"; narrow it down, or take the newest with mostRecent: true:\n${OF[804]}\n${OF[801]}`,
    ],
    [
      "of no condition",
      {},
      "4 snapshots match (no condition was given); narrow it down, or take the newest with mostRecent: true:\n" +
        `${OF[804]}\n${OF[803]}\n${OF[802]}\n${OF[801]}`,
    ],
    [
      "of mostRecent: false",
      { status: "completed", serverId: 12345, mostRecent: false },
      `2 snapshots match status "completed", serverId 12345; narrow it down, or take the newest with mostRecent: ` +
        `true:\n${LINE[802]}\n${LINE[801]}`,
    ],
  ])("several %s", async (_what, filter, message) => {
    await expect(found(filter)).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
  });

  it("an account without snapshots says so", async () => {
    for (const { id } of SEEDS) account.emulator.outside.deleteSnapshot(id);

    await expect(found({ name: "x" })).rejects.toMatchObject({
      message: 'no snapshot matches name "x". There are no snapshots in this account.',
    });
  });

  it("of many candidates the newest ten are shown", async () => {
    for (let n = 0; n < 20; n++) {
      account.emulator.outside.createSnapshot({
        serverId: 12346,
        name: `many-${n}`,
        createdAt: `2025-12-01T00:00:${String(10 + n)}Z`,
      });
    }

    const none = await found({ id: 1 }).catch(String);
    expect(none).toContain("The snapshots in this account (the newest 10):\n");
    expect(none.split("\n")).toHaveLength(11);
    expect((await found({ nameRegex: "^many" }).catch(String)).split("\n")).toHaveLength(11);
  });
});

describe("what a look-up may be asked", () => {
  it.each<[SnapshotFilter, string]>([
    [{ id: "abc" }, 'id must be a positive whole number or a UUID; it is "abc"'],
    [{ id: 0 }, "id must be a positive whole number or a UUID; it is 0"],
    [{ serverId: "web" }, 'serverId must be a positive whole number or a UUID; it is "web"'],
    [{ nameRegex: "(" }, 'nameRegex is not a regular expression: "("'],
    [
      { createdBefore: "yesterday" },
      'createdBefore must be a date, for example "2025-01-15T18:30:00Z"; it is "yesterday"',
    ],
    [{ createdAfter: "" }, 'createdAfter must be a date, for example "2025-01-15T18:30:00Z"; it is ""'],
  ])("%j is refused before any request", async (filter, message) => {
    await expect(all(filter)).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
    expect(account.requests()).toEqual([]);
  });

  it.each<[string, SnapshotFilter, string[]]>([
    ["everything, newest first", {}, ["804", "803", "802", "801"]],
    ["older than a moment", { createdBefore: "2026-01-14T12:00:00Z" }, ["801"]],
    ["newer than a moment", { createdAfter: "2026-01-14T12:00:00Z" }, ["804", "803"]],
    [
      "between two, in another time zone",
      { createdAfter: "2026-01-14T08:00:00-03:00", createdBefore: "2026-01-15T10:00:00+00:30" },
      ["802"],
    ],
    ["a day", { createdAfter: "2026-01-14", createdBefore: "2026-01-15" }, ["802"]],
    ["a part of the name", { nameRegex: "ight" }, ["804", "802", "801"]],
    ["a name of another server", { serverId: 12346, nameRegex: "2" }, []],
    ["a status", { status: "failed" }, ["803"]],
    ["a status in capitals", { status: "Failed" }, ["803"]],
  ])("%s", async (_what, filter, ids) => {
    expect(await all(filter)).toEqual(ids);
  });

  it.each([
    [0, 5],
    [3, 2],
    [5, 0],
    [6, 0],
  ])("a server with %d snapshots has %d places, whatever else is asked", async (held, remainingSlots) => {
    for (let n = 0; n < held; n++)
      account.emulator.outside.createSnapshot({ serverId: 12347, name: `s${n}` });

    expect(await findSnapshots(account.session, { serverId: 12347, nameRegex: "no such" })).toEqual({
      snapshots: [],
      odd: [],
      remainingSlots,
    });
    expect(await findSnapshots(account.session, {})).not.toHaveProperty("remainingSlots");
  });
});
