import { OutcomeUnknownError, QuotaError } from "../../../provider/api";
import type { Created } from "../../../provider/core/snapshot/create";
import { InitError } from "../../../provider/core/init-error";
import { nextCreates, nextResumes } from "./next-run";
import { errorOf, valueOf } from "./outcome";
import type { Ended, Expectation } from "./outcome";
import { count, inputs, NAME, NEW, ours, posts, SERVER, TIMEOUTS } from "./stage";
import type { Stage } from "./stage";

const WHAT = `snapshot ${NEW} "${NAME}" of server ${SERVER} (web-server-01)`;
const NAMED = new RegExp(`snapshot "${NAME}" of server ${SERVER}`);
/** 6 minutes at the rarest every 10 seconds, and the search for a lost answer every 3 seconds for a minute. */
const MOST_READS = 60;

function expectRequests(stage: Stage, sent: number): void {
  expect(posts(stage)).toBe(sent);
  expect(count(stage, "GET", /^\/snapshots\/$/)).toBeLessThanOrEqual(MOST_READS);
  expect(count(stage, "DELETE", /./)).toBe(0);
}

/** One snapshot, completed, and its id is what was returned. */
function expectMade({ stage, outcome }: Ended, sent = 1): void {
  const { id, outputs } = valueOf(outcome) as Created;
  const { __autoName: _prefix, ...args } = inputs;
  expect(id).toBe(NEW);
  expect(outputs).toEqual({
    ...args,
    __endpoint: stage.session.endpoint,
    serverName: "web-server-01",
    status: "completed",
    sizeMb: 5120,
    createdAt: expect.stringMatching(/^2026-01-15T12:0/) as string,
  });
  expect(ours(stage)).toMatchObject([{ id: Number(NEW), name: NAME, status: "completed" }]);
  expectRequests(stage, sent);
}

function partialOf({ outcome }: Ended): InitError {
  const failed = errorOf(outcome);
  if (!(failed instanceof InitError)) throw new Error(`the id is lost: ${failed.message}`);
  expect(failed.id).toBe(NEW);
  expect(failed.outputs).toMatchObject({ serverId: SERVER, name: NAME, __timeouts: TIMEOUTS });
  return failed;
}

/** The next run ends with exactly one, the one that was recorded. */
async function expectResumed(stage: Stage, failure: InitError): Promise<void> {
  const next = await nextResumes(stage, failure);
  expect(valueOf(next)).toMatchObject({ name: NAME, status: "completed", sizeMb: 5120 });
  expect(ours(stage)).toMatchObject([{ id: Number(NEW), status: "completed" }]);
  expect(posts(stage)).toBe(1);
}

export const CREATE: Readonly<Record<string, Expectation>> = {
  /** Sent once, and made. */
  made: (ended) => expectMade(ended),
  /** Sent again after a refusal that proves that nothing had happened. */
  again: (ended) => {
    expectMade(ended, 2);
    expect(ended.stage.told.progressed.join("\n")).toMatch(ended.says);
  },
  /** Sent once; the answer was of no use, and the list showed the new one. */
  adopted: (ended) => {
    const { stage, says } = ended;
    expectMade(ended);
    const told = stage.told.infos.join("\n");
    expect(told).toContain(`${WHAT} was created although VPS.org did not say so (`);
    expect(told).toMatch(/\); going on with it\.$/);
    expect(told).toMatch(says);
  },
  /** Nothing was made, and the error says that nothing was, or by which name to look for it. */
  unmade: async ({ stage, outcome, says }) => {
    const failed = errorOf(outcome);
    expect(failed).not.toBeInstanceOf(InitError);
    expect(failed.message).toMatch(NAMED);
    expect(failed.message).toMatch(/was not created|was created: .* may still appear/s);
    expect(failed.message).toMatch(says);
    expect(ours(stage)).toEqual([]);
    expect(posts(stage)).toBeLessThanOrEqual(15);
    await nextCreates(stage);
    expect(ours(stage)).toHaveLength(1);
  },
  /** Nobody can know: sent once, and the error says under which name it may appear and what to do then. */
  unknown: async ({ stage, outcome, says }) => {
    const left = ours(stage);
    expect(left.length).toBeLessThanOrEqual(1);
    expectRequests(stage, 1);
    const failed = errorOf(outcome);
    expect(failed).toBeInstanceOf(OutcomeUnknownError);
    expect(failed.message).toMatch(NAMED);
    expect(failed.message).toMatch(/^it is not known whether .* was created: .*yet it may still appear\./s);
    expect(failed.message).toContain(`npx --no-install pulumi-vpsorg list --server ${SERVER}`);
    expect(failed.message).toMatch(/adopt it as .*\{ import: "ID" \}.*or delete it with .*delete ID/s);
    expect(failed.message).toMatch(says);
    await stage.clock.sleep(180_000);
    const { warnings } = await nextCreates(stage);
    for (const { id } of left) expect(warnings.join("\n")).toContain(`snapshot ${id} "${NAME}"`);
    expect(warnings).toHaveLength(left.length);
  },
  /** The server is full: the error lists what fills it, and nothing of ours is there. */
  quota: ({ stage, outcome }) => {
    const failed = errorOf(outcome);
    expect(failed).toBeInstanceOf(QuotaError);
    expect(failed.message).toMatch(
      /^server 12345 \(web-server-01\) holds 5 of 5 snapshots.*Nothing was created/s,
    );
    for (const { id, name } of stage.emulator.model.listSnapshots(SERVER)) {
      expect(failed.message).toMatch(new RegExp(`\\b${id}  ${name}  .* old  completed`));
    }
    expect(ours(stage)).toEqual([]);
    expectRequests(stage, 1);
  },
  partial: (ended) => WAIT["partial"]?.(ended),
};

export const WAIT: Readonly<Record<string, Expectation>> = {
  done: (ended) => expectMade(ended),
  /** The deadline ends it; the id is recorded, and the next run goes on waiting. */
  partial: async (ended) => {
    const { stage, says } = ended;
    const failed = partialOf(ended);
    expect(failed.code).toBe("WAIT_TIMEOUT");
    expect(failed.message).toMatch(/ is still "\w+" after 6 minutes.*the time allowed is 6 minutes/);
    expect(failed.message).toContain(WHAT);
    expect(failed.message).toMatch(/goes on waiting and makes no second one.*customTimeouts/);
    expect(failed.message).toMatch(says);
    expect(ours(stage)).toMatchObject([{ id: Number(NEW) }]);
    expectRequests(stage, 1);
    expect(stage.told.warnings.length).toBeLessThanOrEqual(1);
    await expectResumed(stage, failed);
  },
  /** Someone deleted it while it was being made: recorded so, and replaced next time. */
  missing: async (ended) => {
    const { stage } = ended;
    const failed = partialOf(ended);
    expect(failed).toMatchObject({ code: "NOT_FOUND", outputs: { status: "missing" } });
    expect(failed.message).toContain(
      `${WHAT} is in no list any more: someone else has deleted it while it was being made.`,
    );
    expect(ours(stage)).toEqual([]);
    expectRequests(stage, 1);
    valueOf(await nextResumes(stage, failed));
    expect(ours(stage)).toHaveLength(1);
  },
  /** No list ever showed it: recorded, and what comes next must not call gone what exists. */
  unlisted: async (ended) => {
    const { stage } = ended;
    const failed = partialOf(ended);
    expect(failed).toMatchObject({ code: "NOT_FOUND", outputs: { status: "in_progress" } });
    expect(failed.message).toContain(`${WHAT} was accepted by VPS.org, but no list has shown it for `);
    expectRequests(stage, 1);
    const exists = ours(stage).length;
    const next = await nextResumes(stage, failed);
    if (exists > 0 && !next.ok) {
      expect(next.error).not.toMatchObject({ outputs: { status: "missing" } });
      expect(next.error.message).not.toMatch(/in no list any more/);
    }
    await stage.clock.sleep(300_000);
    await nextResumes(stage, !next.ok && next.error instanceof InitError ? next.error : failed);
    expect(ours(stage).length).toBeLessThanOrEqual(1);
    if (exists > 0) expect(ours(stage)).toMatchObject([{ id: Number(NEW), status: "completed" }]);
  },
};
