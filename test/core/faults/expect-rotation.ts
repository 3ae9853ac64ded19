import { attempt, errorOf, valueOf } from "./outcome";
import type { Ended, Expectation } from "./outcome";
import { count, NEW, posts, SERVER } from "./stage";
import type { Stage } from "./stage";
import { hostOf, KEEP, mine, NEWEST, OLDEST, release, RING, rotationOf } from "./rotations";

/** 6 minutes at the rarest every 10 seconds, and the search for a lost answer every 3 seconds for a minute. */
const MOST_READS = 60;

const deletes = (stage: Stage): number => count(stage, "DELETE", /./);

/** The ids of the rotation, in state and on the server. */
function expectHeld(stage: Stage, ids: readonly string[]): void {
  expect(rotationOf(stage).stack.ids).toEqual(ids);
  expect(mine(stage).map(({ id }) => String(id))).toEqual(ids);
}

/** Exactly what the program asks for, and nothing is under way. */
function expectRing(stage: Stage, number: number, ids: readonly string[]): void {
  expectHeld(stage, ids);
  const outputs = rotationOf(stage).stack.entry?.outputs;
  expect(outputs).toMatchObject({
    triggers: [`v${number}`],
    latestId: ids[0],
    __endpoint: stage.session.endpoint,
  });
  expect(outputs).not.toHaveProperty("__pending");
  expect(rotationOf(stage).stack.snapshots.map(({ status }) => status)).toEqual(ids.map(() => "completed"));
  expect(mine(stage).map(({ status }) => status)).toEqual(ids.map(() => "completed"));
}

/** However often lists and writes were tried, there was never a second addition beside the first. */
function expectBounds(stage: Stage): void {
  expect(rotationOf(stage).most).toBeLessThanOrEqual(KEEP + 1);
  expect(mine(stage).length).toBeLessThanOrEqual(KEEP + 1);
}

/** The next `pulumi up`, in a process of its own: it ends well, and the one after it asks nothing of the API. */
async function nextUp(stage: Stage, number: number): Promise<readonly string[]> {
  const { stack } = rotationOf(stage);
  // Another process draws other names: only what state holds keeps the ring's.
  const up = () => attempt(() => stack.up(hostOf(stage, stage.retell(), 0.25), release(number)));
  const outcome = await up();
  stage.alsoEnded.push(outcome);
  valueOf(outcome);
  expectRing(stage, number, stack.ids);
  expectBounds(stage);
  const before = stage.requests().length;
  expect(await up()).toEqual({ ok: true, value: false });
  expect(stage.requests()).toHaveLength(before);
  return stack.ids;
}

/** What an addition begins with, and what the ring is when it is completed. */
interface Addition {
  readonly number: number;
  readonly before: readonly string[];
  /** Of those before. */
  readonly stay: readonly string[];
}

/** How an addition ends. The first one of a ring is one as well. */
function additions({ number, before, stay }: Addition): Readonly<Record<string, Expectation>> {
  const name = `release-${RING}-${number}`;
  const what = `snapshot ${NEW} "${name}" of server ${SERVER} (web-server-01)`;
  const named = new RegExp(`snapshot "${name}" of server ${SERVER}`);
  const dropped = before.length - stay.length;

  function expectRequests(stage: Stage, sent: number, deleted: number): void {
    expect(posts(stage)).toBe(sent);
    expect(deletes(stage)).toBe(deleted);
    expect(count(stage, "GET", /^\/snapshots\/$/)).toBeLessThanOrEqual(MOST_READS);
    expectBounds(stage);
  }

  /** The error of an addition that is not completed: nothing was pruned, in state or on the server. */
  function expectNothingPruned({ stage, outcome }: Ended): string {
    const { message } = errorOf(outcome);
    expect(deletes(stage)).toBe(0);
    expect(mine(stage).map(({ id }) => String(id))).toEqual(expect.arrayContaining([...before]));
    if (before.length > 0) expect(rotationOf(stage).stack.ids).toEqual(expect.arrayContaining([...before]));
    expectBounds(stage);
    return message;
  }

  async function expectMade({ stage, outcome }: Ended, sent = 1): Promise<void> {
    expect(valueOf(outcome)).toBe(true);
    expectRing(stage, number, [NEW, ...stay]);
    expectRequests(stage, sent, dropped);
    expect(await nextUp(stage, number)).toEqual([NEW, ...stay]);
    expectRequests(stage, sent, dropped);
  }

  return {
    /** Sent once, and made; then the oldest went. */
    made: (ended) => expectMade(ended),
    /** Sent again after a refusal that proves that nothing had happened. */
    again: async (ended) => {
      expect(ended.stage.told.progressed.join("\n")).toMatch(ended.says);
      await expectMade(ended, 2);
    },
    /** Sent once; the answer was of no use, and the list showed the new one. */
    adopted: async (ended) => {
      const told = ended.stage.told.infos.join("\n");
      expect(told).toContain(`${what} was created although VPS.org did not say so (`);
      expect(told).toMatch(ended.says);
      await expectMade(ended);
    },
    /** Nothing was made, and the state is what it was. */
    unmade: async (ended) => {
      const { stage } = ended;
      const message = expectNothingPruned(ended);
      expect(message).toMatch(named);
      expect(message).toMatch(/was not created/);
      expect(message).toMatch(ended.says);
      expect(mine(stage)).toHaveLength(before.length);
      if (before.length === 0) expect(rotationOf(stage).stack.entry).toBeUndefined();
      else expectRing(stage, number - 1, before);
      expect(posts(stage)).toBeLessThanOrEqual(15);
      expect(await nextUp(stage, number)).toEqual([NEW, ...stay]);
    },
    /** Nobody can know: it is recorded as open, and the next run takes over what there is, or adds another one. */
    unknown: async (ended) => {
      const { stage } = ended;
      const message = expectNothingPruned(ended);
      expect(message).toMatch(/^it is not known whether .* was created: /s);
      expect(message).toMatch(ended.says);
      expect(message).toMatch(named);
      expectRequests(stage, 1, 0);
      const left = mine(stage).length - before.length;
      expect(left).toBeLessThanOrEqual(1);
      const { stack } = rotationOf(stage);
      expect(stack.ids).toEqual(before);
      expect(stack.entry?.outputs["__pending"]).toMatchObject({ number });
      await stage.clock.sleep(180_000);
      const [newest, ...others] = await nextUp(stage, number);
      expect(others).toEqual(stay);
      if (left === 1) expect(newest).toBe(NEW);
      expectRequests(stage, left === 1 ? 1 : 2, dropped);
    },
    /** The deadline ends the wait: the new one is in the ring, and the next run goes on waiting. */
    partial: async (ended) => {
      const { stage } = ended;
      const message = expectNothingPruned(ended);
      expect(message).toContain(what);
      expect(message).toMatch(/ is still "\w+" after 6 minutes.*the time allowed is 6 minutes/);
      expect(message).toMatch(ended.says);
      expectHeld(stage, [NEW, ...before]);
      expect(await nextUp(stage, number)).toEqual([NEW, ...stay]);
      expectRequests(stage, 1, dropped);
    },
    /** The server is full: the error lists what fills it. The next run drops the oldest first, where there is one. */
    quota: async (ended) => {
      const { stage } = ended;
      const message = expectNothingPruned(ended);
      expect(message).toMatch(/^server 12345 \(web-server-01\) holds 5 of 5 snapshots.*Nothing was created/s);
      for (const { id, name: held } of stage.emulator.model.listSnapshots(SERVER))
        expect(message).toMatch(new RegExp(`\\b${id}  ${held}  .* old  completed`));
      expect(mine(stage)).toHaveLength(before.length);
      expectRequests(stage, 1, 0);
      if (before.length === 0) stage.emulator.outside.deleteSnapshot(NEW);
      const [, ...others] = await nextUp(stage, number);
      expect(others).toEqual(stay);
    },
  };
}

export const FIRST_ADDITION = additions({ number: 1, before: [], stay: [] });
export const ADDITION = additions({ number: 3, before: [NEWEST, OLDEST], stay: [NEWEST] });

const WHAT = `snapshot ${OLDEST} "release-${RING}-1" of server ${SERVER}`;
const UNSURE =
  / was not deleted, or it is not known whether it was: | was not deleted: whether its server is being restored/;

/** The new one is completed; the next run drops what is left to drop, and adds nothing. */
async function expectPruned(stage: Stage): Promise<void> {
  expect(posts(stage)).toBe(1);
  expect(rotationOf(stage).stack.entry?.outputs).toMatchObject({ latestId: NEW });
  expect(await nextUp(stage, 3)).toEqual([NEW, NEWEST]);
  expect(posts(stage)).toBe(1);
}

async function expectDropped(ended: Ended): Promise<void> {
  expect(valueOf(ended.outcome)).toBe(true);
  expectRing(ended.stage, 3, [NEW, NEWEST]);
  await expectPruned(ended.stage);
}

/** It failed and stays in the state. */
async function expectLeft({ stage, outcome, says }: Ended, message: RegExp): Promise<void> {
  const failed = errorOf(outcome);
  expect(failed.message).toContain(WHAT);
  expect(failed.message).toMatch(message);
  expect(failed.message).toMatch(says);
  expect(rotationOf(stage).stack.ids).toEqual([NEW, NEWEST, OLDEST]);
  await expectPruned(stage);
}

export const PRUNING: Readonly<Record<string, Expectation>> = {
  gone: async (ended) => {
    expect(deletes(ended.stage)).toBeLessThanOrEqual(3);
    await expectDropped(ended);
  },
  /** It still exists, and both the error and the state say so. */
  kept: async (ended) => {
    expectHeld(ended.stage, [NEW, NEWEST, OLDEST]);
    expect(deletes(ended.stage)).toBeLessThanOrEqual(5);
    await expectLeft(ended, UNSURE);
  },
  /** It went; whoever looks for proof may say so, whoever does not must not. */
  honest: async (ended) => {
    expect(mine(ended.stage)).toHaveLength(KEEP);
    if (ended.outcome.ok) await expectDropped(ended);
    else await expectLeft(ended, UNSURE);
  },
  /** The API asked to wait for longer than was allowed. */
  late: async (ended) => {
    expect(deletes(ended.stage)).toBeLessThanOrEqual(60);
    await expectLeft(ended, / was not deleted within 6 minutes: .*customTimeouts/);
  },
  /** No list has shown the new one, so the oldest stays. */
  unlisted: async ({ stage, outcome }) => {
    expect(errorOf(outcome).message).toContain("was accepted by VPS.org, but no list has shown it for ");
    expectHeld(stage, [NEW, NEWEST, OLDEST]);
    expect(deletes(stage)).toBe(0);
    await stage.clock.sleep(300_000);
    expect(await nextUp(stage, 3)).toEqual([NEW, NEWEST]);
    expect(posts(stage)).toBe(1);
  },
};

function expectFewReads(stage: Stage, most: number): void {
  expect(count(stage, "GET", /^\/snapshots\/$/)).toBeLessThanOrEqual(most);
  expect(stage.requests("writes")).toEqual([]);
}

/** The next run reaches the ring, and neither adds nor drops one. */
async function expectUntouched(stage: Stage, ids: readonly string[]): Promise<void> {
  expect(await nextUp(stage, 2)).toEqual(ids);
  expect(stage.requests("writes")).toEqual([]);
}

export const ROTATION_READ: Readonly<Record<string, Expectation>> = {
  /** What is recorded stays as it is. */
  ok: async ({ stage, outcome }) => {
    valueOf(outcome);
    expectRing(stage, 2, [NEWEST, OLDEST]);
    expectFewReads(stage, 6);
    await expectUntouched(stage, [NEWEST, OLDEST]);
  },
  /** It fails, says why, and nothing leaves the ring. */
  error: async ({ stage, outcome, says }) => {
    const { message } = errorOf(outcome);
    expect(message).toMatch(says);
    expect(message).toContain("could not be read: ");
    expect(message).toContain("GET /snapshots/");
    expect(message).toContain("The state stays as it is.");
    expectRing(stage, 2, [NEWEST, OLDEST]);
    expectFewReads(stage, 9);
    await expectUntouched(stage, [NEWEST, OLDEST]);
  },
  word: async ({ stage, outcome }) => {
    valueOf(outcome);
    expectHeld(stage, [NEWEST, OLDEST]);
    expect(rotationOf(stage).stack.snapshots.map(({ status }) => status)).toEqual([
      "hibernating",
      "hibernating",
    ]);
    expectFewReads(stage, 1);
    await expectUntouched(stage, [NEWEST, OLDEST]);
  },
  /** It leaves the ring, and gone it is: the server's list and the account's both lack it. */
  gone: async ({ stage, outcome }) => {
    valueOf(outcome);
    expectRing(stage, 2, [NEWEST]);
    expectFewReads(stage, 2);
    expect(stage.told.infos.join("\n")).toMatch(
      new RegExp(`${OLDEST} .* is in no list of this account any more, and leaves the ring\\.`),
    );
    await expectUntouched(stage, [NEWEST]);
  },
  /** An addition that no list shows so far exists, so it must not leave the ring; not to know is an error. */
  there: async ({ stage, outcome }) => {
    if (!outcome.ok) expect(outcome.error.message).toContain(NEW);
    expectHeld(stage, [NEW, NEWEST, OLDEST]);
    expect(await nextUp(stage, 3)).toEqual([NEW, NEWEST]);
    expect(posts(stage)).toBe(0);
  },
};
