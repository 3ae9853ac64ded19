import * as z from "zod/mini";
import { VpsorgError } from "../../api/errors";
import { firstProblem } from "../../api/schema";
import { timeoutsSchema } from "../snapshot/properties";
import type { Timeouts } from "../snapshot/properties";

/**
 * What state files hold of a restore. Pulumi's state is its only journal: the request is a resource that is recorded
 * as soon as it was sent, and its completion is another one.
 */

/** What is to be restored, and why once more: a restore belongs to one intent. */
export interface RestoreIntent {
  readonly snapshotId: string;
  /** As the program gave it: by number or by UUID. */
  readonly serverId: string;
  readonly triggers?: readonly unknown[] | undefined;
}

/**
 * `accepted`: VPS.org has confirmed the request, or the server was seen restoring right after it. `lost`: no answer
 * proves anything. `unproven`: the looks after a lost answer have ended and proved nothing either.
 */
export type RestoreAnswer = "accepted" | "lost" | "unproven";

export interface SafetyInputs extends RestoreIntent {
  readonly __timeouts?: Timeouts | undefined;
  /** The id comes from a `Snapshot` of the same program. */
  readonly __linked?: boolean | undefined;
}

/** A snapshot of the state before a restore, and the intent that it was taken for. */
export interface SafetyOutputs extends SafetyInputs {
  readonly name: string;
  readonly status: string;
  readonly serverName: string;
  readonly createdAt: string;
  /** ISO 8601, when it was seen completed; empty until then. */
  readonly completedAt: string;
}

/** What a request is told of its safety snapshot. */
export interface SafetyReference {
  readonly id: string;
  readonly name: string;
  readonly snapshotId: string;
  readonly triggers?: readonly unknown[] | undefined;
  readonly completedAt: string;
}

export interface RequestInputs extends RestoreIntent {
  readonly safety?: SafetyReference | undefined;
  readonly __linked?: boolean | undefined;
}

export interface RequestOutputs extends RequestInputs {
  readonly snapshotName: string;
  readonly serverName: string;
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly answer: RestoreAnswer;
  /** The snapshot of the state before, where one was taken for this request. */
  readonly safetySnapshotId?: string | undefined;
  /** The server's status right before it. */
  readonly __statusBefore?: string | undefined;
  /** Where it was sent; absent at the default endpoint. */
  readonly __endpoint?: string | undefined;
}

export interface CompletionInputs {
  readonly requestId: string;
  readonly snapshotId: string;
  readonly snapshotName: string;
  readonly serverId: string;
  readonly serverName: string;
  readonly requestedAt: string;
  readonly answer: RestoreAnswer;
  readonly safetySnapshotId?: string | undefined;
  readonly __timeouts?: Timeouts | undefined;
  readonly __statusBefore?: string | undefined;
  readonly __endpoint?: string | undefined;
}

export interface CompletionOutputs extends CompletionInputs {
  /** The API's word; empty until it was read. */
  readonly serverStatus: string;
  /**
   * ISO 8601, when the server was first seen working after the request, or as it was before it where it was stopped
   * then; empty where that was not seen.
   */
  readonly restoredAt: string;
}

const triggers = z.optional(z.array(z.unknown()));
const text = z._default(z.string(), "");
const answer = z._default(z.enum(["accepted", "lost", "unproven"]), "lost");

const intent = { snapshotId: z.string(), serverId: z.string(), triggers };
const safetyInputs = {
  ...intent,
  __timeouts: z.optional(timeoutsSchema),
  __linked: z.optional(z.boolean()),
};
const reference = z.object({ id: z.string(), name: text, snapshotId: text, triggers, completedAt: text });
const requestInputs = { ...intent, safety: z.optional(reference), __linked: z.optional(z.boolean()) };
const completionInputs = {
  requestId: z.string(),
  snapshotId: z.string(),
  snapshotName: text,
  serverId: z.string(),
  serverName: text,
  requestedAt: z.string(),
  answer,
  safetySnapshotId: z.optional(z.string()),
  __timeouts: z.optional(timeoutsSchema),
  __statusBefore: z.optional(z.string()),
  __endpoint: z.optional(z.string()),
};

const schemas = {
  safetyInputs: z.object(safetyInputs),
  safetyOutputs: z.object({
    ...safetyInputs,
    name: text,
    status: text,
    serverName: text,
    createdAt: text,
    completedAt: text,
  }),
  requestInputs: z.object(requestInputs),
  requestOutputs: z.object({
    ...requestInputs,
    snapshotName: text,
    serverName: text,
    requestedAt: z.string(),
    answer,
    safetySnapshotId: z.optional(z.string()),
    __statusBefore: z.optional(z.string()),
    __endpoint: z.optional(z.string()),
  }),
  completionInputs: z.object(completionInputs),
  completionOutputs: z.object({ ...completionInputs, serverStatus: text, restoredAt: text }),
};

export const readSafetyInputs = (value: unknown): SafetyInputs => read(schemas.safetyInputs, value);
export const readSafetyOutputs = (value: unknown): SafetyOutputs => read(schemas.safetyOutputs, value);
export const readRequestInputs = (value: unknown): RequestInputs => read(schemas.requestInputs, value);
export const readRequestOutputs = (value: unknown): RequestOutputs => read(schemas.requestOutputs, value);
export const readCompletionInputs = (value: unknown): CompletionInputs =>
  read(schemas.completionInputs, value);
export const readCompletionOutputs = (value: unknown): CompletionOutputs =>
  read(schemas.completionOutputs, value);

function read<S extends z.ZodMiniType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `the recorded restore cannot be read: ${firstProblem(parsed.error)}`,
  );
}
