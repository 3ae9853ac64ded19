import type { ResourceState } from "../state/resource-state";
import { decide, type Decision } from "./diff";
import { needsOf, type Goal } from "./goal";
import type { Run } from "./run";
import * as steps from "./steps";
import type { Step } from "./step";
import { unknown, type Props } from "./values";

/** A resource that was deleted ahead because one it depends on was replaced, now asked for again. */
export function recreateSteps(run: Run, old: ResourceState, state: ResourceState): Step[] {
  run.replaced.add(state.urn);
  run.deleted.delete(state.urn);
  return [steps.replace(old, state, undefined), steps.createReplacement(run, old, state, undefined, false)];
}

/**
 * The new one first and the old one deleted at the end, unless program or provider want it the other way round: then
 * whatever would have to be replaced with it is deleted before it.
 */
export async function replaceSteps(
  run: Run,
  goal: Goal,
  old: ResourceState,
  state: ResourceState,
  decision: Decision,
  recheck: (() => Promise<void>) | undefined,
): Promise<Step[]> {
  if (state.protect && old.protect)
    throw new Error(
      `unable to replace resource "${state.urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\``,
    );
  run.replaced.add(state.urn);
  await recheck?.();
  const { keys } = decision;
  const replace = steps.replace(old, state, keys);
  if (!(goal.deleteBeforeReplace ?? decision.deleteBeforeReplace) && !old.pendingReplacement)
    return [steps.createReplacement(run, old, state, keys, true), replace];
  const ahead = (await dependents(run, old)).reverse().map((state) => deleteAhead(run, state));
  const own = old.pendingReplacement ? [] : [deleteAhead(run, old)];
  return [...ahead, ...own, replace, steps.createReplacement(run, old, state, keys, false)];
}

function deleteAhead(run: Run, state: ResourceState): Step {
  run.deleted.add(state.urn);
  run.deletedAhead.add(state);
  return steps.removeAhead(run, state);
}

/**
 * The resources that a replacement of `root` would replace too: those with an input that comes from it (or from
 * another of them) of which their provider says, the input being unknown, that they must be replaced.
 */
async function dependents(run: Run, root: ResourceState): Promise<ResourceState[]> {
  const affected = new Set([root.urn]);
  const below = new Set([root.urn]);
  const found: ResourceState[] = [];
  for (const state of run.journal.base.resources) {
    if (state === root || !needsOf(state).some((urn) => below.has(urn))) continue;
    below.add(state.urn);
    if (run.seen.has(state.urn) || state.delete || run.deletedAhead.has(state)) continue;
    if (!(await mustFollow(run, state, affected))) continue;
    if (state.protect)
      throw new Error(
        `unable to replace resource "${state.urn}" as part of replacing "${root.urn}" as it is currently marked for protection`,
      );
    affected.add(state.urn);
    found.push(state);
  }
  return found;
}

async function mustFollow(run: Run, state: ResourceState, affected: Set<string>): Promise<boolean> {
  if (!state.custom || state.external) return false;
  if (affected.has(state.deletedWith)) return true;
  const touched = Object.entries(state.propertyDependencies).filter(([, urns]) =>
    urns.some((urn) => affected.has(urn)),
  );
  const open = touched.map(([key]) => key).filter((key) => state.inputs[key] !== undefined);
  if (open.length === 0) return false;
  const news: Props = { ...state.inputs, ...Object.fromEntries(open.map((key) => [key, unknown])) };
  return (await decide(run, state, news, state)).change === "replace";
}
