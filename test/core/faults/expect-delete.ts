import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { errorOf, valueOf } from "./outcome";
import type { Ended, Expectation } from "./outcome";
import { count, NAME, ours, SERVER } from "./stage";
import type { Stage } from "./stage";
import { startOperation } from "../../../provider/core/operation";

const what = (stage: Stage): string => `snapshot ${stage.subject.id} "${NAME}" of server ${SERVER}`;

/** A delete may be repeated, but not for ever. */
function expectFewDeletes(stage: Stage, most: number): void {
  const deletes = count(stage, "DELETE", /./);
  expect(deletes).toBeLessThanOrEqual(most);
}

function expectGone({ stage, outcome }: Ended): void {
  valueOf(outcome);
  expect(ours(stage)).toEqual([]);
}

/** It failed and stays in the state; the next run brings it to its end. */
async function expectRetried({ stage, outcome, says }: Ended, message: RegExp): Promise<void> {
  const failed = errorOf(outcome);
  expect(failed.message).toContain(what(stage));
  expect(failed.message).toMatch(message);
  expect(failed.message).toMatch(/It stays in the state; run the command again/);
  expect(failed.message).toMatch(says);
  await deleteSnapshot(
    startOperation(stage.another(), stage.retell()),
    stage.subject.id,
    stage.subject.recorded,
  );
  expect(ours(stage)).toEqual([]);
}

const UNSURE =
  / was not deleted, or it is not known whether it was: | was not deleted: whether its server is being restored/;

export const DELETE: Readonly<Record<string, Expectation>> = {
  /** Reported gone, and gone it is. */
  gone: (ended) => {
    expectGone(ended);
    expectFewDeletes(ended.stage, 3);
  },
  /** It still exists, and the error says so. */
  kept: async (ended) => {
    expect(ours(ended.stage)).toHaveLength(1);
    expectFewDeletes(ended.stage, 5);
    await expectRetried(ended, UNSURE);
  },
  /** It went; whoever looks for proof may say so, whoever does not must not. */
  honest: async (ended) => {
    expect(ours(ended.stage)).toEqual([]);
    if (!ended.outcome.ok) await expectRetried(ended, UNSURE);
  },
  /** The API asked to wait for longer than was allowed. */
  late: async (ended) => {
    expectFewDeletes(ended.stage, 60);
    await expectRetried(ended, / was not deleted within 6 minutes: .*customTimeouts/);
  },
};
