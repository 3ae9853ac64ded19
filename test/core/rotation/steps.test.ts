import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture, UNKNOWN } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/** What a comparison of a ring says and asks, and in which order an update does its steps. */

const fixture = new RunFixture();
let stack: RotationStack;

beforeEach(() => {
  stack = new RotationStack();
});

const MINUTE = 60_000;

async function up(args: Properties): Promise<boolean> {
  await fixture.account.clock.sleep(60 * MINUTE);
  fixture.nextRun();
  return stack.up(fixture.run, args);
}

/** The lines of a preview. */
async function preview(args: Properties): Promise<readonly string[]> {
  fixture.nextRun();
  expect(await stack.preview(fixture.run, args)).toMatchObject({ changes: true, replaces: [] });
  return fixture.lines;
}

/** A comparison that no check has come before, as a refresh makes it. */
async function diff(outputs: Properties, news: Properties = {}) {
  fixture.nextRun();
  const { id, inputs, outputs: recorded } = stack.recorded();
  const before = fixture.account.requests().length;
  const found = await fixture.run.snapshotRotation.diff(
    id,
    { ...recorded, ...outputs },
    { ...inputs, ...news },
  );
  return { ...found, requests: fixture.account.requests().length - before };
}

/** An update that no comparison has come before. */
function update(args: Properties): Promise<void> {
  fixture.nextRun();
  return stack.update(fixture.run, args);
}

const writes = (): readonly string[] => fixture.account.requests("writes");
/** What an `up` asks the API to change. */
async function writesOf(args: Properties): Promise<readonly string[]> {
  const before = writes().length;
  await up(args);
  return writes().slice(before);
}
const release = (n: number, more: Properties = {}): Properties => ({ triggers: [n], ...more });

/** A ring of two of which one is to be kept: of the two that were to go, the second DELETE was refused. */
async function overfull(): Promise<void> {
  for (let n = 1; n <= 3; n++) await up(release(n));
  const fault = fixture.account.emulator.fault({
    match: { method: "DELETE" },
    skip: 1,
    times: 0,
    action: { kind: "status", status: 403, body: { detail: "Not now" } },
  });
  expect(await messageOf(up(release(3, { keep: 1 })))).toContain("Not now");
  fault.remove();
  expect([stack.ids, stack.recorded().outputs["keep"]]).toEqual([["805", "804"], 1]);
}

describe("a comparison", () => {
  beforeEach(() => up(release(1)));

  test("of a refresh says and asks nothing, whatever is owed", async () => {
    expect(await diff({}, release(2))).toMatchObject({ changes: true, requests: 0 });
    expect(fixture.lines).toEqual([]);
  });

  test("sees an addition that was begun although the triggers are those before", async () => {
    expect(await diff({})).toMatchObject({ changes: false });
    expect(await diff({ __pending: { number: 2 } })).toMatchObject({ changes: true });
  });

  test("sees an addition that the program went back to", async () => {
    fixture.account.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 500 } });
    expect(await messageOf(up(release(2)))).toContain("it is not known whether");
    const { intent } = stack.recorded().outputs["__pending"] as { readonly intent: string };
    expect(await diff({ __pending: undefined, __intent: intent }, release(2))).toMatchObject({
      changes: true,
    });
  });

  test("of ids to adopt names them, also where nothing else is asked for", async () => {
    expect(await preview(release(1, { adopt: ["801"] }))).toEqual([
      expect.stringMatching(
        /^info release: adopts snapshot 801 "golden" .*: it belongs to the ring from now on\.$/,
      ),
    ]);
  });

  test("of an id to adopt that is not known yet looks nothing up", async () => {
    fixture.nextRun();
    const before = fixture.account.requests().length;
    await stack.preview(fixture.run, release(1, { adopt: [UNKNOWN] }));
    expect([fixture.account.requests().length, fixture.lines]).toEqual([before, []]);
  });

  test("names an adopted one that goes at once because it is the oldest", async () => {
    expect(await preview(release(1, { adopt: ["801"], keep: 1 }))).toEqual([
      expect.stringContaining("adopts snapshot 801"),
      expect.stringMatching(/^warning release: snapshot 801 "golden" .* is deleted: keep is 1\.$/),
    ]);
  });

  test.each([
    ["is not there", "999", "there is no snapshot 999 to adopt. Nothing was changed. "],
    ["is of another server", "870", "cannot be adopted by a rotation of server 12345. Nothing was changed. "],
  ])("refuses to adopt what %s, and says what to do", async (_what, id, why) => {
    fixture.account.emulator.outside.createSnapshot({ id: 870, serverId: 12346, name: "elsewhere" });
    stack.entry = undefined;
    fixture.nextRun();
    const message = await messageOf(stack.preview(fixture.run, release(1, { adopt: [id] })));
    expect(message).toContain(why);
    expect(message).toMatch(/^adopt: .*[Tt]ake (the|its) id out of adopt\.$/);
  });
});

describe("what failed and what is more than it keeps", () => {
  beforeEach(async () => {
    for (let n = 1; n <= 2; n++) await up(release(n));
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await messageOf(up(release(3)));
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: null });
    expect(stack.ids).toEqual(["805", "804", "803"]);
  });

  test("are named apart, each once", async () => {
    expect(await preview(release(2, { keep: 1 }))).toEqual([
      expect.stringMatching(
        /^warning release: snapshot 805 .* is deleted: it failed and cannot be restored\.$/,
      ),
      expect.stringMatching(/^warning release: snapshot 803 .* is deleted: keep is 1\.$/),
    ]);
    expect(fixture.lines.join("\n").match(/snapshot 805/g)).toHaveLength(1);
  });

  test("stay where the resource is protected: the preview refuses the one, the update keeps the other", async () => {
    fixture.nextRun();
    expect(await messageOf(stack.preview(fixture.run, release(2, { keep: 1, __protects: true })))).toMatch(
      /would be deleted \(its rotation keeps 1\), but the rotation has the resource option protect/,
    );
    const before = writes().length;
    await update(release(2, { __protects: true }));
    expect(writes()).toHaveLength(before);
  });
});

describe("an update", () => {
  test("drops what the one before has left before it adds another one", async () => {
    await overfull();
    expect(await writesOf(release(4, { keep: 1 }))).toEqual([
      "DELETE /snapshots/804/",
      "POST /snapshots/",
      "DELETE /snapshots/805/",
    ]);
  });

  test("drops nothing before the addition where the ring was as large as it was to be", async () => {
    for (let n = 1; n <= 2; n++) await up(release(n, { keep: 2 }));
    expect(await writesOf(release(3, { keep: 1 }))).toEqual([
      "POST /snapshots/",
      "DELETE /snapshots/803/",
      "DELETE /snapshots/804/",
    ]);
  });

  test("that only drops says what a killed run has made, and drops what was named", async () => {
    for (let n = 1; n <= 2; n++) await up(release(n, { keep: 2 }));
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: 12345, name: "release-8000000-3" });
    const lines = await preview(release(2, { keep: 1 }));
    expect(lines).toEqual([
      expect.stringMatching(/^warning release: snapshot 803 .* is deleted: keep is 1\.$/),
    ]);
    await up(release(2, { keep: 1 }));
    expect(writes().at(-1)).toBe("DELETE /snapshots/803/");
    expect(stack.ids).toEqual(["804"]);
    expect(fixture.lines).toContain(
      'warning release: snapshot 850 "release-8000000-3" of server 12345 (web-server-01) has a name of this rotation and is in no ' +
        "state: an interrupted run has made it. `pulumi refresh` takes it into the ring.",
    );
  });

  test("that raises keep lets what was to go stay", async () => {
    await overfull();
    expect(await writesOf(release(4, { keep: 4 }))).toEqual(["POST /snapshots/"]);
    expect(stack.ids).toHaveLength(3);
  });

  test("names keep as it is now, also for what the one before was to drop", async () => {
    await overfull();
    await up(release(4, { keep: 1 }));
    const why = fixture.lines.flatMap((line) => /was deleted: (.*)$/.exec(line)?.[1] ?? []);
    expect(why).toEqual(["its rotation keeps 1.", "its rotation keeps 1."]);
    for (const n of [5, 6]) await up(release(n, { keep: 3 }));
    expect(stack.ids).toHaveLength(3);
    fixture.account.emulator.fault({
      match: { method: "DELETE" },
      times: 1,
      action: { kind: "status", status: 403, body: { detail: "Not now" } },
    });
    await messageOf(up(release(7, { keep: 3 })));
    await up(release(7, { keep: 1 }));
    expect(fixture.lines.filter((line) => line.includes("was deleted")).join("\n")).not.toContain("keeps 3");
  });

  test("that cannot look up what it is to adopt changes nothing, and says which", async () => {
    await up(release(1));
    const before = writes().length;
    const fault = fixture.refuse("GET", "^/snapshots/$", 404);
    expect(await messageOf(update(release(2, { adopt: ["801"] })))).toMatch(
      /^snapshot 801, which adopt names, could not be looked up: .*Not now.* Nothing was changed\.$/,
    );
    fault.remove();
    expect(writes()).toHaveLength(before);
  });

  test("adopts nothing whose age nobody knows", async () => {
    await up(release(1));
    fixture.account.emulator.fault({
      match: { method: "GET", path: "^/snapshots/$" },
      times: 0,
      action: { kind: "patch", set: { "results.*.created_at": "soon" } },
    });
    expect(await messageOf(update(release(1, { adopt: ["801"] })))).toMatch(
      /cannot be adopted: its age cannot be read, so nobody could say which one is the oldest\. Nothing was changed\. Take its id out of adopt\.$/,
    );
  });
});

describe("the first addition", () => {
  const lost = () =>
    fixture.account.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 500 } });

  test("stays the first one however often its answer is lost", async () => {
    for (let i = 0; i < 2; i++) {
      lost();
      expect(await messageOf(up({ triggers: undefined }))).toContain("it is not known whether");
      expect(stack.recorded().outputs["__pending"]).toMatchObject({ number: i + 1, first: true });
    }
  });

  test("that takes too long is recorded with the name of its server", async () => {
    fixture.account.emulator.setBehaviour({ neverCompletes: true });
    await messageOf(up({ __timeouts: { create: "2m" } }));
    expect(stack.recorded().outputs).toMatchObject({
      serverName: "web-server-01",
      snapshots: [{ id: "803", status: "in_progress" }],
    });
  });

  test("of a protected rotation that adopts more than it keeps is refused at preview", async () => {
    const args = { keep: 1, adopt: ["801", "802"], __protects: true };
    expect(await messageOf(stack.preview(fixture.run, args))).toMatch(
      /would be deleted \(its rotation drops it\), but the rotation has the resource option protect/,
    );
    expect(await preview({ ...args, __protects: undefined })).toContainEqual(
      expect.stringMatching(/snapshot 80[12] .* and snapshot 80[12] .* are deleted: keep is 1\.$/),
    );
  });
});
