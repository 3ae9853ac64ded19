import { ringParts } from "../../../provider/core/snapshot/name";
import type { Properties } from "../../../provider/host/boundary";
import type { FaultAction } from "../../tools/emulator";
import { messageOf, RunFixture } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/**
 * A rotation that is interrupted anywhere: the next `up`, in another process, goes on. Nothing is doubled, nothing of
 * others is touched, and what the rotation has on the server is in its state.
 */
const MINUTE = 60_000;
const OTHERS = ["801", "802"];
const KEEP = 2;

const fixture = new RunFixture();
let stack: RotationStack;

beforeEach(() => {
  stack = new RotationStack();
});

const mine = (): string[] =>
  fixture.account.emulator.model
    .listSnapshots(12345)
    .filter(({ name }) => ringParts(name) !== undefined)
    .map(({ id }) => String(id));

async function later(minutes: number): Promise<void> {
  await fixture.account.clock.sleep(minutes * MINUTE);
  fixture.nextRun();
}

const release = (number: number, more: Properties = {}): Properties => ({
  ...{ triggers: [`v${number}`], keep: KEEP },
  ...more,
});

async function up(args: Properties, minutes = 5): Promise<boolean> {
  await later(minutes);
  return stack.up(fixture.run, args);
}

/** A ring of two releases, beside so many snapshots of other people. */
async function begin(others: 2 | 3): Promise<void> {
  if (others === 3) fixture.account.emulator.outside.createSnapshot({ serverId: 12345, name: "third" });
  await up(release(1));
  await up(release(2));
}

function expectWhole(length: number): void {
  expect([...stack.ids].sort()).toEqual(mine().sort());
  expect(stack.snapshots).toHaveLength(length);
  expect(stack.snapshots.map(({ status }) => status)).toEqual(stack.ids.map(() => "completed"));
  const numbers = stack.snapshots.map(({ name }) => ringParts(name)?.number);
  expect(new Set(numbers).size).toBe(length);
  expect(stack.entry?.outputs).not.toHaveProperty("__pending");
  const there = fixture.account.emulator.model.listSnapshots(12345).map(({ id }) => String(id));
  expect(there).toEqual(expect.arrayContaining(OTHERS));
}

interface Kill {
  /** The last request that is answered, or whose answer nobody hears. */
  readonly at: number;
  readonly method?: "POST" | "DELETE";
  readonly acts?: boolean;
}

/** Runs `up` until a request that it hears no answer of; no state records what came of it. */
async function killed(args: Properties, { at, method, acts = false }: Kill): Promise<void> {
  const { emulator } = fixture.account;
  const before = stack.entry;
  const match = method === undefined ? {} : { method };
  const isDead = { match: {}, times: 0, action: { kind: "reset" } } as const;
  let faults = [emulator.fault({ ...isDead, match, skip: at })];
  if (acts) {
    faults.forEach((fault) => fault.remove());
    faults = [
      emulator.fault({ match, skip: at, when: "after", action: { kind: "reset" } }),
      emulator.fault({ ...isDead, match: { method: "GET" }, skip: 4 }),
    ];
  }
  await up({ ...args, __timeouts: { update: "4m" } }).catch(() => undefined);
  for (const fault of faults) fault.remove();
  stack.entry = before;
}

const KILLS: readonly Kill[] = [
  ...Array.from({ length: 8 }, (_, at) => ({ at })),
  ...(["POST", "DELETE"] as const).flatMap((method) => [
    { at: 0, method },
    { at: 0, method, acts: true },
  ]),
];

describe.each([
  ["with a slot for the new one", 2],
  ["on a server at its limit", 3],
] as const)("an addition %s", (_where, others) => {
  test.each(KILLS)("that is killed at %j is gone on with", async (kill) => {
    await begin(others);
    await killed(release(3), kill);
    expect(mine().length).toBeLessThanOrEqual(KEEP + 1);
    await up(release(3));
    expectWhole(KEEP);
    // One for each release: where the killed run has made its own, the next one has taken it over.
    expect(Math.max(...mine().map(Number))).toBe(800 + others + 3);
    expect(await up(release(3))).toBe(false);
  });

  test.each([
    ["500 after it acted", { kind: "status", status: 500 }, "after"],
    ["500 before", { kind: "status", status: 500 }, "before"],
    ["reset after it acted", { kind: "reset" }, "after"],
    ["reset before", { kind: "reset" }, "before"],
    ["cut body", { kind: "cutBody" }, "after"],
    ["page", { kind: "html" }, "before"],
    ["page after it acted", { kind: "html" }, "after"],
    ["429", { kind: "status", status: 429, retryAfterSeconds: 2 }, "before"],
    ["429 after it acted", { kind: "status", status: 429 }, "after"],
    ["403", { kind: "status", status: 403 }, "before"],
    ["400", { kind: "status", status: 400, body: { detail: "no" } }, "before"],
    ["404 page", { kind: "html", status: 404 }, "before"],
  ] as [string, FaultAction, "before" | "after"][])("whose POST ends in %s", async (_what, action, when) => {
    await begin(others);
    fixture.account.emulator.fault({ match: { method: "POST" }, when, action });
    await up(release(3)).catch(() => undefined);
    expect(mine().length).toBeLessThanOrEqual(KEEP + 1);
    expect([...stack.ids]).toEqual(expect.arrayContaining(stack.ids.filter((id) => mine().includes(id))));
    await up(release(3));
    expectWhole(KEEP);
    expect(fixture.account.emulator.model.listSnapshots(12345)).toHaveLength(others + KEEP);
  });

  test.each([
    ["500", { kind: "status", status: 500 }, "before"],
    ["500 after it acted", { kind: "status", status: 500 }, "after"],
    ["reset after it acted", { kind: "reset" }, "after"],
    ["404 page", { kind: "html", status: 404 }, "before"],
    ["403", { kind: "status", status: 403 }, "before"],
  ] as [string, FaultAction, "before" | "after"][])(
    "whose DELETE ends in %s",
    async (_what, action, when) => {
      await begin(others);
      fixture.account.emulator.fault({ match: { method: "DELETE" }, times: 9, when, action });
      await up(release(3)).catch(() => undefined);
      fixture.account.emulator.clearFaults();
      expect(mine().length).toBeLessThanOrEqual(KEEP + 1);
      for (const id of stack.ids)
        expect([...mine(), ...fixture.account.requests("writes")].join()).toContain(id);
      await up(release(3));
      expectWhole(KEEP);
    },
  );

  test("that takes too long is waited for, and drops the oldest only then", async () => {
    await begin(others);
    const [second] = stack.ids;
    fixture.account.emulator.setBehaviour({ neverCompletes: true });
    const message = await messageOf(up(release(3, { __timeouts: { update: "12m" } })));
    expect(message).toMatch(/is still "in_progress" after 12 minutes.*adds no second one/);
    expect(stack.snapshots).toMatchObject([
      { status: "in_progress" },
      { id: second },
      ...(others === 2 ? [{}] : []),
    ]);
    expect(stack.entry?.outputs["latestId"]).toBe(second);
    fixture.account.emulator.setBehaviour({ neverCompletes: null });
    fixture.account.emulator.outside.setSnapshot(String(stack.ids[0]), { status: "completed" });
    await up(release(3));
    expectWhole(KEEP);
    expect(fixture.account.requests("writes").filter((what) => what.startsWith("POST"))).toHaveLength(3);
  });

  test.each(["failed", "missing"])("that ends as %s drops nothing, and is made anew", async (end) => {
    await begin(others);
    const before = stack.ids;
    const { emulator } = fixture.account;
    if (end === "failed") emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    else
      emulator.fault({
        match: { method: "GET" },
        skip: 6,
        action: { kind: "run", effect: { action: "deleteSnapshot", id: 803 + (others - 2) + 2 } },
      });
    const message = await messageOf(up(release(3)));
    expect(message).toMatch(
      end === "failed" ? /ended as "failed".*adds another one/ : /is in no list any more/,
    );
    expect(stack.ids.filter((id) => before.includes(id))).toHaveLength(others === 2 ? 2 : 1);
    emulator.setBehaviour({ finalSnapshotStatus: null });
    await up(release(3));
    expectWhole(KEEP);
  });
});

describe("an addition that has not ended", () => {
  /** An `up` that gives up its wait; the addition goes on at VPS.org. */
  async function interrupted(): Promise<string> {
    await begin(2);
    await messageOf(up(release(3, { __timeouts: { update: "1m" } })));
    expect(stack.entry?.outputs).toMatchObject({
      triggers: ["v2"],
      __pending: { number: 3 },
    });
    return String(stack.ids[0]);
  }
  const posts = (): number =>
    fixture.account.requests("writes").filter((what) => what.startsWith("POST")).length;

  test("is ended by a program that went back, and no other one is added", async () => {
    const pending = await interrupted();
    await up(release(2));
    expectWhole(KEEP);
    expect([stack.ids[0], posts(), stack.entry?.outputs["triggers"]]).toEqual([pending, 3, ["v2"]]);
    expect(await up(release(2))).toBe(false);
  });

  test("is ended before the one of the next release", async () => {
    const pending = await interrupted();
    await up(release(4));
    expectWhole(KEEP);
    expect([stack.ids[1], posts()]).toEqual([pending, 4]);
  });

  test("is ended after a refresh", async () => {
    const pending = await interrupted();
    await later(20);
    await stack.refresh(fixture.run);
    expect(await up(release(3))).toBe(true);
    expectWhole(KEEP);
    expect([stack.ids[0], posts()]).toEqual([pending, 3]);
  });

  test("and was deleted by hand is made anew", async () => {
    fixture.account.emulator.outside.deleteSnapshot(await interrupted());
    await later(20);
    await stack.refresh(fixture.run);
    await up(release(3));
    expectWhole(KEEP);
    expect(posts()).toBe(4);
  });

  test("is destroyed with the others", async () => {
    await interrupted();
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect(mine()).toEqual([]);
  });
});

describe("what a killed run has made", () => {
  const leave = async (): Promise<string> => {
    await begin(2);
    const known = mine();
    const before = stack.entry;
    await up(release(3, { keep: 3 }));
    stack.entry = before;
    const [left] = mine().filter((id) => !known.includes(id));
    return String(left);
  };

  test("joins the ring at a refresh", async () => {
    const left = await leave();
    fixture.nextRun();
    await stack.refresh(fixture.run);
    expect(stack.ids[0]).toBe(left);
  });

  test("is deleted at destroy", async () => {
    await leave();
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect(mine()).toEqual([]);
  });

  test("joins the ring and is no restore point of a release of a day later", async () => {
    const left = await leave();
    await up(release(4, { keep: 3 }), 24 * 60);
    expect(stack.ids).toHaveLength(3);
    expect(stack.ids[1]).toBe(left);
    expect([...stack.ids].sort()).toEqual(mine().sort());
  });
});

test("what a killed run has made within the lag of the lists joins the ring when they show it", async () => {
  await begin(2);
  const { emulator } = fixture.account;
  emulator.outside.deleteSnapshot(802);
  emulator.setBehaviour({ listLagMs: 45_000 });
  const before = stack.entry;
  await up(release(3, { keep: 3, __timeouts: { update: "10s" } })).catch(() => undefined);
  stack.entry = before;
  fixture.nextRun();
  await stack.up(fixture.run, release(3));
  expect(fixture.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  expect([...stack.ids].sort()).toEqual(mine().sort());
  // Both were of one moment: one of them goes before an older one does.
  expect(stack.snapshots.map(({ name }) => ringParts(name)?.number)).toEqual([3, 2]);
  expect(await up(release(3))).toBe(false);
});

test("a secret of the triggers is in no other output", async () => {
  await begin(2);
  const secret = "s3cret-release-token";
  const args = { keep: KEEP, triggers: [secret], __timeouts: { update: "1m" } };
  await messageOf(up(args));
  const { triggers: _triggers, ...others } = stack.entry?.outputs ?? {};
  expect(others).toHaveProperty("__pending");
  expect(JSON.stringify(others)).not.toContain(secret);
});

describe("the first addition", () => {
  test.each([
    ["500 after it acted", { kind: "status", status: 500 }, "after"],
    ["500 before", { kind: "status", status: 500 }, "before"],
    ["reset after it acted", { kind: "reset" }, "after"],
    ["429 after it acted", { kind: "status", status: 429 }, "after"],
  ] as [string, FaultAction, "before" | "after"][])("whose POST ends in %s", async (_what, action, when) => {
    fixture.account.emulator.fault({ match: { method: "POST" }, when, action });
    await up(release(1)).catch(() => undefined);
    await up(release(1));
    expectWhole(1);
  });

  test("of which nobody knows is recorded, and owed whatever the triggers are", async () => {
    fixture.account.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 500 } });
    const program = { triggers: undefined, keep: KEEP };
    expect(await messageOf(up(program))).toContain("it is not known whether snapshot");
    expect(stack.entry?.outputs).toMatchObject({ snapshots: [], __pending: { number: 1, first: true } });
    expect(await up(program)).toBe(true);
    expectWhole(1);
    expect(await up(program)).toBe(false);
  });

  test("that fails is made anew", async () => {
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    expect(await messageOf(up({ keep: KEEP }))).toContain('ended as "failed"');
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: null });
    await up({ keep: KEEP });
    expectWhole(1);
  });

  test("of a killed run is warned of", async () => {
    await up(release(1));
    const [left] = stack.ids;
    stack.entry = undefined;
    fixture.random = 0.25;
    await up(release(1));
    fixture.random = 0.5;
    expect(fixture.lines.join("\n")).toMatch(
      new RegExp(
        `warning release: snapshot ${left} .* has a name of this rotation, but of another ring, .*adopt: \\["${left}"\\]`,
      ),
    );
    expect(stack.ids).toHaveLength(1);
  });
});

describe("an addition that a killed run has begun", () => {
  const posts = (): number =>
    fixture.account.requests("writes").filter((what) => what.startsWith("POST")).length;
  async function begun(): Promise<string> {
    await begin(2);
    const before = stack.entry;
    await up(release(3, { __timeouts: { update: "1m" } })).catch(() => undefined);
    const [id] = stack.ids;
    stack.entry = before;
    return String(id);
  }

  test("and that grows older than an hour in the wait is the one of that up, as its preview has said", async () => {
    const { emulator, clock } = fixture.account;
    const id = await begun();
    emulator.setBehaviour({ neverCompletes: true });
    await later(50);
    await stack.preview(fixture.run, release(3));
    expect(fixture.lines[0]).toContain(`goes on with snapshot ${id} `);
    void clock.sleep(20 * MINUTE).then(() => emulator.outside.setSnapshot(id, { status: "completed" }));
    await stack.up(fixture.run, release(3));
    expect([stack.ids[0], posts()]).toEqual([id, 3]);
  });

  test("and that a refresh has taken in is the one of the next up", async () => {
    const id = await begun();
    await later(5);
    await stack.refresh(fixture.run);
    await up(release(3));
    expect([stack.ids[0], posts()]).toEqual([id, 3]);
    expectWhole(KEEP);
  });

  test("and that a refresh has taken in is nobody's where the program went back", async () => {
    const id = await begun();
    await later(5);
    await stack.refresh(fixture.run);
    expect(await up(release(2))).toBe(true);
    expect([stack.ids[0], posts()]).toEqual([id, 3]);
    expectWhole(KEEP);
    expect(await up(release(2))).toBe(false);
  });

  test("is announced as what the next up goes on with, and what goes then", async () => {
    const id = await begun();
    fixture.nextRun();
    await stack.preview(fixture.run, release(3));
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^info release: goes on with snapshot ${id} .* which an earlier run has begun, for triggers that no state holds: it shows the server as it was then\\. When it is completed, snapshot 803 .* is deleted: keep is 2\\.$`,
        ),
      ),
    ]);
  });
});

describe("what failed", () => {
  test("goes before another one is added, so that additions which keep failing do not fill the server", async () => {
    await begin(2);
    const { emulator } = fixture.account;
    emulator.setBehaviour({ finalSnapshotStatus: "error" });
    for (let i = 0; i < 3; i++) {
      expect(await messageOf(up(release(3)))).toContain('ended as "error"');
      expect(mine()).toHaveLength(KEEP + 1);
    }
    emulator.setBehaviour({ finalSnapshotStatus: null });
    await up(release(3));
    expectWhole(KEEP);
  });

  test("after its completion goes at the next up, which the preview says, unless the resource is protected", async () => {
    await begin(2);
    const [newest, oldest] = stack.ids;
    fixture.account.emulator.outside.setSnapshot(String(oldest), { status: "error" });
    await later(5);
    await stack.refresh(fixture.run);
    expect(await up(release(2, { __protects: true }))).toBe(false);
    fixture.nextRun();
    await stack.preview(fixture.run, release(2));
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warning release: snapshot ${oldest} .* is deleted: it failed and cannot be restored\\.$`,
        ),
      ),
    ]);
    await up(release(2));
    expect(stack.ids).toEqual([newest]);
    expectWhole(1);
  });
});

test("a rotation that goes leaves what another resource of the stack holds", async () => {
  await begin(2);
  const [newest] = stack.ids;
  fixture.nextRun();
  const { endpoint } = fixture.account.emulator;
  const plain = { serverId: "12345", name: "taken", status: "completed", __endpoint: endpoint };
  await fixture.run.snapshot.diff(String(newest), plain, { ...plain, waitForCompletion: true });
  await stack.destroy(fixture.run);
  expect(mine()).toEqual([newest]);
  expect(fixture.lines.join("\n")).toContain("is not deleted here: another resource of this stack holds it.");
});

test("a filter that shows nothing of the server hides no addition of a killed run", async () => {
  await begin(2);
  const before = stack.entry;
  await up(release(3));
  const [made] = stack.ids;
  stack.entry = before;
  fixture.account.emulator.setBehaviour({ filterWorks: "broken" });
  await up(release(3)).catch(() => undefined);
  expect(stack.ids[0]).toBe(made);
  fixture.account.emulator.setBehaviour({ filterWorks: null });
  await up(release(3));
  expectWhole(KEEP);
});

test("deletes that keep failing do not let the ring grow", async () => {
  await begin(2);
  fixture.account.emulator.fault({
    match: { method: "DELETE" },
    times: 0,
    action: { kind: "status", status: 403 },
  });
  for (const number of [3, 4, 5]) expect(await messageOf(up(release(number)))).toContain("not allowed");
  expect(mine()).toHaveLength(KEEP + 1);
  fixture.account.emulator.clearFaults();
  await up(release(5));
  expectWhole(KEEP);
});
