import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/** Members that somebody else has deleted, or that have failed since: no good one is dropped for them. */

const fixture = new RunFixture();
let stack: RotationStack;

async function up(args: Properties): Promise<void> {
  fixture.nextRun();
  await stack.up(fixture.run, args);
}

async function preview(args: Properties): Promise<readonly string[]> {
  fixture.nextRun();
  await stack.preview(fixture.run, args);
  return fixture.lines;
}

const deletes = (): readonly string[] =>
  fixture.account.requests("writes").filter((what) => what.startsWith("DELETE"));
const DOES_NOT_COUNT =
  /^info release: snapshot 804 .* is in no list of this account any more, and does not count\.$/;
const FAILED = /^warning release: snapshot 804 .* is deleted: it failed and cannot be restored\.$/;

/** 804, and 803 before it. */
beforeEach(async () => {
  stack = new RotationStack();
  for (const triggers of [["v1"], ["v2"]]) {
    await up({ triggers, keep: 2 });
    await fixture.account.clock.sleep(60 * 60_000);
  }
  expect(stack.ids).toEqual(["804", "803"]);
});

describe("the newest was deleted by hand", () => {
  beforeEach(() => fixture.account.emulator.outside.deleteSnapshot("804"));

  test("a smaller keep drops none for it", async () => {
    expect(await preview({ triggers: ["v2"], keep: 1 })).toEqual([expect.stringMatching(DOES_NOT_COUNT)]);
    await up({ triggers: ["v2"], keep: 1 });
    expect([stack.ids, deletes()]).toEqual([["803"], []]);
    expect(fixture.lines.at(-1)).toMatch(/^info release: snapshot 804 .* any more, and leaves the ring\.$/);
  });

  test("neither does the next addition", async () => {
    expect(await preview({ triggers: ["v3"], keep: 2 })).toEqual([
      expect.stringMatching(DOES_NOT_COUNT),
      "info release: adds a snapshot and deletes none: it then has 2, and keep is 2.",
    ]);
    await up({ triggers: ["v3"], keep: 2 });
    expect([stack.ids, deletes()]).toEqual([["805", "803"], []]);
  });

  test("where no list can be read, nothing is deleted", async () => {
    const fault = fixture.refuse("GET", "^/snapshots/$", 404);
    expect(await messageOf(up({ triggers: ["v2"], keep: 1 }))).toMatch(
      /^snapshot 804 .* could not be looked up: .* Nothing was changed\.$/s,
    );
    fixture.nextRun();
    const inputs = { ...stack.recorded().inputs, keep: 1 };
    expect(await messageOf(stack.update(fixture.run, inputs))).toMatch(/list before it failed/);
    fault.remove();
    expect([stack.ids, deletes()]).toEqual([["804", "803"], []]);
  });
});

describe("the newest has failed since", () => {
  beforeEach(() => fixture.account.emulator.outside.setSnapshot("804", { status: "error" }));

  test("a smaller keep drops that one", async () => {
    expect(await preview({ triggers: ["v2"], keep: 1 })).toEqual([expect.stringMatching(FAILED)]);
    await up({ triggers: ["v2"], keep: 1 });
    expect([stack.ids, deletes()]).toEqual([["803"], ["DELETE /snapshots/804/"]]);
  });

  test("an addition to a full server takes its slot, and the older one stays", async () => {
    fixture.account.emulator.outside.fillServer(12345);
    expect(await preview({ triggers: ["v3"], keep: 2 })).toEqual([
      expect.stringMatching(FAILED),
      "info release: adds a snapshot and deletes no other: it then has 2, and keep is 2.",
    ]);
    await up({ triggers: ["v3"], keep: 2 });
    expect([stack.ids.length, stack.ids[1], deletes()]).toEqual([2, "803", ["DELETE /snapshots/804/"]]);
  });
});

test("what goes while it is being dropped is not said to have been deleted", async () => {
  fixture.account.emulator.fault({
    match: { method: "DELETE" },
    action: { kind: "run", effect: { action: "deleteSnapshot", id: "803" } },
  });
  await up({ triggers: ["v2"], keep: 1 });
  expect(stack.ids).toEqual(["804"]);
  expect(fixture.lines.at(-1)).toMatch(/snapshot 803 .* was gone already, and leaves the ring\.$/);
});
