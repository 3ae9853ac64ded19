import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import type * as pb from "@pulumi/pulumi/proto/resource_pb";
import type { Goal } from "../deploy/goal";
import type { ReadGoal } from "../deploy/read";
import type { Alias } from "../deploy/urn";
import { fromProgram, type Props } from "../deploy/values";
import { fromStruct } from "./marshal";

const fromRequest = (struct: ReturnType<pb.RegisterResourceRequest["getObject"]>): Props =>
  Object.fromEntries(Object.entries(fromStruct(struct)).map(([key, value]) => [key, fromProgram(value)]));

function toAlias(alias: AliasMessage): Alias {
  const spec = alias.getSpec();
  if (!spec) return alias.getUrn();
  return {
    name: spec.getName() || undefined,
    type: spec.getType() || undefined,
    stack: spec.getStack() || undefined,
    project: spec.getProject() || undefined,
    parent: spec.getParenturn() || undefined,
    noParent: spec.getNoparent(),
  };
}

/** What the offline engine has no notion of is refused by name rather than passed over. */
function refuse(request: pb.RegisterResourceRequest): void {
  const asked: [string, boolean][] = [
    ["remote components", request.getRemote()],
    ["resource transforms", request.getTransformsList().length > 0],
    ["packages", request.getPackageref() !== ""],
    ["explicit providers", request.getProvider() !== ""],
    ["replaceWith", request.getReplaceWithList().length > 0],
    ["replacementTrigger", request.hasReplacementTrigger()],
  ];
  for (const [what, found] of asked) if (found) throw new Error(`the offline engine does not know ${what}`);
}

export function toGoal(request: pb.RegisterResourceRequest): Goal {
  refuse(request);
  const dependencies = request.getPropertydependenciesMap().toArray();
  const byProperty = request.getPropertydependenciesMap();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs: fromRequest(request.getObject()),
    parent: request.getParent(),
    dependencies: [...request.getDependenciesList()].sort(),
    propertyDependencies: Object.fromEntries(
      dependencies.map(([key]) => [key, byProperty.get(key)?.getUrnsList() ?? []]),
    ),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [...request.getAliasurnsList(), ...request.getAliasesList().map(toAlias)],
    importId: request.getImportid(),
  };
}

export function toReadGoal(request: pb.ReadResourceRequest): ReadGoal {
  if (request.getProvider() !== "") throw new Error("the offline engine does not know explicit providers");
  return {
    type: request.getType(),
    name: request.getName(),
    id: request.getId(),
    parent: request.getParent(),
    properties: fromRequest(request.getProperties()),
    dependencies: [...request.getDependenciesList()].sort(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}
