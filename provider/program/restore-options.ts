import type * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";

/** What the children of a restore are registered with. */
export type StepOptions = pulumi.CustomResourceOptions;

export interface RestoreOptions {
  readonly component: pulumi.ComponentResourceOptions;
  readonly step: StepOptions;
  /** Of the waits, which the engine does not hand to a dynamic provider. */
  readonly timeouts: pulumi.CustomTimeouts | undefined;
}

const MEANINGLESS = ["import", "id", "deleteBeforeReplace"];

/** Hands each resource option of a restore to what it concerns: the component, or its steps. */
export function restoreOptions(name: string, opts: pulumi.ComponentResourceOptions): RestoreOptions {
  const given = opts as Readonly<Record<string, unknown>>;
  const meaningless = MEANINGLESS.find((key) => given[key] !== undefined);
  if (meaningless !== undefined) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `SnapshotRestore "${name}": the resource option ${meaningless} has no meaning here, because a restore is an event and ` +
        "nothing that exists; remove it",
    );
  }
  const { ignoreChanges, replaceOnChanges, customTimeouts, ...component } = opts;
  const { dependsOn } = component;
  return {
    component,
    step: {
      ...(dependsOn === undefined ? {} : { dependsOn }),
      ...(ignoreChanges === undefined ? {} : { ignoreChanges }),
      ...(replaceOnChanges === undefined ? {} : { replaceOnChanges }),
    },
    timeouts: customTimeouts,
  };
}
