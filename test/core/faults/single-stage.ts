import { attempt } from "./outcome";
import type { Outcome } from "./outcome";
import { expectInvariants } from "./invariants";
import { openStage } from "./stage";
import type { Stage, StageOptions } from "./stage";

/** One stage a test, opened by the test itself; what holds in the matrix holds here as well. */
export function singleStage(): {
  readonly open: (options?: StageOptions) => Promise<Stage>;
  /** Other people's snapshots that the test itself removes. */
  readonly removes: (...ids: readonly string[]) => void;
  readonly attempt: (work: () => Promise<unknown>) => Promise<Outcome>;
} {
  let stage: Stage | undefined;
  let outcomes: Outcome[] = [];
  let removed: readonly string[] = [];
  afterEach(async () => {
    const [ended, all] = [stage, outcomes];
    stage = undefined;
    outcomes = [];
    if (ended === undefined) return;
    await ended.close();
    expect(ended.missed).toEqual([]);
    expectInvariants(ended, all, removed);
    removed = [];
  });
  return {
    open: async (options) => {
      stage = await openStage(options);
      return stage;
    },
    removes: (...ids) => void (removed = ids),
    attempt: async (work) => {
      const outcome = await attempt(work);
      outcomes.push(outcome);
      return outcome;
    },
  };
}
