import type { SnapshotRecord } from "../../provider/api";
import { SlotReservations } from "../../provider/core/snapshot/slots";
import type { Plan } from "../../provider/core/snapshot/slots";

const SERVER = "12345";

const plan = (change: Partial<Plan> = {}): Plan => ({
  urn: undefined,
  serverId: SERVER,
  prefix: "web",
  name: undefined,
  takesSlot: true,
  before: [],
  ...change,
});

/** A create with an automatic name, or with a given one. */
const made = (name: string, prefix?: string, serverId = SERVER) => ({
  ...{ serverId, name, waitForCompletion: true },
  ...(prefix === undefined ? {} : { __autoName: prefix }),
});

/** What a server holds, by id. */
const existing = (...ids: readonly string[]): SnapshotRecord[] =>
  ids.map((id) => ({
    ...{ id, serverId: SERVER, serverName: "web", name: `n${id}` },
    ...{ status: "completed", createdAt: "2026-01-15T12:00:00Z" },
  }));

let slots: SlotReservations;
beforeEach(() => {
  slots = new SlotReservations();
});

const FOUR = existing("1", "2", "3", "4");

describe("whether a replacement finds a slot", () => {
  test.each([
    { where: "five are there", there: [...FOUR, ...existing("5")], isFull: true },
    { where: "four are there", there: FOUR, isFull: false },
    {
      where: "the old one is gone: its own place is free",
      there: existing("2", "3", "4", "5", "6"),
      isFull: false,
    },
  ])("$where: $isFull", ({ there, isFull }) => {
    expect(slots.isFull(SERVER, there, "1")).toBe(isFull);
  });

  test.each([
    { where: "one is promised", there: FOUR, promised: {}, isFull: true },
    { where: "one is promised of five", there: FOUR.slice(0, 3), promised: {}, isFull: false },
    { where: "one of another server is", there: FOUR, promised: { serverId: "777" }, isFull: false },
    {
      where: "one that takes its old one's place",
      there: FOUR,
      promised: { takesSlot: false },
      isFull: false,
    },
  ])("$where: $isFull", ({ there, promised, isFull }) => {
    slots.reserve("2", plan(promised));
    expect(slots.isFull(SERVER, there, "1")).toBe(isFull);
  });

  test("but its own earlier decision does not count", () => {
    slots.reserve("1", plan());
    expect(slots.isFull(SERVER, FOUR, "1")).toBe(false);
  });
});

describe("a create ends the reservation of its own replacement", () => {
  const URN = "urn:pulumi:dev::demo::vpsorg:Snapshot::web";

  const auto = made("web-1a2b3c4", "web");
  const named = { prefix: undefined, name: "a" };
  test.each([
    {
      how: "by its resource, whatever it is called",
      plan: { urn: URN },
      made: made("x", "x"),
      urn: URN,
      is: true,
    },
    {
      how: "and not by another one's of the same name",
      plan: { urn: URN },
      made: auto,
      urn: `${URN}2`,
      is: false,
    },
    {
      how: "by prefix, where a create tells no resource",
      plan: { urn: URN },
      made: auto,
      urn: undefined,
      is: true,
    },
    { how: "by prefix, where diff was told none", plan: {}, made: auto, urn: URN, is: true },
    {
      how: "and not by another prefix",
      plan: { name: "a" },
      made: made("a", "db"),
      urn: undefined,
      is: false,
    },
    {
      how: "and not on another server",
      plan: {},
      made: made("web-1", "web", "777"),
      urn: undefined,
      is: false,
    },
    { how: "by a given name", plan: named, made: made("a"), urn: undefined, is: true },
    { how: "and not by another given name", plan: named, made: made("b"), urn: undefined, is: false },
  ])("$how", ({ plan: reserved, made: create, urn, is }) => {
    slots.reserve("1", plan({ ...reserved, before: ["0"] }));

    expect(slots.fulfil(create, urn)).toEqual(is ? ["1", "0"] : undefined);

    expect([slots.goesFirst("1"), slots.isBehind("0")]).toEqual([!is, !is]);
  });
});

test("a delete of what nobody replaces promises nothing", () => {
  slots.vacate("1");
  expect(slots.goesFirst("1")).toBe(false);
});

test("a place that an old one has left is promised to its replacement until that is made", () => {
  const four = existing("2", "3", "4", "5");
  slots.reserve("1", plan({ takesSlot: false }));
  slots.vacate("1");
  expect(slots.isFull(SERVER, four, "2")).toBe(true);

  slots.fulfil(made("web-1a2b3c4", "web"), undefined);
  expect(slots.isFull(SERVER, four, "2")).toBe(false);
});

describe("a given name that another resource of the run is to have", () => {
  test.each<[boolean, string, Partial<Plan>]>([
    [true, "on the same server", {}],
    [false, "on another server", { serverId: "12346" }],
    [false, "with another name", { name: "other" }],
    [false, "where that name is drawn", { prefix: "golden" }],
  ])("is %p %s", (isNamed, _where, change) => {
    slots.reserve("first", plan({ prefix: undefined, name: "golden", ...change }));
    slots.reserve("mine", plan({ prefix: undefined, name: "golden" }));
    expect(slots.isNamedBefore(SERVER, "golden", "mine")).toBe(isNamed);
    expect(slots.isNamedBefore(SERVER, "golden", "first")).toBe(false);
  });
});

describe("what is promised before one that takes no slot itself", () => {
  test("is what the run has met before it, whatever it meets afterwards", () => {
    slots.reserve("before", plan());
    slots.reserve("mine", plan({ takesSlot: false }));
    slots.reserve("after", plan());
    expect(slots.promisedBefore(SERVER, "mine").all).toBe(1);
    expect([slots.hasSlot("before"), slots.hasSlot("mine"), slots.hasSlot("nobody")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
