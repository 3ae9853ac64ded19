import { newState, type ResourceState } from "../state/resource-state";
import type { Run } from "./run";
import * as steps from "./steps";
import { recorded, runChain, type Step } from "./step";
import { makeUrn, nameOf, stackType, stackUrn } from "./urn";
import type { Props } from "./values";

export interface ImportItem {
  type: string;
  name: string;
  id: string;
  inputs: Props;
  outputs: Props;
  parent: string;
  protect: boolean;
}

/** The `import` resource option. No dynamic provider can answer it: its code is in properties that are not there. */
export function importById(run: Run, state: ResourceState, id: string): Step {
  const apply = async () => {
    const client = await run.providers.client();
    await client.read(state.urn, id, undefined, {});
    throw new Error("the offline engine does not import by id alone");
  };
  return { op: "import", urn: state.urn, new: state, apply };
}

/** Adopts what an import file describes in full; what is in the state already stays as it is. */
export async function importAll(run: Run, items: ImportItem[]): Promise<void> {
  run.rootUrn = stackUrn(run.place);
  await run.working(() => runChain(run, [rootStep(run)]));
  run.providers.register();
  for (const state of run.journal.base.resources) if (state.urn !== run.rootUrn) countSame(run, state);
  const chains = items.map((item) => importOne(run, item));
  await Promise.allSettled(chains);
}

function rootStep(run: Run): Step {
  const old = run.olds.get(run.rootUrn);
  const state = newState({ urn: run.rootUrn, type: stackType });
  return old ? steps.same(run, old, { ...old }) : steps.create(run, state);
}

function countSame(run: Run, state: ResourceState): void {
  if (!state.urn.includes("::pulumi:providers:")) run.tally.add("same");
}

async function importOne(run: Run, item: ImportItem): Promise<void> {
  const { type, name, id, inputs, outputs, protect } = item;
  const parent = item.parent || run.rootUrn;
  const urn = makeUrn(run.place, type, name, parent);
  if (run.olds.has(urn)) return;
  const provider = run.providers.reference();
  const state = newState({ urn, type, id, inputs, outputs, parent, protect, provider, custom: true });
  const work = async () => {
    if (Object.keys(outputs).length === 0) return importById(run, state, id).apply();
    await checkOnly(run, state);
  };
  const apply = () => recorded(run, "importing", state, work, () => run.journal.settle(state));
  await run.working(() => runChain(run, [{ op: "import", urn, new: state, apply }]));
}

/** Inputs that do not pass are worth a warning; the resource is imported nevertheless. */
async function checkOnly(run: Run, { urn, type, inputs }: ResourceState): Promise<void> {
  const { failures } = await (await run.providers.client()).check(urn, inputs, inputs);
  if (failures.length === 0) return;
  const warn = (message: string) => run.diagnostic({ urn, severity: "warning", message });
  warn("One or more imported inputs failed to validate. The import will still proceed.");
  for (const { property, reason } of failures)
    warn(`${type} resource '${nameOf(urn)}': property ${property} has a problem: ${reason}`);
}
