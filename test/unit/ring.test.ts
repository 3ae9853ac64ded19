import { Ring } from "../../provider/core/rotation/ring";
import type { Member, RotationOutputs } from "../../provider/core/rotation/state";

/** What a ring makes of what state holds, without an account. */

const ID = "04da6b5";
const V1 = ["v1"];
const V2 = ["v2"];

/** Number `n` of the ring, a day later than the one before. */
const member = (n: number, more: Partial<Member> = {}): Member => ({
  id: String(800 + n),
  name: `release-${ID}-${n}`,
  status: "completed",
  createdAt: `2026-01-${10 + n}T08:00:00Z`,
  ...more,
});

const ringOf = (snapshots: readonly Member[], more: Partial<RotationOutputs> = {}): Ring =>
  Ring.recorded({
    ...{ serverId: "12345", keep: 3, namePrefix: "release", serverName: "web-server-01", triggers: V1 },
    ...{ __ring: ID, __next: snapshots.length + 1, snapshots },
    ...more,
  });

const recorded = (ring: Ring): RotationOutputs =>
  ring.outputs({ serverId: "12345", keep: 3, namePrefix: "release", __ring: ID }, {});
const ids = (members: readonly Member[]): string[] => members.map(({ id }) => id);

/** The digest that an addition for these triggers is known by. */
function intentOf(triggers: string[] | undefined): string | undefined {
  const ring = ringOf([]);
  ring.begin("release", triggers, false);
  return ring.pending?.intent;
}

test("a new ring is empty, and begins with number 1", () => {
  const ring = new Ring(ID, "12345");
  expect(ring.serverName).toBe("");
  expect(recorded(ring)).toMatchObject({ snapshots: [], __next: 1 });
  expect(ring.firstName("release")).toBe(`release-${ID}-1`);
  expect(ring.begin("release", V1, true)).toBe(ring.firstName("release"));
});

test("it has its members, and nothing else", () => {
  const ring = ringOf([member(2), member(1)]);
  expect([ring.has("801"), ring.has("802"), ring.has("803")]).toEqual([true, true, false]);
});

describe("what goes", () => {
  test("is what failed, then what was made twice, then the oldest", () => {
    const twice = member(2, { id: "812" });
    const failed = member(4, { status: "failed" });
    const ring = ringOf([failed, member(3), twice, member(2), member(1)]);
    expect(ids(ring.surplus(0))).toEqual(["804", "802", "801", "812", "803"]);
    expect(ids(ring.surplus(4))).toEqual(["804"]);
    expect(ring.surplus(5)).toEqual([]);
  });

  test("is not the completed one of two of a name where the other one failed", () => {
    const failed = member(3, { id: "813", status: "failed" });
    const ring = ringOf([failed, member(3), member(2), member(1)]);
    expect(ids(ring.surplus(2))).toEqual(["813", "801"]);
  });
});

describe("the order", () => {
  test("of its own is that of their numbers, whatever the clocks said", () => {
    const ring = ringOf([member(1)]);
    ring.join(member(3, { createdAt: "2026-01-01T08:00:00Z" }));
    ring.join(member(2));
    expect(ids(ring.snapshots)).toEqual(["803", "802", "801"]);
  });

  test("of two of one number is that of their times and ids, whichever was joined last", () => {
    const [older, newer, same] = [
      member(2),
      member(2, { id: "812", createdAt: "2026-01-13T08:00:00Z" }),
      member(2, { id: "822", createdAt: "2026-01-13T08:00:00Z" }),
    ];
    for (const [one, two, three] of [
      [older, newer, same],
      [same, newer, older],
      [newer, older, same],
    ] as const) {
      const ring = ringOf([member(1)]);
      for (const each of [one, two, three]) ring.join(each);
      expect(ids(ring.snapshots)).toEqual(["822", "812", "802", "801"]);
    }
  });

  test("of those that were adopted is that of their times", () => {
    const ring = ringOf([member(3), member(1)]);
    for (const day of ["09", "12", "20"])
      ring.join({
        id: day,
        name: `by-hand-${day}`,
        status: "completed",
        createdAt: `2026-01-${day}T08:00:00Z`,
      });
    expect(ids(ring.snapshots)).toEqual(["20", "803", "12", "801", "09"]);
  });
});

describe("an addition", () => {
  test("that was refused leaves its number, and what was pending before", () => {
    const before = { number: 3 };
    const ring = ringOf([member(2), member(1)], { __pending: before });
    ring.begin("release", V2, false);
    ring.cancel(before);
    expect(recorded(ring)).toMatchObject({ __next: 3, __pending: before });
  });

  test("that was refused and is the first one is owed all the same", () => {
    const ring = new Ring(ID, "12345");
    ring.begin("release", [], true);
    ring.cancel(undefined);
    expect(recorded(ring)).toMatchObject({ __next: 1, __pending: { first: true } });
    expect(recorded(ring).__pending).not.toHaveProperty("number");
    expect([ring.owes([]), ring.isUnseen()]).toEqual([true, false]);
  });

  test("that was not begun cannot be cancelled", () => {
    const ring = ringOf([member(1)]);
    ring.cancel({ number: 7 });
    expect(recorded(ring)).toEqual(recorded(ringOf([member(1)])));
  });

  test("is known by a digest of fixed length; no triggers are as an empty list", () => {
    expect(intentOf(V1)).toMatch(/^[0-9a-f]{32}$/);
    expect(intentOf(V1)).not.toBe(intentOf(V2));
    expect(intentOf(undefined)).toBe(intentOf([]));
  });

  test.each<[string, boolean, Partial<RotationOutputs>, readonly Member[]]>([
    ["nothing", false, {}, [member(2), member(1)]],
    ["a member", false, { __pending: { number: 2 } }, [member(2), member(1)]],
    ["no member", true, { __pending: { number: 3 } }, [member(2), member(1)]],
    ["none of an empty ring", true, { __pending: { number: 1 } }, []],
  ])("that has become %s is unseen: %p", (_what, unseen, more, members) => {
    expect(ringOf(members, more).isUnseen()).toBe(unseen);
  });
});

describe("an addition that an earlier run has begun", () => {
  const now = Date.parse("2026-01-14T08:05:00Z");
  const begun = (more: Partial<Member> = {}): readonly Member[] => [
    member(4, { status: "in_progress", ...more }),
    member(3),
  ];

  test("is the one for its own triggers, and for no others", () => {
    const ring = ringOf(begun(), { __pending: { number: 4, intent: intentOf(V2) } });
    expect(ring.begun(V2, now)?.id).toBe("804");
    expect(ring.begun(["v3"], now)).toBeUndefined();
  });

  test("for nobody knows what is the one of these triggers while it shows the state of just now", () => {
    const ring = ringOf(begun(), { __pending: { number: 4 } });
    expect(ring.begun(V2, now)?.id).toBe("804");
    expect(ring.begun(V2, now + 86_400_000)).toBeUndefined();
  });

  test.each([
    ["it has become nothing", [member(3)]],
    ["it failed", begun({ status: "failed" })],
  ])("is none where %s", (_what, members) => {
    expect(ringOf(members, { __pending: { number: 4 } }).begun(V2, now)).toBeUndefined();
  });

  test("ends where it is what is asked for", () => {
    const ring = ringOf(begun({ status: "completed" }), { __pending: { number: 4, intent: intentOf(V2) } });
    expect(ring.settle(V2, now)).toBe(true);
    expect([ring.pending, ring.owes(V2), ring.changed]).toEqual([undefined, false, true]);
  });

  test("that was completed for other triggers is remembered: who goes back to them is owed nothing", () => {
    const ring = ringOf(begun({ status: "completed" }), { __pending: { number: 4, intent: intentOf(V2) } });
    expect(ring.settle(["v3"], now)).toBe(true);
    expect(ring.changed).toBe(true);
    expect(recorded(ring)).toMatchObject({ triggers: V1, __intent: intentOf(V2) });
    expect(recorded(ring)).not.toHaveProperty("__pending");
    expect([ring.owes(V2), ring.owes(V1), ring.owes(["v3"])]).toEqual([false, true, true]);
  });

  test("that is in no list stays as it is while it is asked for", () => {
    const ring = ringOf([member(3)], { __pending: { number: 4, intent: intentOf(V2) } });
    expect(ring.settle(V2, now)).toBe(false);
    expect([ring.pending?.number, ring.changed]).toEqual([4, false]);
  });

  test("is nothing to settle where there is none", () => {
    const ring = ringOf([member(1)]);
    expect([ring.settle(V1, now), ring.changed]).toEqual([false, false]);
  });
});

describe("what no state knows", () => {
  const stray = (n: number) => ({
    ...{ id: String(800 + n), name: `release-${ID}-${n}`, status: "completed", serverId: "12345" },
    ...{ serverName: "web-server-01", createdAt: `2026-01-${10 + n}T08:00:00Z`, description: "" },
  });

  test("is an addition under way where it is newer than all, and none is under way", () => {
    const ring = ringOf([member(1)]);
    ring.takeIn(stray(2));
    expect(recorded(ring)).toMatchObject({ __next: 3, __pending: { number: 2 } });
    ring.takeIn(stray(3));
    expect(ring.pending).toEqual({ number: 2 });
  });

  test("is none where it is older", () => {
    const ring = ringOf([member(3), member(1)], { __next: 4 });
    ring.takeIn(stray(2));
    expect(ids(ring.snapshots)).toEqual(["803", "802", "801"]);
    expect([ring.pending, recorded(ring).__next]).toEqual([undefined, 4]);
  });
});

test.each([
  ["that no list has shown", { number: 2, unlisted: true }, [true, undefined]],
  ["that lists show", { number: 2 }, [undefined, undefined]],
])("as a snapshot, only an addition %s is marked", (_what, pending, marks) => {
  const ring = ringOf([member(2), member(1)], { __pending: pending });
  const snapshots = ring.snapshots.map((each) => ring.asSnapshot(each));
  expect(snapshots.map(({ __unlisted }) => __unlisted)).toEqual(marks);
  expect(snapshots[1]).toEqual({
    ...{ serverId: "12345", serverName: "web-server-01", waitForCompletion: true },
    ...{ name: `release-${ID}-1`, status: "completed", createdAt: "2026-01-11T08:00:00Z" },
  });
});

describe("an addition that may still show", () => {
  test("is known until it is older than the one before the oldest", () => {
    for (const [oldest, open] of [
      [2, [2]],
      [3, [2]],
      [4, undefined],
    ] as const) {
      const ring = ringOf([member(5), member(oldest)], { __open: [2], __next: 6 });
      expect([oldest, recorded(ring).__open]).toEqual([oldest, oldest === 2 ? [2] : open]);
    }
    expect(recorded(ringOf([], { __open: [2] })).__open).toEqual([2]);
  });

  test("is again the one whose answer was lost, where the addition after it was refused", () => {
    const ring = ringOf([member(1)], { __open: [2], __pending: { number: 3 }, __next: 4 });
    const before = ring.pending;
    ring.begin("release", V2, false);
    expect(recorded(ring).__open).toEqual([2, 3]);
    ring.cancel(before);
    expect(recorded(ring)).toMatchObject({ __open: [2], __pending: { number: 3 }, __next: 4 });
    expect([ring.isLate(member(2)), ring.isLate(member(3)), ring.isLost(member(3))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("stays open where the one after it was refused, and none is under way", () => {
    const ring = ringOf([member(1)], { __open: [2], __next: 3 });
    ring.begin("release", V2, false);
    ring.cancel(undefined);
    expect(recorded(ring).__open).toEqual([2]);
  });

  test("is still there where one of two of its number leaves", () => {
    const twice = { ...member(2), id: "902" };
    const ring = ringOf([member(2), twice, member(1)], { __pending: { number: 2 } });
    ring.leave("902");
    expect(recorded(ring).__pending).toEqual({ number: 2 });
    ring.leave("802");
    expect(recorded(ring).__pending).toEqual({});
  });

  test("is what was accepted and never listed, and not what was listed", () => {
    const ring = ringOf([member(2), member(1)], { __pending: { number: 2, unlisted: true } });
    expect(ring.snapshots.map((each) => ring.isUnlisted(each))).toEqual([true, false]);
    ring.leave("801");
    expect(recorded(ring).__open).toBeUndefined();
    ring.leave("802", true);
    expect(recorded(ring).__open).toEqual([2]);
  });
});
