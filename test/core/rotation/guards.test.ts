import { startEmulator } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { SNAPSHOT_PROVIDER } from "../../../provider/core/state-contract";
import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture, UNKNOWN, urnOf } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/**
 * What a rotation refuses, leaves alone and remembers, where the step before has let it pass: another entry of the state,
 * another endpoint, a list that fails in between.
 */

const fixture = new RunFixture();
let stack: RotationStack;

beforeEach(() => {
  stack = new RotationStack();
});

const up = (args: Properties): Promise<boolean> => {
  fixture.nextRun();
  return stack.up(fixture.run, args);
};
const writes = (): readonly string[] => fixture.account.requests("writes");
const deletes = (): readonly string[] => writes().filter((what) => what.startsWith("DELETE"));

const ROTATION = 'rotation "release-8000000" of server 12345 (web-server-01)';
const one = { triggers: ["v1"] };
const two = { triggers: ["v2"] };

/** Another resource of the stack whose state holds a snapshot, as Pulumi compares it at the beginning of an `up`. */
async function holds(id: string, name: string): Promise<void> {
  const inputs = { serverId: "12345", name, waitForCompletion: true };
  const news = { ...inputs, __provider: SNAPSHOT_PROVIDER, __resource: "web", __urn: urnOf("web") };
  const outputs = {
    ...inputs,
    ...{ status: "completed", serverName: "web-server-01", createdAt: "2026-01-14T08:00:00Z" },
    __endpoint: fixture.account.emulator.endpoint,
  };
  await fixture.run.snapshot.diff(id, outputs, news);
}

describe("a read", () => {
  test("by its id alone says how its snapshots are found", async () => {
    expect(await messageOf(fixture.run.snapshotRotation.read("8000000", {}))).toBe(
      "a SnapshotRotation cannot be read by its id alone (8000000): it is known to the state that made it. " +
        "getSnapshots({ serverId, nameRegex }) finds its snapshots by their names.",
    );
  });

  test("of a ring without a member, whose list fails, says so and leaves the state as it is", async () => {
    await up(one);
    fixture.account.emulator.outside.deleteSnapshot("803");
    fixture.nextRun();
    await stack.refresh(fixture.run);
    const empty = stack.entry;
    fixture.refuse("GET", "^/snapshots/$", 404);
    fixture.nextRun();
    expect(await messageOf(stack.refresh(fixture.run))).toMatch(
      /^the snapshots of server 12345 could not be read: .* The state stays as it is\.$/s,
    );
    expect([stack.ids, stack.entry]).toEqual([[], empty]);
  });

  test.each([
    ["a read", "cannot be read", () => stack.refresh(fixture.run)],
    ["a delete", "was not deleted", () => stack.destroy(fixture.run)],
  ])("%s at another endpoint asks for nothing there", async (_what, refused, work) => {
    await up(one);
    const other = await startEmulator({ token: CANARY });
    try {
      fixture.nextRun({ token: CANARY, endpoint: other.endpoint });
      const message = await messageOf(work());
      expect(message.startsWith(`${ROTATION} ${refused}`)).toBe(true);
      expect(message).toContain(other.endpoint);
      expect(other.requests()).toEqual([]);
      expect(stack.ids).toEqual(["803"]);
    } finally {
      await other.close();
    }
  });
});

describe("what another entry of the state holds", () => {
  test("is not taken in, although it has a name of the ring", async () => {
    await up(one);
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: 12345, name: "release-8000000-7" });
    fixture.nextRun();
    await holds("850", "release-8000000-7");
    await stack.up(fixture.run, two);
    expect(stack.ids).toEqual(["804", "803"]);
    expect(fixture.lines.filter((line) => line.includes("850"))).toEqual([]);
  });

  test("is not deleted when the rotation drops it", async () => {
    await up({ ...one, keep: 1 });
    fixture.nextRun();
    await holds("803", "release-8000000-1");
    expect(await messageOf(stack.up(fixture.run, { ...two, keep: 1 }))).toContain(
      "snapshot 803 cannot belong to two resources: two entries of this stack's state hold it already.",
    );
    // Also where no comparison has said so.
    expect(await messageOf(stack.update(fixture.run, { ...two, keep: 1 }))).toContain(
      "another resource of this stack holds it",
    );
    expect(deletes()).toEqual([]);
  });
});

describe("protect", () => {
  test("keeps what an update would drop, also where no comparison has said so", async () => {
    for (const triggers of [["v1"], ["v2"]]) await up({ triggers, keep: 2 });
    fixture.nextRun();
    expect(await messageOf(stack.update(fixture.run, { keep: 1, __protects: true }))).toContain(
      "would be deleted (its rotation keeps 1), but the rotation has the resource option protect.",
    );
    expect(deletes()).toEqual([]);
  });
});

describe("the list before another one", () => {
  test("fails after the comparison: nothing is added", async () => {
    await up(one);
    const before = writes().length;
    fixture.nextRun();
    const fault = fixture.refuse("GET", "^/snapshots/$", 404);
    expect(await messageOf(stack.update(fixture.run, two))).toMatch(
      /no snapshot was added, because the list before it failed: .*Not now/,
    );
    fault.remove();
    expect(writes()).toHaveLength(before);
  });

  test.each([
    ["every member", 0],
    ["a member", 1],
  ])(
    "is of the account where the server's hides %s: what a killed run has made is not made twice",
    async (_what, shown) => {
      for (const triggers of [["v0"], ["v1"]]) await up({ triggers });
      const { emulator } = fixture.account;
      const results = emulator.model
        .listSnapshots(12345)
        .filter(({ id }) => id === 804)
        .slice(0, shown);
      emulator.outside.createSnapshot({ id: 850, serverId: 12345, name: "release-8000000-3" });
      const members = stack.ids;
      emulator.fault({
        match: { method: "GET", path: "^/snapshots/$", query: "server_id" },
        times: 0,
        action: { kind: "patch", set: { count: results.length, results } },
      });
      await up(two);
      expect(stack.ids).toEqual(["850", ...members]);
      expect(writes()).toHaveLength(2);
    },
  );
});

describe("an addition that is recorded before it is completed", () => {
  const pending = () => stack.entry?.outputs["__pending"];

  test.each([
    ["that lists show", {}, undefined],
    ["that no list has shown", { listLagMs: 86_400_000 }, true],
  ])("%s is recorded so", async (_what, behaviour, unlisted) => {
    await up(one);
    fixture.account.emulator.setBehaviour({ neverCompletes: true, ...behaviour });
    expect(await messageOf(up({ ...two, __timeouts: { update: "2m" } }))).toContain("804");
    expect(stack.ids).toEqual(["804", "803"]);
    expect(pending()).toMatchObject({ number: 2 });
    expect((pending() as { unlisted?: boolean }).unlisted).toBe(unlisted);
    expect(stack.entry?.outputs["serverName"]).toBe("web-server-01");
  });
});

describe("an addition that is refused after something else was done", () => {
  test("is not recorded as begun: its number is free, and it is owed as before", async () => {
    await up(one);
    const fault = fixture.account.emulator.fault({
      match: { method: "POST" },
      times: 0,
      action: { kind: "status", status: 400, body: { description: ["Not this one"] } },
    });
    expect(await messageOf(up({ ...two, adopt: ["801"] }))).toContain("Not this one");
    expect(stack.ids).toEqual(["803", "801"]);
    expect(stack.entry?.outputs).toMatchObject({ __next: 2, triggers: ["v1"] });
    expect(stack.entry?.outputs["__pending"]).toBeUndefined();
    fault.remove();

    await up({ ...two, adopt: ["801"] });
    expect(stack.snapshots.map(({ name }) => name)).toEqual([
      "release-8000000-2",
      "release-8000000-1",
      "golden",
    ]);
  });
});

describe("slots that cannot be counted yet", () => {
  test.each<[string, Properties]>([
    ["the server is not known", { serverId: UNKNOWN, keep: 5 }],
    ["keep is not known", { keep: UNKNOWN }],
  ])("are no refusal while %s", async (_what, args) => {
    for (const name of ["a", "b", "c"]) {
      const rotation = new RotationStack(name);
      expect(await rotation.preview(fixture.run, args)).toEqual({ changes: true, replaces: [] });
    }
  });

  test("are one where both are", async () => {
    expect(await new RotationStack("a").preview(fixture.run, { keep: 3 })).toMatchObject({ changes: true });
    expect(await messageOf(new RotationStack("b").preview(fixture.run, { keep: 3 }))).toMatch(
      /^keep: .*12345/,
    );
  });
});

test("all that is wrong with the configuration is said at once", async () => {
  fixture.nextRun({ endpoint: "nowhere" });
  const message = await messageOf(fixture.run.snapshot.read("801", {}));
  expect(message).toMatch(/vpsorg:endpoint/);
  expect(message).toMatch(/; /);
  expect(message).toMatch(/token/);
});
