import { DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct } from "../support/host/properties";
import type { Properties } from "../support/host/properties";

export type Method = "check" | "diff" | "create" | "read" | "update" | "delete";

/** What the engine sends with a call. Secrets and unknown values stay in the form in which they travel. */
export interface SentCall {
  readonly urn: string;
  readonly id?: string;
  readonly olds?: Properties;
  readonly news?: Properties;
  readonly properties?: Properties;
  readonly inputs?: Properties;
  readonly oldInputs?: Properties;
  readonly oldOutputs?: Properties;
  readonly ignoreChanges?: readonly string[];
  /** Seconds, as `customTimeouts` has them. */
  readonly timeout?: number;
  readonly preview?: boolean;
}

/** What the host answers. */
export interface Answer {
  readonly id?: string;
  readonly inputs?: Properties;
  readonly properties?: Properties;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
  readonly changes?: "none" | "some" | "unknown";
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  readonly error?: string;
  /** Of a create or an update that failed and is recorded in spite of it. */
  readonly reasons?: readonly string[];
}

const CHANGES = {
  [DiffResponse.DiffChanges.DIFF_UNKNOWN]: "unknown",
  [DiffResponse.DiffChanges.DIFF_NONE]: "none",
  [DiffResponse.DiffChanges.DIFF_SOME]: "some",
} as const;

/** How each method's request reads as plain values; what has its default is left out. */
export const SENT: Readonly<Record<Method, (request: never) => SentCall>> = {
  check: (r: pb.CheckRequest) =>
    lean({
      urn: r.getUrn(),
      olds: struct(r.getOlds()),
      news: struct(r.getNews()),
      oldOutputs: struct(r.getOldOutputs()),
    }),
  diff: (r: pb.DiffRequest) =>
    lean({
      urn: r.getUrn(),
      id: r.getId(),
      olds: struct(r.getOlds()),
      news: struct(r.getNews()),
      oldInputs: struct(r.getOldInputs()),
      ignoreChanges: r.getIgnorechangesList(),
    }),
  create: (r: pb.CreateRequest) =>
    lean({
      urn: r.getUrn(),
      properties: struct(r.getProperties()),
      timeout: r.getTimeout(),
      preview: r.getPreview(),
    }),
  read: (r: pb.ReadRequest) =>
    lean({
      urn: r.getUrn(),
      id: r.getId(),
      properties: struct(r.getProperties()),
      inputs: struct(r.getInputs()),
      timeout: r.getTimeout(),
    }),
  update: (r: pb.UpdateRequest) =>
    lean({
      urn: r.getUrn(),
      id: r.getId(),
      olds: struct(r.getOlds()),
      news: struct(r.getNews()),
      oldInputs: struct(r.getOldInputs()),
      timeout: r.getTimeout(),
      ignoreChanges: r.getIgnorechangesList(),
      preview: r.getPreview(),
    }),
  delete: (r: pb.DeleteRequest) =>
    lean({
      urn: r.getUrn(),
      id: r.getId(),
      properties: struct(r.getProperties()),
      oldInputs: struct(r.getOldInputs()),
      timeout: r.getTimeout(),
    }),
};

/** The same of its answer. */
export const ANSWERED: Readonly<Record<Method, (response: never) => Answer>> = {
  check: (r: pb.CheckResponse) =>
    lean({
      inputs: struct(r.getInputs()),
      failures: r.getFailuresList().map((f) => ({ property: f.getProperty(), reason: f.getReason() })),
    }),
  diff: (r: pb.DiffResponse) =>
    lean({
      changes: CHANGES[r.getChanges()],
      replaces: r.getReplacesList(),
      deleteBeforeReplace: r.getDeletebeforereplace(),
    }),
  create: (r: pb.CreateResponse) => lean({ id: r.getId(), properties: struct(r.getProperties()) }),
  read: (r: pb.ReadResponse) =>
    // An empty id says that the resource is gone.
    ({ id: r.getId(), ...lean({ properties: struct(r.getProperties()), inputs: struct(r.getInputs()) }) }),
  update: (r: pb.UpdateResponse) => lean({ properties: struct(r.getProperties()) }),
  delete: () => ({}),
};

function struct(value: Parameters<typeof fromStruct>[0]): Properties | undefined {
  return value === undefined ? undefined : fromStruct(value);
}

/** Without what is undefined, empty, zero or false: such is every field that was not sent. */
function lean<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const isSent = (field: unknown): boolean =>
    Array.isArray(field) ? field.length > 0 : ![undefined, "", 0, false].includes(field as undefined);
  return Object.fromEntries(Object.entries(value).filter(([, field]) => isSent(field))) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
