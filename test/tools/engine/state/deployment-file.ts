import { z } from "zod";
import { type Props, rewriteAll, secretSignature, specialKey, type Value } from "../deploy/values";
import type { Crypter } from "./crypter";
import { newState, type PendingType, type ResourceState, type Snapshot } from "./resource-state";

const value: z.ZodType<Value> = z.json();
const props = z.record(z.string(), value);
const urns = z.array(z.string());

const resourceSchema = z.object({
  urn: z.string(),
  custom: z.boolean(),
  delete: z.boolean().optional(),
  id: z.string().optional(),
  type: z.string(),
  inputs: props.optional(),
  outputs: props.optional(),
  parent: z.string().optional(),
  protect: z.boolean().optional(),
  external: z.boolean().optional(),
  dependencies: urns.optional(),
  initErrors: urns.optional(),
  provider: z.string().optional(),
  propertyDependencies: z.record(z.string(), urns.nullable()).optional(),
  pendingReplacement: z.boolean().optional(),
  additionalSecretOutputs: urns.optional(),
  retainOnDelete: z.boolean().optional(),
  ignoreChanges: urns.optional(),
  replaceOnChanges: urns.optional(),
  deletedWith: z.string().optional(),
});

const fileSchema = z.object({
  version: z.literal(3),
  deployment: z.object({
    secrets_providers: z.object({ type: z.string(), state: z.object({ salt: z.string() }) }).optional(),
    resources: z.array(resourceSchema).optional(),
    pending_operations: z
      .array(
        z.object({
          resource: resourceSchema,
          type: z.enum(["creating", "updating", "deleting", "reading", "importing"]),
        }),
      )
      .optional(),
  }),
});

export type SavedResource = z.infer<typeof resourceSchema>;
export type SavedDeployment = z.infer<typeof fileSchema>;

export const parseDeployment = (json: unknown): SavedDeployment => fileSchema.parse(json);

/** How the secrets of a deployment are written: encrypted in the file, in the clear or hidden for display. */
export type SealSecret = (plain: Value, holder: object) => Value;

/** One secret object keeps its ciphertext from write to write, so that an unchanged state stays so on disk. */
export function encryptingSeal(crypter: Crypter): SealSecret {
  const known = new WeakMap<object, Value>();
  return (plain, holder) => {
    const sealed = known.get(holder) ?? {
      [specialKey]: secretSignature,
      ciphertext: crypter.encrypt(JSON.stringify(plain)),
    };
    known.set(holder, sealed);
    return sealed;
  };
}

export const plaintextSeal: SealSecret = (plain) => ({
  [specialKey]: secretSignature,
  plaintext: JSON.stringify(plain),
});

export const hidingSeal: SealSecret = () => "[secret]";

/** Reads back what a seal wrote, encrypted or in the clear. */
export function unsealAll(sealed: Props, crypter: () => Crypter): Props {
  return rewriteAll(sealed, (part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return undefined;
    if (part[specialKey] !== secretSignature) return undefined;
    const { ciphertext, plaintext } = part;
    const text = typeof ciphertext === "string" ? crypter().decrypt(ciphertext) : plaintext;
    if (typeof text !== "string") return undefined;
    return { [specialKey]: secretSignature, value: value.parse(JSON.parse(text)) };
  });
}

export function sealAll(plain: Props, seal: SealSecret): Props {
  return rewriteAll(plain, (part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return undefined;
    if (part[specialKey] !== secretSignature || part["value"] === undefined) return undefined;
    return seal(part["value"], part);
  });
}

/** Empty fields are left out, as Pulumi leaves them out. */
export function saveResource(state: ResourceState, seal: SealSecret): SavedResource {
  const { inputs, outputs, ...rest } = state;
  const whole = { ...rest, inputs: sealAll(inputs, seal), outputs: sealAll(outputs, seal) };
  const empty = (field: unknown) =>
    field === "" || field === false || (typeof field === "object" && Object.keys(field ?? {}).length === 0);
  const kept = Object.entries(whole).filter(([key, field]) => key === "custom" || !empty(field));
  return resourceSchema.parse(Object.fromEntries(kept));
}

function loadResource(saved: SavedResource, crypter: () => Crypter): ResourceState {
  const { inputs = {}, outputs = {}, propertyDependencies = {}, ...rest } = saved;
  const present = Object.fromEntries(Object.entries(rest).filter(([, field]) => field !== undefined));
  return newState({
    ...(present as Partial<ResourceState>),
    urn: saved.urn,
    type: saved.type,
    inputs: unsealAll(inputs, crypter),
    outputs: unsealAll(outputs, crypter),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([key, list]) => [key, list ?? []]),
    ),
  });
}

export function loadSnapshot(saved: SavedDeployment, crypter: () => Crypter): Snapshot {
  const { resources = [], pending_operations: pending = [] } = saved.deployment;
  return {
    resources: resources.map((resource) => loadResource(resource, crypter)),
    pending: pending.map(({ resource, type }) => ({ resource: loadResource(resource, crypter), type })),
  };
}

export function saveSnapshot(snapshot: Snapshot, salt: string, seal: SealSecret): SavedDeployment {
  const pending = snapshot.pending.map(
    ({ resource, type }): { resource: SavedResource; type: PendingType } => ({
      resource: saveResource(resource, seal),
      type,
    }),
  );
  return {
    version: 3,
    deployment: {
      secrets_providers: { type: "passphrase", state: { salt } },
      ...(snapshot.resources.length > 0 && {
        resources: snapshot.resources.map((resource) => saveResource(resource, seal)),
      }),
      ...(pending.length > 0 && { pending_operations: pending }),
    },
  };
}
