import type { Props } from "../deploy/values";

/** One resource as the engine holds it in memory: every field present, secrets in the clear. */
export interface ResourceState {
  urn: string;
  type: string;
  custom: boolean;
  id: string;
  inputs: Props;
  outputs: Props;
  parent: string;
  /** The provider's URN and id; empty for components and providers. */
  provider: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** Waiting to be deleted, its replacement having been made. */
  delete: boolean;
  /** Already deleted, its replacement not yet made. */
  pendingReplacement: boolean;
  /** Read, not owned. */
  external: boolean;
  protect: boolean;
  retainOnDelete: boolean;
  initErrors: string[];
  additionalSecretOutputs: string[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  deletedWith: string;
}

export type PendingType = "creating" | "updating" | "deleting" | "reading" | "importing";

export interface PendingOperation {
  resource: ResourceState;
  type: PendingType;
}

export interface Snapshot {
  resources: ResourceState[];
  pending: PendingOperation[];
}

export function newState(
  fields: Pick<ResourceState, "urn" | "type"> & Partial<ResourceState>,
): ResourceState {
  return {
    custom: false,
    id: "",
    inputs: {},
    outputs: {},
    parent: "",
    provider: "",
    dependencies: [],
    propertyDependencies: {},
    delete: false,
    pendingReplacement: false,
    external: false,
    protect: false,
    retainOnDelete: false,
    initErrors: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    deletedWith: "",
    ...fields,
  };
}

/** All that must exist for this one to exist, its provider included. */
export function needs(state: ResourceState, urnOfProvider: (reference: string) => string): string[] {
  const all = [
    ...state.dependencies,
    ...Object.values(state.propertyDependencies).flat(),
    state.parent,
    state.deletedWith,
    state.provider ? urnOfProvider(state.provider) : "",
  ];
  return [...new Set(all)].filter((urn) => urn !== "");
}
