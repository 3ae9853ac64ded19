import type { ResourceState } from "../state/resource-state";
import type { Run } from "./run";
import { recorded, type Step } from "./step";

const client = (run: Run) => run.providers.client();

export function same(run: Run, old: ResourceState, state: ResourceState): Step {
  const apply = () => {
    state.id = old.id;
    state.outputs = old.outputs;
    run.journal.settle(state, old);
    return Promise.resolve();
  };
  return { op: "same", urn: state.urn, old, new: state, apply };
}

/**
 * A preview creates nothing and leaves the id open. To the program it shows the inputs as outputs, as it must for
 * a provider that cannot preview; what is an output only stays unknown.
 */
async function make(run: Run, state: ResourceState, keep: () => void): Promise<void> {
  if (run.dryRun && state.custom) state.outputs = state.inputs;
  if (run.dryRun || !state.custom) {
    keep();
    return;
  }
  const work = async () => {
    const { id, outputs } = await (await client(run)).create(state.urn, state.inputs);
    Object.assign(state, { id, outputs });
  };
  // The pending operation shows the resource as it was asked for, whatever half of it gets made.
  await recorded(run, "creating", state, work, keep);
}

export function create(run: Run, state: ResourceState): Step {
  const apply = () => make(run, state, () => run.journal.settle(state));
  return { op: "create", urn: state.urn, new: state, apply };
}

/** With `first`, the old one lives until the end of the run; without, it is already gone. */
export function createReplacement(
  run: Run,
  old: ResourceState,
  state: ResourceState,
  keys: string[] | undefined,
  first: boolean,
): Step {
  const keep = () => {
    if (first) old.delete = true;
    run.journal.settle(state, first ? undefined : old);
  };
  return {
    op: "create-replacement",
    urn: state.urn,
    old,
    new: state,
    keys,
    apply: () => make(run, state, keep),
  };
}

/** Does nothing: it is what people see of a replacement as a whole, and what is counted. */
export function replace(old: ResourceState, state: ResourceState, keys: string[] | undefined): Step {
  return { op: "replace", urn: state.urn, old, new: state, keys, apply: () => Promise.resolve() };
}

export function update(run: Run, old: ResourceState, state: ResourceState): Step {
  const apply = async () => {
    state.id = old.id;
    const keep = () => run.journal.settle(state, old);
    if (run.dryRun && state.custom) state.outputs = state.inputs;
    if (run.dryRun || !state.custom) {
      keep();
      return;
    }
    const work = async () => {
      state.outputs = await (await client(run)).update(old, state.inputs);
    };
    await recorded(run, "updating", state, work, keep);
  };
  return { op: "update", urn: state.urn, old, new: state, apply };
}

function refuseProtected(state: ResourceState): void {
  if (!state.protect) return;
  throw new Error(
    `resource "${state.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${state.urn}'\``,
  );
}

async function unmake(run: Run, state: ResourceState, forget: () => void): Promise<void> {
  const elsewhere = state.external || state.retainOnDelete || run.deleted.has(state.deletedWith);
  if (run.dryRun || elsewhere || !state.custom || state.urn.includes("::pulumi:providers:")) {
    forget();
    run.journal.save();
    return;
  }
  await recorded(run, "deleting", state, async () => (await client(run)).delete(state), forget);
}

export function remove(run: Run, state: ResourceState): Step {
  const apply = async () => {
    if (!state.delete) refuseProtected(state);
    await unmake(run, state, () => run.journal.drop(state));
  };
  const op = state.external ? "read-discard" : state.delete ? "delete-replaced" : "delete";
  return { op, urn: state.urn, old: state, hidden: state.external, apply };
}

/** Ahead of its replacement: what is gone stays in state, marked, until the new one stands in its place. */
export function removeAhead(run: Run, state: ResourceState): Step {
  const mark = () => {
    state.pendingReplacement = true;
  };
  const apply = () => unmake(run, state, mark);
  return { op: "delete-replaced", urn: state.urn, old: state, apply };
}

/** The replacement that a state was waiting for is no longer wanted. */
export function forget(run: Run, state: ResourceState): Step {
  const apply = () => {
    run.journal.drop(state);
    return Promise.resolve();
  };
  return { op: "remove-pending-replace", urn: state.urn, old: state, apply };
}
