import type { ResourceState } from "../state/resource-state";
import { needsOf } from "./goal";
import type { Run } from "./run";
import * as steps from "./steps";
import { runChain, type Step } from "./step";

/** What an ended program did not ask for again, and what was replaced; in a destroy, everything. */
export async function deleteLeftovers(run: Run): Promise<void> {
  const destroy = run.options.mode === "destroy";
  const chain = run.journal.snapshot().resources.flatMap((state) => stepFor(run, state, destroy));
  await inOrder(run, chain);
}

const gone = (run: Run, state: ResourceState) => !run.seen.has(run.renamed.get(state.urn) ?? state.urn);

function stepFor(run: Run, state: ResourceState, destroy: boolean): Step[] {
  const provider = state.urn.includes("::pulumi:providers:");
  if (state.delete) return [steps.remove(run, state)];
  const leaves = destroy || (provider ? !run.providers.registered : gone(run, state));
  if (!leaves) return [];
  return [state.pendingReplacement ? steps.forget(run, state) : steps.remove(run, state)];
}

/**
 * In waves, those that depend on others first. A wave begins when the one before has ended well, and what fails in
 * it does not keep the others of it from beginning.
 */
async function inOrder(run: Run, all: Step[]): Promise<void> {
  const depths = new Map(all.map((step) => [step, depth(step, all)]));
  for (let level = Math.max(0, ...depths.values()); level >= 0; level--) {
    const wave = [...all].reverse().filter((step) => depths.get(step) === level);
    const results = await Promise.allSettled(wave.map((step) => run.working(() => runChain(run, [step]))));
    if (results.some(({ status }) => status === "rejected")) return;
    for (const { urn } of wave) run.deleted.add(urn);
  }
}

/** How many of the others this one stands upon, one on top of the other. */
function depth(step: Step, all: Step[], known = new Map<Step, number>()): number {
  const found = known.get(step);
  if (found !== undefined) return found;
  const urns = new Set(step.old ? needsOf(step.old) : []);
  const below = all.filter((other) => other !== step && other.urn !== step.urn && urns.has(other.urn));
  const result = below.length === 0 ? 0 : 1 + Math.max(...below.map((other) => depth(other, all, known)));
  known.set(step, result);
  return result;
}
