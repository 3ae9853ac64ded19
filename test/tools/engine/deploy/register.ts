import type { ResourceState } from "../state/resource-state";
import { decide, keepIgnored } from "./diff";
import { findOld, parentOf, stateOf, urnFor, type Goal } from "./goal";
import { replaceSteps, recreateSteps } from "./replace";
import { refreshInPlace } from "./refresh";
import { Stopped, type Run } from "./run";
import * as steps from "./steps";
import { reported, runChain, type Step } from "./step";
import { importById } from "./import";
import { nameOf, stackType } from "./urn";
import { equal, isSecret, type Props, type Value } from "./values";

/** A resource that the program registered, and what came of it. */
export interface Registered {
  state: ResourceState;
  /** Not made, though asked for: its outputs stay unknown to the program. */
  skipped: boolean;
}

export async function register(run: Run, goal: Goal): Promise<Registered> {
  const parent = parentOf(run, goal.type, goal.parent);
  const urn = urnFor(run, goal.type, goal.name, parent);
  const planned = await run.planning(() => reported(run, urn, () => plan(run, goal, urn, parent)));
  await run.working(() => runChain(run, planned.steps));
  run.news.set(urn, planned.state);
  return planned;
}

interface Planned extends Registered {
  steps: Step[];
}

async function plan(run: Run, goal: Goal, urn: string, parent: string): Promise<Planned> {
  refuseUnknownProviders(goal);
  if (run.seen.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
  const old = findOld(run, goal, urn, parent);
  run.seen.add(urn);
  if (goal.type === stackType) run.rootUrn = urn;
  const state = stateOf(run, goal, urn);
  if (run.options.mode !== "update" && goal.custom) return passBy(run, old, state);
  const chain = goal.custom ? await custom(run, goal, state, old) : component(run, state, old);
  return { state, steps: chain, skipped: false };
}

function refuseUnknownProviders({ type, custom: isCustom }: Goal): void {
  if (!isCustom) return;
  const known = type.startsWith("pulumi-nodejs:dynamic");
  if (!known)
    throw new Error(`the offline engine runs dynamic providers only; it has no provider for ${type}`);
}

/** Refresh and destroy run a program for its configuration alone: it makes nothing. */
function passBy(run: Run, old: ResourceState | undefined, state: ResourceState): Planned {
  if (!old) return { state, steps: [], skipped: true };
  if (run.options.mode === "refresh") {
    run.kept.add(old.urn);
    return { state: old, steps: [refreshInPlace(run, old)], skipped: false };
  }
  return { state: old, steps: [], skipped: false };
}

function component(run: Run, state: ResourceState, old: ResourceState | undefined): Step[] {
  if (!old) return [steps.create(run, state)];
  run.kept.add(state.urn);
  const step = equal(old.inputs, state.inputs) ? steps.same(run, old, state) : steps.update(run, old, state);
  state.outputs = old.outputs;
  return [step];
}

async function custom(
  run: Run,
  goal: Goal,
  state: ResourceState,
  old: ResourceState | undefined,
): Promise<Step[]> {
  if (goal.importId !== "" && old?.id !== goal.importId) return [importById(run, state, goal.importId)];
  const again = old !== undefined && run.deletedAhead.has(old);
  const fresh = old === undefined || again || old.external || run.options.replace.has(state.urn);
  const news = old ? keepIgnored(old.inputs, goal.inputs, goal.ignoreChanges) : goal.inputs;
  await check(run, state, fresh ? {} : old.inputs, fresh ? goal.inputs : news);
  if (old === undefined) return [steps.create(run, state)];
  if (again) return recreateSteps(run, old, state);
  if (old.external)
    return [steps.createReplacement(run, old, state, undefined, true), steps.replace(old, state, undefined)];
  return continueFrom(run, goal, state, old);
}

async function continueFrom(run: Run, goal: Goal, state: ResourceState, old: ResourceState): Promise<Step[]> {
  const forced = run.options.replace.has(state.urn);
  const decision = forced
    ? { change: "replace" as const, keys: ["id"], deleteBeforeReplace: false }
    : await decide(run, old, state.inputs, goal);
  if (decision.change === "replace" || old.pendingReplacement) {
    const recheck = () => check(run, state, {}, goal.inputs);
    return replaceSteps(run, goal, old, state, decision, forced ? undefined : recheck);
  }
  run.kept.add(state.urn);
  const unfinished = old.initErrors.length > 0;
  return decision.change === "update" || unfinished
    ? [steps.update(run, old, state)]
    : [steps.same(run, old, state)];
}

/** Lets the provider complete and judge the inputs; what it finds wrong is reported, all of it, and ends the run. */
async function check(run: Run, state: ResourceState, olds: Props, news: Props): Promise<void> {
  const { inputs, failures } = await (await run.providers.client()).check(state.urn, olds, news);
  state.inputs = inputs;
  if (failures.length === 0) return;
  const { urn, type } = state;
  for (const { property, reason } of failures) {
    const about = property
      ? `property ${property} value ${braced(inputs[property])} has a problem`
      : "has a problem";
    run.error(urn, `${type} resource '${nameOf(urn)}': ${about}: ${reason}`);
  }
  run.end("refused");
  throw new Stopped();
}

/** A value in a message, as Pulumi writes it: in braces, secrets hidden. */
function braced(value: Value | undefined): string {
  if (value === undefined) return "{<nil>}";
  if (isSecret(value)) return "{&{{[secret]}}}";
  if (Array.isArray(value)) return `{[${value.map(braced).join(" ")}]}`;
  if (typeof value === "object" && value !== null)
    return `{map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${braced(value[key])}`)
      .join(" ")}]}`;
  return `{${value === null ? "<nil>" : String(value)}}`;
}
