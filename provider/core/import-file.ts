import type { SnapshotRecord } from "../api";
import { toOutputs } from "./snapshot/state";
import { newClaim } from "./snapshot/ownership";
import { endpointMark } from "./snapshot/endpoint";
import type { SnapshotInputs, SnapshotOutputs } from "./snapshot/state";
import { SNAPSHOT_PROVIDER, SNAPSHOT_TYPE } from "./state-contract";

/** The form that `pulumi import --file` reads: with inputs and outputs it also takes dynamic resources. */
export interface ImportFile {
  readonly resources: readonly ImportedResource[];
}

export interface ImportedResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: object;
  readonly outputs: object;
}

export interface ImportPlan {
  readonly file: ImportFile;
  /** The program that matches it: the next preview shows no change. */
  readonly program: string;
}

/** An import file for these snapshots, and the TypeScript to put beside it. */
export function planImport(
  snapshots: readonly SnapshotRecord[],
  endpoint: string,
  random: () => number,
): ImportPlan {
  const names = resourceNames(snapshots);
  const resources = snapshots.map((snapshot, i) =>
    toResource(snapshot, names[i] ?? snapshot.id, {
      ...endpointMark(endpoint),
      __claim: newClaim(random),
    }),
  );
  const declarations = snapshots.map((snapshot, i) => declaration(snapshot, names[i] ?? snapshot.id));
  return {
    file: { resources },
    program: ['import { Snapshot } from "pulumi-vpsorg";', "", ...declarations, ""].join("\n"),
  };
}

function toResource(
  snapshot: SnapshotRecord,
  name: string,
  marks: Pick<SnapshotOutputs, "__endpoint" | "__claim">,
): ImportedResource {
  const inputs: SnapshotInputs = {
    serverId: snapshot.serverId,
    name: snapshot.name,
    ...(snapshot.description === undefined ? {} : { description: snapshot.description }),
    waitForCompletion: true,
  };
  return {
    type: SNAPSHOT_TYPE,
    name,
    id: snapshot.id,
    inputs: { __provider: SNAPSHOT_PROVIDER, ...inputs },
    outputs: { __provider: SNAPSHOT_PROVIDER, ...toOutputs({ ...inputs, ...marks }, snapshot) },
  };
}

/** The snapshot's own name where it is the only one of that name, else with its server's and at last its own id. */
function resourceNames(snapshots: readonly SnapshotRecord[]): readonly string[] {
  const forms = [
    (s: SnapshotRecord): string => s.name,
    (s: SnapshotRecord): string => `${s.name}-${s.serverId}`,
    (s: SnapshotRecord): string => `${s.name}-${s.id}`,
  ];
  const taken = new Set<string>();
  return snapshots.map((snapshot) => {
    const unique = forms
      .map((form) => form(snapshot))
      .find((name) => isOnly(name, forms[0], snapshots) && !taken.has(name));
    const name = unique ?? `${snapshot.name}-${snapshot.serverId}-${snapshot.id}`;
    taken.add(name);
    return name;
  });
}

/** Whether no two snapshots would get this name by their plain names. */
function isOnly(
  name: string,
  plain: ((snapshot: SnapshotRecord) => string) | undefined,
  snapshots: readonly SnapshotRecord[],
): boolean {
  return snapshots.filter((s) => plain?.(s) === name).length <= 1;
}

function declaration(snapshot: SnapshotRecord, name: string): string {
  const lines = [
    `new Snapshot(${JSON.stringify(name)}, {`,
    `  serverId: ${JSON.stringify(snapshot.serverId)},`,
    `  name: ${JSON.stringify(snapshot.name)},`,
    ...(snapshot.description === undefined
      ? []
      : [`  description: ${JSON.stringify(snapshot.description)},`]),
    "});",
  ];
  return lines.join("\n");
}
