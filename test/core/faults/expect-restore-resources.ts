import type { RestoreStack } from "../restore/restore-stack";
import { attempt, errorOf } from "./outcome";
import type { Ended, Expectation } from "./outcome";
import { count, NAME, OURS, restorePosts, restores, SERVER } from "./stage";
import type { Stage } from "./stage";
import { restoreProgram, stackOf } from "./restore-resources";

const WHAT = `snapshot ${OURS} "${NAME}" of server ${SERVER} (web-server-01)`;
/** 6 minutes at the rarest every 10 seconds, and the look for a lost answer every 3 seconds for a minute. */
const MOST_LOOKS = 60;

function expectRequests(stage: Stage, most: 0 | 1): void {
  expect(restorePosts(stage)).toBeLessThanOrEqual(1);
  expect(restores(stage).length).toBeLessThanOrEqual(most);
  expect(count(stage, "GET", /^\/servers\//)).toBeLessThanOrEqual(MOST_LOOKS);
  expect(stage.requests("writes").filter((request) => !request.endsWith("/restore/"))).toEqual([]);
}

/** It ran once, was recorded when the server worked again, and is not made again. */
function expectRecorded(stage: Stage, stack: RestoreStack): void {
  expectRequests(stage, 1);
  const [ran] = restores(stage);
  expect(ran).toMatchObject({ snapshot_id: OURS, server_id: SERVER });
  expect(stack.completion?.outputs).toMatchObject({ serverStatus: "active", answer: "accepted" });
  const { restoredAt = "" } = stack.completion?.outputs ?? {};
  expect(Date.parse(restoredAt)).toBeGreaterThanOrEqual(Date.parse(ran?.finished_at ?? "never"));
  expect(restoredAt > (stack.request?.outputs.requestedAt ?? "9")).toBe(true);
}

async function nextUp(stage: Stage): Promise<{ error: Error | undefined; warnings: readonly string[] }> {
  const told = stage.retell();
  const outcome = await attempt(() => stackOf(stage).up(stage.another(), restoreProgram, told));
  stage.alsoEnded.push(outcome);
  return { error: outcome.ok ? undefined : outcome.error, warnings: told.warnings };
}

async function expectDone({ stage, outcome }: Ended): Promise<void> {
  if (!outcome.ok) throw outcome.error;
  expectRecorded(stage, stackOf(stage));
  const before = stage.requests().length;
  expect(await nextUp(stage)).toEqual({ error: undefined, warnings: [] });
  expect(stage.requests()).toHaveLength(before);
}

/** The request may have been accepted: it is recorded, never made again, and nothing is called restored. */
async function expectUnproven(stage: Stage): Promise<void> {
  const { request, completion } = stackOf(stage);
  expect(request?.outputs.answer).toBe("lost");
  expect(completion?.outputs).toMatchObject({ answer: "unproven", restoredAt: "" });
  const said = `it is not known whether ${WHAT} was restored: it was requested at `;
  expect(stage.told.warnings.join("\n")).toContain(said);
  const next = await nextUp(stage);
  expect(next.error).toBeUndefined();
  expect(next.warnings.join("\n")).toContain(said);
  expect(restorePosts(stage)).toBe(1);
  expectRequests(stage, restores(stage).length === 0 ? 0 : 1);
}

/** It certainly had no effect: nothing is recorded, and the next run requests it, unless it cannot be restored. */
async function expectUnmade({ stage, outcome, says }: Ended): Promise<void> {
  if (outcome.ok) {
    await expectUnproven(stage);
    expect(restores(stage)).toEqual([]);
    return;
  }
  const failed = errorOf(outcome);
  expect(failed.message).toMatch(says);
  expect(failed.message).toMatch(/was not restored|[Nn]othing was restored|was refused: /);
  expect(stackOf(stage).request).toBeUndefined();
  expectRequests(stage, 0);
  const there = stage.emulator.model.state().snapshots.some(({ id }) => String(id) === OURS);
  const { error } = await nextUp(stage);
  if (!there) expect(error?.message).toContain(`there is no snapshot ${OURS}`);
  else expect(error).toBeUndefined();
  expect(restores(stage)).toHaveLength(there ? 1 : 0);
}

/** The deadline ends the wait; the request is recorded, and the next run waits on and requests nothing. */
async function expectTimeout({ stage, outcome, says }: Ended): Promise<void> {
  const failed = errorOf(outcome);
  expect(failed).toMatchObject({ code: "WAIT_TIMEOUT" });
  expect(failed.message).toContain(`the restore of ${WHAT} has not ended after `);
  expect(failed.message).toMatch(says);
  expect(failed.message).toContain("the next `pulumi up` looks again and does not restore a second time");
  expect(stackOf(stage).completion?.outputs.restoredAt).toBe("");
  expect((await nextUp(stage)).error).toBeUndefined();
  expectRecorded(stage, stackOf(stage));
}

export const RESOURCES: Readonly<Record<string, Expectation>> = {
  done: expectDone,
  seen: async (ended) => {
    await expectDone(ended);
    expect(ended.stage.told.infos.join("\n")).toContain(
      "server 12345 (web-server-01) is restoring although the answer was lost",
    );
  },
  unknown: async ({ stage, outcome }) => {
    if (!outcome.ok) throw outcome.error;
    await expectUnproven(stage);
  },
  unmade: expectUnmade,
  timeout: expectTimeout,
  /** Someone deleted the server under it. */
  lost: ({ stage, outcome }) => {
    const failed = errorOf(outcome);
    expect(failed.message).toContain("server 12345 (web-server-01) disappeared while snapshot 701");
    expectRequests(stage, 1);
    expect(stackOf(stage).request?.outputs.answer).toBe("accepted");
  },
};
