import type { ResourceState } from "../state/resource-state";
import { decide } from "./diff";
import type { Run } from "./run";
import { runChain, type Step } from "./step";
import { providerType, urnOfReference } from "./urn";
import { equal } from "./values";

/** Brings one state up to date with its remote object; what is gone leaves the state. */
export function refreshInPlace(run: Run, state: ResourceState): Step {
  const old = { ...state };
  const step: Step = { op: "refresh", urn: state.urn, old, new: state, apply };
  async function apply(): Promise<void> {
    if (!state.custom || state.type === providerType || state.pendingReplacement) {
      step.op = "same";
      return;
    }
    const client = await run.providers.client();
    const live = await client.read(state.urn, state.id, state.inputs, state.outputs);
    if (live.id === "") {
      step.op = "delete";
      step.new = undefined;
      run.journal.drop(state);
    } else {
      Object.assign(state, {
        id: live.id,
        outputs: live.outputs,
        inputs: live.inputs ?? state.inputs,
        initErrors: [],
      });
      step.op = (await differs(run, old, state)) ? "update" : "same";
    }
    run.journal.save();
  }
  return step;
}

/** Whether the next update of an unchanged program would have something to do. */
async function differs(run: Run, old: ResourceState, state: ResourceState): Promise<boolean> {
  if (state.external) return !equal(old.outputs, state.outputs);
  return (await decide(run, state, old.inputs, { ...state, replaceOnChanges: [] })).change !== "none";
}

/** Refreshes whatever the program, if one ran, has not brought up. */
export async function refreshAll(run: Run): Promise<void> {
  const left = run.journal.base.resources.filter(({ urn }) => !run.kept.has(urn) && !run.seen.has(urn));
  const tasks = left.map((state) => run.working(() => runChain(run, [refreshInPlace(run, state)])));
  await Promise.allSettled(tasks);
  forgetLost(run);
  const root = run.journal.base.resources.find(({ urn }) => urn === run.rootUrn);
  if (root) run.display.outputs(root.outputs, root.outputs);
}

/** What is gone can be depended upon no longer. */
function forgetLost(run: Run): void {
  const { resources } = run.journal.snapshot();
  const there = new Set(resources.map(({ urn }) => urn));
  for (const state of resources) {
    state.dependencies = state.dependencies.filter((urn) => there.has(urn));
    const kept = Object.entries(state.propertyDependencies).map(
      ([key, urns]) => [key, urns.filter((urn) => there.has(urn))] as const,
    );
    state.propertyDependencies = Object.fromEntries(kept.filter(([, urns]) => urns.length > 0));
    if (state.parent !== "" && !there.has(state.parent)) state.parent = run.rootUrn;
    if (state.provider !== "" && !there.has(urnOfReference(state.provider))) state.provider = "";
    if (!there.has(state.deletedWith)) state.deletedWith = "";
  }
}
