import { startEmulator } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/** What a change of each argument does to a ring, what the preview says of it, and what is left where a step fails. */

const fixture = new RunFixture();
let stack: RotationStack;

beforeEach(() => {
  stack = new RotationStack();
});

async function up(args: Properties): Promise<boolean> {
  await fixture.account.clock.sleep(3_600_000);
  fixture.nextRun();
  return stack.up(fixture.run, args);
}

async function preview(args: Properties) {
  fixture.nextRun();
  return stack.preview(fixture.run, args);
}

const one = { triggers: ["v1"] };
const two = { triggers: ["v2"] };
const writes = (): readonly string[] => fixture.account.requests("writes");

describe("of an argument alone", () => {
  test.each<[string, Properties]>([
    ["keep", { keep: 2 }],
    ["namePrefix", { namePrefix: "rel" }],
    ["description", { description: "other" }],
    ["the times allowed", { __timeouts: { create: "40m" } }],
  ])("%s is an update, which asks the API nothing, and is not shown again", async (_what, change) => {
    await up({ ...one, description: "first" });
    const before = fixture.account.requests().length;
    const args = { ...one, description: "first", ...change };

    expect(await preview(args)).toMatchObject({ changes: true, replaces: [], deleteBeforeReplace: false });
    expect(fixture.lines).toEqual([]);
    expect(await up(args)).toBe(true);
    expect(await up(args)).toBe(false);
    expect(fixture.account.requests()).toHaveLength(before);
  });

  test.each<[string, Properties, Properties]>([
    ["an empty description", {}, { description: "" }],
    ["no times allowed", {}, { __timeouts: {} }],
    ["an empty adopt", {}, { adopt: [] }],
    ["the server's id as text", {}, { serverId: "12345" }],
  ])("%s is no change", async (_what, before, after) => {
    await up({ ...one, ...before });
    expect(await preview({ ...one, ...after })).toMatchObject({ changes: false, replaces: [] });
    expect(await up({ ...one, ...after })).toBe(false);
  });

  test("an id that leaves adopt keeps its snapshot in the ring", async () => {
    await up({ ...one, adopt: ["801"] });
    expect(await preview(one)).toMatchObject({ changes: true });
    await up(one);
    expect(stack.ids).toEqual(["803", "801"]);
    expect(writes().filter((what) => what.startsWith("DELETE"))).toEqual([]);
  });
});

describe("of the server", () => {
  test.each([
    [1, {}, "the one restore point", "is"],
    [2, {}, "all 2 restore points", "are"],
  ])("with %i: the preview names what goes, and when", async (length, more, these, are) => {
    for (let i = 1; i <= length; i++) await up({ triggers: [i], ...more });
    const dates = stack.snapshots.map(
      (member) => `${member.id} of ${(member as { createdAt?: string }).createdAt}`,
    );

    const diff = await preview({ triggers: [length], serverId: 12346 });

    expect(diff).toEqual({ changes: true, replaces: ["serverId"], deleteBeforeReplace: false });
    expect(fixture.lines[0]).toBe(
      `warning release: serverId changes: the rotation begins anew, and ${these} of server 12345 (web-server-01) of this ` +
        `rotation ${are} deleted when the first snapshot of the other server is completed: ${dates.join(", ")}.`,
    );
  });

  test("with retainOnDelete: the preview says that they stay", async () => {
    await up(one);
    await preview({ ...one, serverId: 12346, __keeps: "retainOnDelete" });
    expect(fixture.lines[0]).toBe(
      "warning release: serverId changes: the rotation begins anew, and the one restore point of server 12345 (web-server-01) of " +
        "this rotation stays on the server (retainOnDelete).",
    );
  });

  test("of a ring that has lost all: nothing is named", async () => {
    await up(one);
    for (const id of stack.ids) fixture.account.emulator.outside.deleteSnapshot(Number(id));
    fixture.nextRun();
    await stack.refresh(fixture.run);
    await preview({ ...one, serverId: 12346 });
    expect(fixture.lines.filter((line) => line.includes("begins anew"))).toEqual([]);
  });
});

describe("of the endpoint", () => {
  test("is said, and recorded where the snapshots are the same; a change of the server is refused before that", async () => {
    await up(one);
    const [id = ""] = stack.ids;
    const name = stack.snapshots[0]?.name ?? "";
    const recordedAt = fixture.account.emulator.endpoint;
    const other = await startEmulator({ token: CANARY });
    try {
      const config = { token: CANARY, endpoint: other.endpoint };
      fixture.nextRun(config);
      expect(await stack.preview(fixture.run, one)).toMatchObject({ changes: true, replaces: [] });
      const said = `rotation "release-8000000" of server 12345 (web-server-01) was recorded at ${recordedAt}, and the endpoint is`;
      expect(fixture.lines).toEqual([
        `info release: ${said} ${other.endpoint} now: its snapshots are looked up there, and that endpoint is recorded where they are ` +
          "the same.",
      ]);

      fixture.nextRun(config);
      expect(await messageOf(stack.up(fixture.run, one))).toContain(`snapshot ${id}`);
      fixture.nextRun(config);
      expect(await messageOf(stack.up(fixture.run, { ...one, serverId: 12346 }))).toContain(
        "is to be replaced",
      );

      const seen = (stack.entry?.outputs["snapshots"] as { createdAt: string }[])[0];
      other.outside.createSnapshot({
        id: Number(id),
        serverId: 12345,
        name,
        createdAt: seen?.createdAt ?? "",
      });
      fixture.nextRun(config);
      expect(await stack.up(fixture.run, one)).toBe(true);
      expect(stack.entry?.outputs["__endpoint"]).toBe(other.endpoint);
      expect(other.requests().filter(({ method }) => method !== "GET")).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

test("another endpoint, and nothing but an addition whose answer was lost: refused, and nothing is made there", async () => {
  fixture.account.emulator.setBehaviour({ listLagMs: 3_600_000 });
  fixture.account.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });
  expect(await messageOf(up(one))).toContain("it is not known whether");
  const recordedAt = fixture.account.emulator.endpoint;
  const other = await startEmulator({ token: CANARY });
  try {
    const said =
      'rotation "release-8000000" of server 12345 may have a snapshot that no list has shown yet: it was recorded at ' +
      `${recordedAt}, and the endpoint is ${other.endpoint} now. Nothing was changed.`;
    const config = { token: CANARY, endpoint: other.endpoint };
    fixture.nextRun(config);
    expect(await messageOf(stack.preview(fixture.run, one))).toContain(said);
    expect(await messageOf(stack.update(fixture.run, {}))).toContain(said);
    expect(other.requests()).toEqual([]);
  } finally {
    await other.close();
  }
});

describe("a step that fails", () => {
  test("the list before another one: nothing is added, and the preview says why", async () => {
    await up(one);
    const fault = fixture.refuse("GET", "^/snapshots/$", 404);
    const what = 'rotation "release-8000000" of server 12345 (web-server-01)';
    expect(await messageOf(preview(two))).toMatch(
      `${what} is to have another snapshot, but what its server holds cannot be seen: `,
    );
    fault.remove();
    await preview(two);
    const again = fixture.refuse("GET", "^/snapshots/$", 404);
    expect(await messageOf(up(two))).toMatch(/cannot be seen: .* Nothing was changed\.$/);
    again.remove();
    expect(writes()).toHaveLength(1);
  });

  test("the list before a destroy: nothing is deleted", async () => {
    await up(one);
    const fault = fixture.refuse("GET", "^/snapshots/$", 404);
    fixture.nextRun();
    expect(await messageOf(stack.destroy(fixture.run))).toMatch(
      /^rotation "release-8000000" of server 12345 \(web-server-01\) was not deleted, because what its server holds cannot be seen: /,
    );
    fault.remove();
    expect(writes()).toHaveLength(1);
  });

  test.each([
    [0, "0 were deleted; these are left: 803, 804, 805."],
    [1, "1 was deleted; these are left: 804, 805."],
    [2, "2 were deleted; these are left: 805."],
  ])("the delete after %i others at a destroy: what is left is named", async (done, left) => {
    for (let i = 1; i <= 3; i++) await up({ triggers: [i] });
    const fault = fixture.refuse("DELETE", `^/snapshots/${803 + done}/$`);
    fixture.nextRun();

    expect(await messageOf(stack.destroy(fixture.run))).toContain(`Of the rotation's 3 snapshots ${left}`);

    expect(fixture.account.emulator.model.listSnapshots(12345)).toHaveLength(5 - done);
    fault.remove();
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect(fixture.account.emulator.model.listSnapshots(12345)).toHaveLength(2);
  });
});

describe("what a killed run has made", () => {
  /** As a run that was killed after its POST leaves it. */
  async function killed(args: Properties): Promise<void> {
    const { entry } = stack;
    await up(args);
    stack.entry = entry;
  }

  test("is taken in by the next run, with a word", async () => {
    await up(one);
    await killed(two);
    fixture.nextRun();
    await stack.up(fixture.run, two);
    expect(fixture.lines.slice(0, 2)).toEqual([
      expect.stringMatching(
        /^info release: goes on with snapshot 804 "release-8000000-2" .* old\), which an earlier run has begun, for triggers that no state holds: it shows the server as it was then\.$/,
      ),
      expect.stringMatching(
        /^info release: snapshot 804 "release-8000000-2" of server 12345 \(web-server-01\) \(.* old, completed\) has a name of this .*and was in no state: an interrupted run has made it, and it belongs to the ring\.$/,
      ),
    ]);
    expect([stack.ids, writes()]).toEqual([
      ["804", "803"],
      ["POST /snapshots/", "POST /snapshots/"],
    ]);
  });

  test("goes with the ring at a destroy", async () => {
    await up(one);
    await killed(two);
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect(fixture.account.emulator.model.listSnapshots(12345).map(({ id }) => id)).toEqual([802, 801]);
  });
});

describe("more than it keeps", () => {
  test("that an update has failed to drop goes at the next one, and what it keeps stays", async () => {
    for (let i = 1; i <= 2; i++) await up({ triggers: [i], keep: 2 });
    const fault = fixture.refuse("DELETE", "");
    expect(await messageOf(up({ triggers: [3], keep: 2 }))).toContain("Not now");
    expect(stack.ids).toEqual(["805", "804", "803"]);
    fault.remove();

    expect(await preview({ triggers: [3], keep: 2 })).toMatchObject({ changes: true, replaces: [] });
    expect(fixture.lines).toEqual([
      expect.stringMatching(/^warning release: snapshot 803 .* is deleted: keep is 2\.$/),
    ]);
    await up({ triggers: [3], keep: 2 });
    expect(stack.ids).toEqual(["805", "804"]);
    expect(fixture.lines.join()).toMatch(/snapshot 803 .* was deleted: its rotation keeps 2\./);
    expect(await up({ triggers: [3], keep: 2 })).toBe(false);
  });

  test("one that failed is dropped, announced, and no restore point; protect keeps it", async () => {
    await up(one);
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    expect(await messageOf(up(two))).toContain('"failed"');
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: null });
    expect(stack.entry?.outputs["latestId"]).toBe("803");

    await preview({ ...one, __protects: true });
    expect(fixture.lines.filter((line) => line.includes("804") && line.includes("deleted"))).toEqual([]);
    await preview({ ...one, keep: 2 });
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning release: snapshot 804 .* is deleted: it failed and cannot be restored\.$/,
      ),
    ]);
    await up(two);
    expect(stack.ids).toEqual(["805", "803"]);
  });
});

describe("an addition", () => {
  const described = (): (string | undefined)[] =>
    fixture.account.emulator.model
      .listSnapshots(12345)
      .filter(({ name }) => name.startsWith("release-"))
      .map(({ description }) => description);

  test("has the description of the program, or none", async () => {
    await up({ ...one, description: "Before v1" });
    await up(two);
    expect(described().map((text) => text ?? "")).toEqual(["", "Before v1"]);
  });

  test("waits as long as customTimeouts allow, and the next run goes on with it for as long as they do then", async () => {
    await up(one);
    const { emulator } = fixture.account;
    emulator.setBehaviour({ neverCompletes: true });
    const allowed = { __timeouts: { create: "9m", update: "7m" } };
    const what =
      /^snapshot 804 "release-8000000-2" of server 12345 \(web-server-01\) is still "in_progress" after /;

    const first = await messageOf(up({ ...two, ...allowed }));
    expect(first).toMatch(what);
    expect(first).toContain(
      "the time allowed is 7 minutes. It is recorded; the next `pulumi up` goes on waiting and adds no second one.",
    );
    expect(stack.entry?.outputs).toMatchObject({ latestId: "803", serverName: "web-server-01" });

    const second = await messageOf(up({ ...two, __timeouts: { update: "5m" } }));
    expect(second).toMatch(what);
    expect(second).toContain("the time allowed is 5 minutes");

    emulator.setBehaviour({ neverCompletes: null });
    await up(two);
    expect([stack.ids, writes()]).toEqual([
      ["804", "803"],
      ["POST /snapshots/", "POST /snapshots/"],
    ]);
  });

  test("that is refused leaves the state as it was, and its number to the next one", async () => {
    await up(one);
    const { entry } = stack;
    const fault = fixture.account.emulator.fault({
      match: { method: "POST" },
      times: 0,
      action: { kind: "status", status: 400, body: { description: ["Not this one"] } },
    });
    expect(await messageOf(up(two))).toContain("Not this one");
    expect(stack.entry).toEqual(entry);
    fault.remove();

    await up(two);
    expect(stack.snapshots.map(({ name }) => name)).toEqual(["release-8000000-2", "release-8000000-1"]);
  });

  test("of a new rotation that is refused leaves nothing", async () => {
    const fault = fixture.account.emulator.fault({
      match: { method: "POST" },
      times: 0,
      action: { kind: "status", status: 400, body: { description: ["Not this one"] } },
    });
    expect(await messageOf(up(one))).toContain("Not this one");
    expect(stack.entry).toBeUndefined();
    fault.remove();
    await up(one);
    expect(stack.snapshots.map(({ name }) => name)).toEqual(["release-8000000-1"]);
  });
});
