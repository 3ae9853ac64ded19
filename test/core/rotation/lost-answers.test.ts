import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/** An addition whose answer was lost, and that lists show only when another one was made, or nobody wants it any more. */

const fixture = new RunFixture();
let stack: RotationStack;

const release = (number: number, more: Properties = {}): Properties => ({
  triggers: [`v${number}`],
  keep: 2,
  ...more,
});

async function up(args: Properties): Promise<boolean> {
  await fixture.account.clock.sleep(5 * 60_000);
  fixture.nextRun();
  return stack.up(fixture.run, args);
}

async function refresh(): Promise<void> {
  fixture.nextRun();
  await stack.refresh(fixture.run);
}

/** What is made from now on shows late. */
const hide = (minutes: number): void =>
  fixture.account.emulator.setBehaviour({ listLagMs: minutes * 60_000 });
/** The answer to the next POST does not arrive; what it has asked for is made. */
const loseAnswer = (): void =>
  void fixture.account.emulator.fault({
    match: { method: "POST" },
    when: "after",
    action: { kind: "reset" },
  });
const itShows = (): Promise<void> => fixture.account.clock.sleep(60 * 60_000);
const there = (): number[] =>
  fixture.account.emulator.model
    .state()
    .snapshots.map(({ id }) => Number(id))
    .filter((id) => id > 802)
    .sort((a, b) => a - b);
const warnings = (): string[] => fixture.lines.filter((line) => line.startsWith("warning"));

/** 803 is of release 1; 804 of release 2 was accepted, and neither its answer nor a list has shown it. */
beforeEach(async () => {
  stack = new RotationStack();
  await up(release(1));
  hide(60);
  loseAnswer();
  expect(await messageOf(up(release(2)))).toContain('snapshot "release-8000000-2"');
  expect([stack.ids, there()]).toEqual([["803"], [803, 804]]);
});

const SHOWS_LATE =
  'snapshot "release-8000000-2" of server 12345 (web-server-01), whose answer was lost, is in no list';

test("a refused addition after it changes nothing: where it shows, it belongs to the ring", async () => {
  const fault = fixture.refuse("POST", "", 400);
  await messageOf(up(release(3)));
  fault.remove();
  expect(stack.entry?.outputs).toMatchObject({ __pending: { number: 2 } });
  expect(stack.entry?.outputs).not.toHaveProperty("__open");
  await itShows();
  await up(release(2));
  expect([stack.ids, there()]).toEqual([
    ["804", "803"],
    [803, 804],
  ]);
  expect(fixture.lines.join("\n")).toContain(
    "is the addition whose answer was lost: it belongs to the ring.",
  );
});

test("is named as it was asked for, where the prefix has changed since", async () => {
  hide(0);
  await up(release(2, { namePrefix: "app" }));
  expect(warnings()).toEqual([expect.stringContaining(`${SHOWS_LATE}, so another one is made.`)]);
});

describe("another one made meanwhile", () => {
  beforeEach(async () => {
    hide(0);
    await up(release(2));
    expect(stack.ids).toEqual(["805", "803"]);
  });

  test("is said, with the name of the one that may still show", () => {
    expect(warnings()).toEqual([
      `warning release: ${SHOWS_LATE}, so another one is made. If it still shows, \`pulumi refresh\` takes it into the ring, and ` +
        "it is the first to go.",
    ]);
  });

  test("stays, and so does the older release: the late one is the first to go", async () => {
    await itShows();
    await refresh();
    expect(stack.ids).toEqual(["805", "804", "803"]);
    expect(fixture.lines.join("\n")).toMatch(
      /info stack: snapshot 804 .* is an addition that no list had shown, and the ring went on without it: it is the first to go\./,
    );
    expect(fixture.lines.join("\n")).not.toContain("interrupted");

    fixture.nextRun();
    await stack.preview(fixture.run, release(2));
    expect(warnings()).toEqual([expect.stringMatching(/snapshot 804 .* is deleted: keep is 2\.$/)]);
    await up(release(2));
    expect([stack.ids, there()]).toEqual([
      ["805", "803"],
      [803, 805],
    ]);
    expect(stack.entry?.outputs).not.toHaveProperty("__open");
  });

  test("the late one goes before the oldest also where the next release finds it", async () => {
    await itShows();
    await up(release(3));
    expect([stack.ids, there()]).toEqual([
      ["806", "805"],
      [805, 806],
    ]);
  });

  test("is not lost sight of by another lost answer", async () => {
    loseAnswer();
    await messageOf(up(release(3)));
    expect(stack.entry?.outputs).toMatchObject({ __open: [2], __pending: { number: 4 } });
  });

  test("a refused addition leaves what was open before", async () => {
    const before = stack.entry?.outputs["__open"];
    fixture.refuse("POST", "", 400);
    await messageOf(up(release(3)));
    expect(stack.entry?.outputs["__open"]).toEqual(before);
  });
});

describe("a program that goes back", () => {
  test("says which one may still show, which then joins the ring", async () => {
    await up(release(1));
    expect(warnings()).toEqual([
      `warning release: ${SHOWS_LATE}, and is not asked for any more. If it still shows, \`pulumi refresh\` takes it into the ` +
        "ring, and it is the first to go.",
    ]);
    await itShows();
    await refresh();
    expect(stack.ids).toEqual(["804", "803"]);
    await up(release(1, { keep: 1 }));
    expect([stack.ids, there()]).toEqual([["803"], [803]]);
  });
});

describe("a destroy", () => {
  test("names what may still show, and how to delete it", async () => {
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect(there()).toEqual([804]);
    expect(warnings()).toEqual([
      `warning stack: ${SHOWS_LATE}. If it still shows, delete it: \`npx --no-install pulumi-vpsorg list --server 12345\` shows its id.`,
    ]);
  });

  test("names each of them, and none that it has deleted", async () => {
    hide(0);
    await up(release(2));
    await itShows();
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect([there(), warnings()]).toEqual([[], []]);
  });
});

describe("a rotation that keeps one", () => {
  test("has not forgotten the late one when the one before has gone: a destroy names it", async () => {
    hide(0);
    await up(release(2, { keep: 1 }));
    expect(stack.ids).toEqual(["805"]);
    hide(60);
    fixture.nextRun();
    fixture.account.emulator.setBehaviour({ filterWorks: true, listLagMs: 60 * 60_000 });
    await stack.destroy(fixture.run);
    expect(warnings()).toEqual([expect.stringContaining(`${SHOWS_LATE}. If it still shows, delete it`)]);
  });

  test("calls it by what it is in the next run, and has forgotten it in the one after that", async () => {
    hide(0);
    await up(release(2, { keep: 1 }));
    await itShows();
    await up(release(3, { keep: 1 }));
    expect(fixture.lines.join("\n")).toMatch(
      /snapshot 804 .* and the ring went on without it: it is the first to go\./,
    );
    expect([stack.ids, there()]).toEqual([["806"], [806]]);
    expect(stack.entry?.outputs).not.toHaveProperty("__open");
  });
});

test("the next run that finds it calls it by what it is, and makes no other one", async () => {
  await itShows();
  await up(release(2));
  expect([stack.ids, there()]).toEqual([
    ["804", "803"],
    [803, 804],
  ]);
  expect(fixture.lines.join("\n")).toMatch(
    /snapshot 804 .* is the addition whose answer was lost: it belongs to the ring\./,
  );
  expect(fixture.lines.join("\n")).not.toContain("interrupted");
});

/** 805 of release 3 was accepted, and no list has shown it. */
async function acceptUnseen(): Promise<void> {
  await itShows();
  await up(release(2));
  hide(120);
  expect(await messageOf(up(release(3)))).toContain("no list has shown it");
}

test("what was accepted and no list has shown is named when a refresh has dropped it, and goes first where it shows", async () => {
  await acceptUnseen();
  await fixture.account.clock.sleep(60 * 60_000);
  await refresh();
  expect(fixture.lines.join("\n")).toMatch(
    /snapshot 805 .* was accepted and is in no list of this account: it leaves the ring\. If it still shows, it is the first to go\./,
  );
  expect([stack.ids, stack.entry?.outputs["__open"]]).toEqual([["804", "803"], [3]]);
  await fixture.account.clock.sleep(90 * 60_000);
  hide(0);
  await up(release(3));
  expect([stack.ids, there()]).toEqual([
    ["806", "804"],
    [804, 806],
  ]);
});

test("what was accepted and no list has shown is gone on with, also in what the preview says", async () => {
  await acceptUnseen();
  fixture.nextRun();
  await stack.preview(fixture.run, release(3));
  expect(fixture.lines).toEqual([
    expect.stringMatching(/^info release: goes on with snapshot 805 .* When it is completed, snapshot 803 /),
  ]);
});

test("a program that goes back when it shows is told what goes for it", async () => {
  await itShows();
  await up(release(2));
  hide(60);
  loseAnswer();
  await messageOf(up(release(3)));
  await itShows();
  hide(0);
  fixture.nextRun();
  await stack.preview(fixture.run, release(2));
  expect(warnings()).toEqual([
    expect.stringMatching(/^warning release: snapshot 803 .* is deleted: keep is 2\.$/),
  ]);
  await up(release(2));
  expect([stack.ids, there()]).toEqual([
    ["805", "804"],
    [804, 805],
  ]);
});

test("what was accepted, seen later and deleted by hand is gone, and nothing of it may still show", async () => {
  await acceptUnseen();
  await fixture.account.clock.sleep(180 * 60_000);
  hide(0);
  await refresh();
  expect(stack.ids).toContain("805");
  fixture.account.emulator.outside.deleteSnapshot("805");
  await refresh();
  expect(fixture.lines.join("\n")).toMatch(
    /snapshot 805 .* is in no list of this account any more, and leaves the ring\./,
  );
  expect(stack.entry?.outputs).not.toHaveProperty("__open");
});

test("a ring of nothing but adopted snapshots keeps both lost numbers in mind", async () => {
  stack = new RotationStack("other");
  fixture.random = 0.25;
  const args = { triggers: [1], keep: 3, adopt: ["801"] };
  for (const _attempt of [1, 2]) {
    loseAnswer();
    await messageOf(up(args));
  }
  fixture.random = 0.5;
  expect(stack.entry?.outputs).toMatchObject({ __open: [1], __pending: { number: 2 } });
});
