import { newState, type ResourceState } from "../state/resource-state";
import { parentOf, urnFor } from "./goal";
import type { Run } from "./run";
import * as steps from "./steps";
import { recorded, reported, runChain, type Step } from "./step";
import { unknown, type Props } from "./values";

export interface ReadGoal {
  type: string;
  name: string;
  id: string;
  parent: string;
  properties: Props;
  dependencies: string[];
  additionalSecretOutputs: string[];
}

/** Reads what the stack does not own: `.get`. A resource of the stack whose id is another is given up for it. */
export async function read(run: Run, goal: ReadGoal): Promise<ResourceState> {
  const parent = parentOf(run, goal.type, goal.parent);
  const urn = urnFor(run, goal.type, goal.name, parent);
  const { state, chain } = await run.planning(() =>
    reported(run, urn, () => Promise.resolve(plan(run, goal, urn, parent))),
  );
  await run.working(() => runChain(run, chain));
  run.news.set(urn, state);
  return state;
}

function plan(run: Run, goal: ReadGoal, urn: string, parent: string) {
  if (!goal.type.startsWith("pulumi-nodejs:dynamic"))
    throw new Error(`the offline engine runs dynamic providers only; it has no provider for ${goal.type}`);
  if (goal.id === "") throw new Error(`Expected an ID for ${urn}`);
  if (run.seen.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
  run.seen.add(urn);
  const { type, id, dependencies, additionalSecretOutputs } = goal;
  const fields = {
    urn,
    type,
    id,
    parent,
    dependencies,
    additionalSecretOutputs,
    custom: true,
    external: true,
  };
  const state = newState({ ...fields, inputs: goal.properties, provider: run.providers.reference() });
  const old = run.olds.get(urn);
  const givenUp = old && !old.external && old.id !== id ? old : undefined;
  const step = readStep(run, state, old, givenUp);
  return { state, chain: givenUp ? [step, steps.replace(givenUp, state, undefined)] : [step] };
}

function readStep(run: Run, state: ResourceState, old?: ResourceState, givenUp?: ResourceState): Step {
  const keep = () => {
    if (givenUp) givenUp.delete = true;
    run.journal.settle(state, givenUp ? undefined : old);
  };
  const work = async () => {
    const client = await run.providers.client();
    const live = await client.read(state.urn, state.id, state.inputs, state.inputs);
    state.outputs = live.outputs;
    if (live.id !== "") state.id = live.id;
  };
  // Unlike the others, a read happens in a preview too, unless its id is yet to be known.
  const apply = async () => {
    if (state.id === unknown) {
      keep();
      return;
    }
    await recorded(run, "reading", state, work, keep);
  };
  return { op: "read", urn: state.urn, old, new: state, apply };
}
