import type { OddSnapshot, SnapshotRecord } from "../../provider/api";
import {
  byId,
  dropOtherServers,
  forServer,
  holds,
  occupants,
  sameSnapshots,
} from "../../provider/core/account/listing";
import type { Listing } from "../../provider/core/account/listing";
import { RecentWrites } from "../../provider/core/account/recent-writes";

const WEB = "1";
const DB = "2";
const UUID = "0b0c4f2e-58a1-4b5e-9a53-0f6d7c2f1a11";

const snapshot = (id: string, serverId = WEB): SnapshotRecord => ({
  ...{ id, serverId, serverName: "web", name: `n${id}` },
  ...{ status: "completed", createdAt: "2026-01-15T12:00:00Z" },
});
const odd = (id: string, more: Partial<OddSnapshot> = {}): OddSnapshot => ({
  ...{ id, problem: "status should be string", name: `n${id}` },
  ...more,
});
const listing = (snapshots: SnapshotRecord[], more: Partial<Listing> = {}): Listing => ({
  ...{ snapshots, odd: [], serverId: undefined, at: 0, startedSeq: 1, endedSeq: 2 },
  ...more,
});
const ids = (list: Listing | undefined): string[] | undefined =>
  list && [...list.snapshots, ...list.odd].map(({ id }) => id);

describe("one server's part of the account's list", () => {
  const both = listing([snapshot("a"), snapshot("b", DB)], { odd: [odd("c", { serverId: WEB })] });

  test("is what names it, whatever of it can be read", () => {
    expect(ids(forServer(both, WEB))).toEqual(["a", "c"]);
    expect(forServer(both, WEB)?.serverId).toBe(WEB);
  });

  test("is empty where all name other servers in the same form of id", () => {
    expect(ids(forServer(both, "3"))).toEqual([]);
  });

  test.each([
    ["one that can be read", listing([snapshot("a"), snapshot("b", UUID)])],
    ["one that cannot", listing([snapshot("a")], { odd: [odd("b", { serverId: UUID })] })],
  ])("is not known where one of another form may be its: %s", (_which, list) => {
    expect(forServer(list, "3")).toBeUndefined();
    expect(ids(forServer(list, WEB))).toEqual(["a"]);
  });

  test("is not known where an entry tells no server", () => {
    expect(forServer(listing([snapshot("a")], { odd: [odd("c")] }), WEB)).toBeUndefined();
  });

  test("is the list itself where that is of one server, or where none is asked for", () => {
    const own = listing([snapshot("a")], { serverId: WEB, odd: [odd("c")] });
    expect(forServer(own, WEB)).toBe(own);
    expect(forServer(both, undefined)).toBe(both);
  });
});

describe("a later whole list confirms an earlier one", () => {
  const of = (...all: SnapshotRecord[]): Listing => listing(all);
  const server = (...all: SnapshotRecord[]): Listing => listing(all, { serverId: WEB });

  test.each<[string, boolean, Listing, Listing]>([
    ["with the same entries", true, of(snapshot("a"), snapshot("b")), of(snapshot("b"), snapshot("a"))],
    ["not with one more", false, of(snapshot("a")), of(snapshot("a"), snapshot("b"))],
    ["not with one less", false, of(snapshot("a"), snapshot("b")), of(snapshot("a"))],
    ["not with another one", false, of(snapshot("a")), of(snapshot("b"))],
    [
      "of a server, with more of another one",
      true,
      server(snapshot("a")),
      of(snapshot("a"), snapshot("b", DB)),
    ],
    ["not of a server with more of its own", false, server(snapshot("a")), of(snapshot("a"), snapshot("b"))],
  ])("%s", (_how, same, before, whole) => {
    expect(sameSnapshots(before, whole)).toBe(same);
  });

  test("also where one of its entries cannot be read in one of them", () => {
    const before = listing([snapshot("a")], { serverId: WEB, odd: [odd("b", { serverId: WEB })] });
    expect(sameSnapshots(before, of(snapshot("a"), snapshot("b")))).toBe(true);
    expect(
      sameSnapshots(of(snapshot("a"), snapshot("b")), listing([snapshot("a")], { odd: [odd("b")] })),
    ).toBe(true);
  });

  test("without what only the API's filter can ascribe to the server", () => {
    const before = listing([snapshot("a")], { serverId: WEB, odd: [odd("b")] });
    expect(sameSnapshots(before, listing([snapshot("a")], { odd: [odd("b")] }))).toBe(true);
  });

  test("not where nobody can tell which part is the server's", () => {
    expect(sameSnapshots(server(), of(snapshot("b", UUID)))).toBe(false);
  });
});

describe("an entry that cannot be read", () => {
  const list = listing([snapshot("a")], { serverId: WEB, odd: [odd("b")] });

  test("is there, and is an error to whoever needs it", () => {
    expect(["a", "b", "c"].map((id) => holds(list, id))).toEqual([true, true, false]);
    expect(byId(list, "a")).toMatchObject({ id: "a" });
    expect(byId(list, "c")).toBeUndefined();
    expect(() => byId(list, "b")).toThrow("snapshot b: status should be string");
  });

  test("takes a slot of its server, and its name has to be readable", () => {
    expect(occupants(list)).toEqual([
      snapshot("a"),
      { id: "b", name: "nb", status: "unreadable", serverId: WEB, serverName: "", createdAt: "" },
    ]);
    const known = listing([], { odd: [odd("b", { status: "failed", serverId: DB })] });
    expect(occupants(known)).toMatchObject([{ status: "failed", serverId: DB }]);
    expect(occupants(listing([], { odd: [odd("b")] }))).toMatchObject([{ serverId: "" }]);
    const nameless = listing([], { odd: [{ id: "b", problem: "name should be string" }] });
    expect(() => occupants(nameless)).toThrow("snapshot b: name should be string");
  });
});

test("what a filter lets through of another server of the same form is dropped", () => {
  const all = [{ serverId: WEB }, { serverId: DB }, { serverId: UUID }, {}];
  expect(dropOtherServers(all, WEB)).toEqual([{ serverId: WEB }, { serverId: UUID }, {}]);
  expect(dropOtherServers(all, undefined)).toBe(all);
});

describe("a run reads its own writes", () => {
  test("over a list of one server", () => {
    const writes = new RecentWrites();
    for (const made of [snapshot("a"), snapshot("b"), snapshot("c", DB), snapshot("d")])
      writes.recordCreate(made);
    writes.recordDelete("d");
    writes.recordDelete("e");

    const over = writes.over([snapshot("a"), snapshot("e"), snapshot("f")], WEB);

    expect(over.map(({ id }) => id)).toEqual(["a", "f", "b"]);
    expect(writes.firstCreated()).toEqual(snapshot("a"));
    expect(["a", "d"].map((id) => writes.hasCreated(id))).toEqual([true, false]);
    expect(["a", "d", "e"].map((id) => writes.hasDeleted(id))).toEqual([false, true, true]);
  });
});
