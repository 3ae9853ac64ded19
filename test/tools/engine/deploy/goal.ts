import { needs, newState, type ResourceState } from "../state/resource-state";
import type { Run } from "./run";
import { aliasUrn, inheritedAlias, makeUrn, stackType, urnOfReference, type Alias } from "./urn";
import type { Props } from "./values";

/** What a program asks for. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  inputs: Props;
  parent: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  retainOnDelete: boolean;
  deletedWith: string;
  /** Left to the provider where not given. */
  deleteBeforeReplace: boolean | undefined;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  aliases: Alias[];
  importId: string;
}

/** The parent is the stack for everything but the stack. */
export const parentOf = (run: Run, type: string, parent: string) =>
  parent !== "" || type === stackType ? parent : run.rootUrn;

export function urnFor(run: Run, type: string, name: string, parent: string): string {
  return makeUrn(run.place, type, name, parent || undefined);
}

/** The resource of the last run that this one continues: the one of the same URN, else of an alias. */
export function findOld(run: Run, goal: Goal, urn: string, parent: string): ResourceState | undefined {
  const direct = run.olds.get(urn);
  if (direct) return direct;
  for (const alias of aliasesOf(run, goal, parent)) {
    const old = run.olds.get(alias);
    if (!old) continue;
    const taken = run.seen.has(alias) ? alias : run.renamed.get(alias);
    if (taken !== undefined && taken !== urn)
      throw new Error(
        `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${taken}'`,
      );
    run.renamed.set(alias, urn);
    return old;
  }
  return undefined;
}

function aliasesOf(run: Run, goal: Goal, parent: string): string[] {
  const { type, name } = goal;
  const own = goal.aliases.map((alias) => aliasUrn(alias, run.place, type, name, parent || undefined));
  const parentsOld = [...run.renamed].find(([, now]) => now === parent)?.[0];
  if (parentsOld === undefined) return own;
  return [...own, inheritedAlias(run.place, type, name, parent, parentsOld)];
}

export function stateOf(run: Run, goal: Goal, urn: string): ResourceState {
  return newState({
    urn,
    type: goal.type,
    custom: goal.custom,
    inputs: goal.inputs,
    parent: parentOf(run, goal.type, goal.parent),
    provider: goal.custom ? run.providers.reference() : "",
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    protect: goal.protect,
    retainOnDelete: goal.retainOnDelete,
    deletedWith: goal.deletedWith,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    additionalSecretOutputs: goal.additionalSecretOutputs,
  });
}

/** Everything that a state must have been preceded by and be outlived by. */
export const needsOf = (state: ResourceState) => needs(state, urnOfReference);
