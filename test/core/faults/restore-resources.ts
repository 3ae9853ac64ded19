import type { Column } from "./columns";
import { RestoreStack } from "../restore/restore-stack";
import type { RestoreProgram } from "../restore/restore-stack";
import { OURS, SERVER } from "./stage";
import type { Stage } from "./stage";

const stacks = new WeakMap<Stage, RestoreStack>();

/** What the state of a stage's stack holds of its restore. */
export function stackOf(stage: Stage): RestoreStack {
  const stack = stacks.get(stage) ?? new RestoreStack();
  stacks.set(stage, stack);
  return stack;
}

export const restoreProgram: RestoreProgram = {
  snapshotId: OURS,
  serverId: SERVER,
  create: "6m",
  quiet: true,
};

/** What a `SnapshotRestore` does in an `up`, instead of the function. */
export const restoreByResources: Column["act"] = (stage, session) =>
  stackOf(stage).up(session, restoreProgram, stage.told);
