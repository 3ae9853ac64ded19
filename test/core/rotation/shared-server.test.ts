import { RunFixture, urnOf } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/** Who goes first where several resources of a program share the slots of a server. */

const MINUTE = 60_000;

const fixture = new RunFixture();

const provider = 'exports.handler=()=>require("pulumi-vpsorg/host")';
/** A snapshot that belongs to no rotation. */
const plain = { __provider: provider, __resource: "web", __urn: urnOf("web"), serverId: 12345 };

const there = (): string[] => fixture.account.emulator.model.listSnapshots(12345).map(({ id }) => String(id));

/** A process of its own, some time after the last one. */
async function nextRun(): Promise<void> {
  await fixture.account.clock.sleep(60 * MINUTE);
  fixture.nextRun();
}

/** One after the other, each in a process of its own. */
async function releases(stack: RotationStack, numbers: readonly number[], keep = 3): Promise<void> {
  for (const number of numbers) {
    await nextRun();
    await stack.up(fixture.run, { triggers: [number], keep });
  }
}

test("a rotation beside a new snapshot that takes the last slot says so, and the `up` after it makes both", async () => {
  fixture.account.emulator.outside.deleteSnapshot("802");
  const stack = new RotationStack();
  await releases(stack, [1, 2, 3]);
  const [, , oldest] = stack.ids;
  await nextRun();
  const { inputs, failures } = await fixture.run.snapshot.check({}, plain);
  expect(failures).toEqual([]);
  await stack.preview(fixture.run, { triggers: [4] });
  expect(fixture.lines).toEqual([
    expect.stringMatching(
      new RegExp(
        `^warning release: server 12345 \\(web-server-01\\) holds 4 of 5 snapshots, and 1 more is to be made there, so snapshot ${oldest} .* is deleted before the new one is made\\.$`,
      ),
    ),
  ]);
  await stack.up(fixture.run, { triggers: [4] });
  await fixture.run.snapshot.create({ ...inputs, __provider: provider });
  expect(stack.ids).toHaveLength(3);
  expect(there()).toHaveLength(5);
});

test("two rotations that fill a server names one each, and the `up` drops these", async () => {
  for (const id of there()) fixture.account.emulator.outside.deleteSnapshot(id);
  const [r, q] = [new RotationStack("r"), new RotationStack("q")];
  const [two, three] = [
    { keep: 2, serverId: 12345 },
    { keep: 3, serverId: 12345 },
  ];
  for (let i = 1; i <= 6; i++) {
    await nextRun();
    const before = there();
    const triggers = [`v${i}`];
    await r.preview(fixture.run, { ...two, triggers });
    await q.preview(fixture.run, { ...three, triggers });
    const named = fixture.lines.flatMap((line) =>
      [...line.matchAll(/snapshot (\d+) "/g)].map(([, id]) => id),
    );
    // Each ring draws its id when it is made.
    const begins = i === 1 ? 0.25 : 0.5;
    fixture.random = 0.5;
    const first = r.up(fixture.run, { ...two, triggers });
    if (i === 1) await first;
    fixture.random = begins;
    await Promise.all([first, q.up(fixture.run, { ...three, triggers })]);
    const gone = before.filter((id) => !there().includes(id));
    expect([i, gone.filter((id) => !named.includes(id))]).toEqual([i, []]);
    expect(gone.length).toBeLessThanOrEqual(2);
    expect([i, r.ids.length, q.ids.length]).toEqual([i, Math.min(i, 2), i < 3 ? i : expect.any(Number)]);
    expect(q.ids.length).toBeGreaterThanOrEqual(Math.min(i, 2));
  }
  expect(there().length).toBeGreaterThanOrEqual(4);
});

test("two rotations whose create fails: each loses the one that was named, at most", async () => {
  for (const id of there()) fixture.account.emulator.outside.deleteSnapshot(id);
  const [r, q] = [new RotationStack("r"), new RotationStack("q")];
  for (let i = 1; i <= 3; i++) {
    await nextRun();
    fixture.random = 0.5;
    await r.up(fixture.run, { keep: 2, serverId: 12345, triggers: [i] });
    fixture.random = 0.25;
    await q.up(fixture.run, { keep: 3, serverId: 12345, triggers: [i] });
  }
  await nextRun();
  await r.preview(fixture.run, { keep: 2, serverId: 12345, triggers: [4] });
  fixture.account.emulator.fault({
    match: { method: "POST" },
    times: 0,
    action: { kind: "status", status: 400, body: { name: ["no"] } },
  });
  await expect(q.up(fixture.run, { keep: 3, serverId: 12345, triggers: [4] })).rejects.toThrow();
  expect([r.ids.length, q.ids.length]).toEqual([2, 2]);
});

describe("what Pulumi meets after a rotation", () => {
  const four = { triggers: [4], keep: 4 };
  const deletes = (): string[] =>
    fixture.account.requests("writes").filter((request) => request.startsWith("DELETE"));
  let stack: RotationStack;

  /** A ring of two of four beside two others, and a new snapshot of which the run hears after the rotation's comparison. */
  async function meet(): Promise<Record<string, unknown>> {
    stack = new RotationStack();
    await releases(stack, [1, 2], 4);
    await nextRun();
    await stack.preview(fixture.run, four);
    expect(fixture.lines).toEqual([
      "info release: adds a snapshot and deletes none: it then has 3, and keep is 4.",
    ]);
    const { inputs, failures } = await fixture.run.snapshot.check({}, plain);
    expect(failures).toEqual([]);
    return { ...inputs, __provider: provider };
  }

  test("does not cost it a restore point that it keeps, and is refused", async () => {
    const web = await meet();
    await stack.up(fixture.run, four);
    await expect(fixture.run.snapshot.create(web)).rejects.toThrow(/holds 5 of 5 snapshots/);
    expect([stack.ids.length, deletes()]).toEqual([3, []]);
  });

  test("and is quicker, does not cost it one either: the next run names what goes", async () => {
    const web = await meet();
    await fixture.run.snapshot.create(web);
    const inputs = { ...stack.recorded().inputs, ...four };
    await expect(stack.update(fixture.run, inputs)).rejects.toThrow(/holds 5 of 5 snapshots/);
    expect([stack.ids.length, deletes()]).toEqual([2, []]);

    await nextRun();
    const [, oldest] = stack.ids;
    await stack.up(fixture.run, four);
    expect(fixture.lines[0]).toMatch(
      new RegExp(`so snapshot ${oldest} .* is deleted before the new one is made`),
    );
    expect(deletes()).toEqual([`DELETE /snapshots/${oldest}/`]);
  });

  test("does not cost it the last good one where a failed one leaves its slot", async () => {
    fixture.account.emulator.outside.deleteSnapshot("802");
    stack = new RotationStack();
    await stack.up(fixture.run, { triggers: [1], keep: 1 });
    const [good] = stack.ids;
    await nextRun();
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await expect(stack.up(fixture.run, { triggers: [2], keep: 1 })).rejects.toThrow(/ended as "failed"/);
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: null });
    fixture.account.emulator.outside.fillServer(12345);
    await nextRun();
    await stack.preview(fixture.run, { triggers: [3], keep: 1 });
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning release: snapshot 803 .* is deleted: it failed and cannot be restored\.$/,
      ),
      expect.stringMatching(
        new RegExp(
          `^info release: adds a snapshot; when it is completed, snapshot ${good} .* is deleted: keep is 1\\.$`,
        ),
      ),
    ]);
    await fixture.run.snapshot.check({}, plain);
    fixture.account.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 400 } });
    await expect(stack.up(fixture.run, { triggers: [3], keep: 1 })).rejects.toThrow(/400/);
    expect(stack.ids).toEqual([good]);
  });
});

describe("a preview says", () => {
  test("that the only one of a full server leaves a time without any", async () => {
    const stack = new RotationStack();
    await stack.up(fixture.run, { triggers: [1], keep: 1 });
    fixture.account.emulator.outside.fillServer(12345);
    await nextRun();
    await stack.preview(fixture.run, { triggers: [2], keep: 1 });
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /so snapshot 803 .* is deleted before the new one is made: until that is completed there is no snapshot of this rotation\.$/,
      ),
    ]);
  });

  test("that a failed one leaves its slot, and no other one goes", async () => {
    const stack = new RotationStack();
    await stack.up(fixture.run, { triggers: [1] });
    await nextRun();
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await expect(stack.up(fixture.run, { triggers: [2] })).rejects.toThrow(/ended as "failed"/);
    await nextRun();
    await stack.preview(fixture.run, { triggers: [3] });
    expect(fixture.lines.at(-1)).toBe(
      "info release: adds a snapshot and deletes no other: it then has 2, and keep is 3.",
    );
  });

  test("apart what goes when the new one is completed, and what an earlier run owes", async () => {
    fixture.account.emulator.outside.deleteSnapshot("802");
    const stack = new RotationStack();
    await releases(stack, [1, 2], 2);
    await nextRun();
    const fault = fixture.refuse("DELETE", "", 403);
    await expect(stack.up(fixture.run, { triggers: [3], keep: 2 })).rejects.toThrow(/403/);
    fault.remove();
    const [, next, owed] = stack.ids;
    await nextRun();
    await stack.preview(fixture.run, { triggers: [4], keep: 2 });
    expect(fixture.lines).toEqual([
      expect.stringMatching(new RegExp(`^warning release: snapshot ${owed} .* is deleted: keep is 2\\.$`)),
      expect.stringMatching(
        new RegExp(
          `^info release: adds a snapshot; when it is completed, snapshot ${next} .* is deleted: keep is 2\\.$`,
        ),
      ),
    ]);
  });

  test("nothing of the triggers of what an earlier run has begun, where state holds them", async () => {
    const stack = new RotationStack();
    await stack.up(fixture.run, { triggers: [1] });
    await nextRun();
    fixture.account.emulator.setBehaviour({ neverCompletes: true });
    await expect(stack.up(fixture.run, { triggers: [2] })).rejects.toThrow(/still "in_progress"/);
    await nextRun();
    await stack.preview(fixture.run, { triggers: [2] });
    expect(fixture.lines.at(-1)).toMatch(
      /^info release: goes on with snapshot 804 .* which an earlier run has begun\.$/,
    );
  });
});

describe("a filter that shows nothing", () => {
  test("does not hide that the server is full: the preview names what goes, and the `up` makes the new one", async () => {
    const stack = new RotationStack();
    await releases(stack, [1, 2], 2);
    fixture.account.emulator.outside.fillServer(12345);
    fixture.account.emulator.setBehaviour({ filterWorks: "broken" });
    await nextRun();
    await stack.preview(fixture.run, { triggers: [3], keep: 2 });
    expect(fixture.lines[0]).toMatch(/so snapshot 803 .* is deleted before the new one is made\.$/);
    await stack.up(fixture.run, { triggers: [3], keep: 2 });
    expect(stack.ids).toHaveLength(2);
    expect(stack.ids).not.toContain("803");
  });
});

describe("a first addition that was refused", () => {
  test.each([1, 2])(
    "does not make the next one a late one, which would go first (keep: %i)",
    async (keep) => {
      const stack = new RotationStack();
      const args = { triggers: [1], keep, adopt: ["801"] };
      const fault = fixture.refuse("POST", "", 403);
      await expect(stack.up(fixture.run, args)).rejects.toThrow(/403/);
      fault.remove();
      await nextRun();
      await stack.up(fixture.run, args);
      expect(stack.ids).toEqual(keep === 1 ? ["803"] : ["803", "801"]);
      expect(stack.entry?.outputs).not.toHaveProperty("__open");
      expect(fixture.lines.join("\n")).not.toContain("lost");
    },
  );
});
