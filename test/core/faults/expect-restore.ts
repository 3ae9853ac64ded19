import { OutcomeUnknownError } from "../../../provider/api";
import type { RestoreResult } from "../../../provider/core/restore/progress";
import { errorOf, valueOf } from "./outcome";
import type { Ended, Expectation } from "./outcome";
import { count, NAME, OURS, restorePosts, restores, SERVER } from "./stage";
import type { Stage } from "./stage";

const WHAT = `snapshot ${OURS} "${NAME}" of server ${SERVER} (web-server-01)`;
/** 6 minutes at the rarest every 10 seconds, and the look for a lost answer every 3 seconds for a minute. */
const MOST_LOOKS = 60;

function expectRequests(stage: Stage, ran: 0 | 1): void {
  expect(restorePosts(stage)).toBeLessThanOrEqual(1);
  expect(restores(stage)).toHaveLength(ran);
  expect(count(stage, "GET", /^\/servers\//)).toBeLessThanOrEqual(MOST_LOOKS);
  expect(stage.requests("writes").filter((request) => !request.endsWith("/restore/"))).toEqual([]);
}

/** It ran once, and was called done only when it was. */
function expectDone({ stage, outcome }: Ended): void {
  const done = valueOf(outcome) as RestoreResult;
  expect(done).toMatchObject({
    snapshotId: OURS,
    snapshotName: NAME,
    serverId: SERVER,
    serverStatus: "active",
  });
  expectRequests(stage, 1);
  const [ran] = restores(stage);
  expect(ran).toMatchObject({ snapshot_id: OURS, server_id: SERVER });
  expect(Date.parse(done.finishedAt)).toBeGreaterThanOrEqual(Date.parse(ran?.finished_at ?? "never"));
}

export const RESTORE: Readonly<Record<string, Expectation>> = {
  done: expectDone,
  /** The answer was of no use, but the server showed that it was accepted. */
  seen: (ended) => {
    expectDone(ended);
    expect(ended.stage.told.infos.join("\n")).toMatch(
      /^server 12345 \(web-server-01\) is restoring although the answer was lost \(.*\); waiting for it\.$/s,
    );
  },
  /** Nobody can know: sent once, not again, and the error says what to look at. */
  unknown: ({ stage, outcome, says }) => {
    const failed = errorOf(outcome);
    expect(failed).toBeInstanceOf(OutcomeUnknownError);
    expect(failed.message).toContain(`it is not known whether the restore of ${WHAT} was started: `);
    expect(failed.message).toMatch(
      /It was not requested a second time\. Look at server 12345 .* before you restore again/,
    );
    expect(failed.message).toMatch(says);
    expect(restorePosts(stage)).toBe(1);
    expectRequests(stage, restores(stage).length === 0 ? 0 : 1);
  },
  /** It did not run, and the error says so, or that it is not known. */
  unmade: ({ stage, outcome, says }) => {
    const failed = errorOf(outcome);
    expect(failed.message).toMatch(says);
    expect(failed.message).toContain(`snapshot ${OURS}`);
    expect(failed.message).toMatch(
      /was not restored|[Nn]othing was restored|was refused: |^it is not known whether /,
    );
    expectRequests(stage, 0);
  },
  timeout: (ended) => RESTORE_WAIT["timeout"]?.(ended),
};

export const RESTORE_WAIT: Readonly<Record<string, Expectation>> = {
  done: expectDone,
  /** The deadline ends it, with what is known of the server; the restore itself ran once. */
  timeout: ({ stage, outcome, says }) => {
    const failed = errorOf(outcome);
    expect(failed).toMatchObject({ code: "WAIT_TIMEOUT", elapsedMs: 360_000 });
    expect(failed.message).toContain(`the restore of ${WHAT} has not ended after 6 minutes`);
    expect(failed.message).toMatch(
      /It may still end: look at the server, and do not restore again before it has/,
    );
    expect(failed.message).toMatch(says);
    expectRequests(stage, 1);
    expect(stage.told.warnings.length).toBeLessThanOrEqual(1);
  },
  /** Someone deleted the server under it. */
  lost: ({ stage, outcome }) => {
    const failed = errorOf(outcome);
    expect(failed.message).toContain("server 12345 (web-server-01) disappeared while snapshot 701");
    expectRequests(stage, 1);
  },
};
