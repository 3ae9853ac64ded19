import * as z from "zod/mini";
import {
  readRecorded,
  textSchema as text,
  timeoutsSchema,
  triggersSchema as triggers,
} from "../snapshot/state";

/**
 * What state files hold of a restore. Pulumi's state is its only journal: the request is a resource that is recorded
 * as soon as it was sent, and its completion is another one.
 */

/**
 * `accepted`: VPS.org has confirmed the request, or the server was seen restoring right after it. `lost`: no answer
 * proves anything. `unproven`: the looks after a lost answer have ended and proved nothing either.
 */
const answer = z._default(z.enum(["accepted", "lost", "unproven"]), "lost");

/** What is to be restored, and why once more: a restore belongs to one intent. */
const intent = z.object({
  snapshotId: z.string(),
  /** As the program gave it: by number or by UUID. */
  serverId: z.string(),
  triggers,
});

/** The id comes from a `Snapshot` of the same program, or from a rotation, whose ids move both ways. */
const link = z.union([z.literal(true), z.literal("rotation")]);

const safetyInputs = z.extend(intent, { __linked: z.optional(link) });

/** A snapshot of the state before a restore, and the intent that it was taken for. */
const safetyOutputs = z.extend(safetyInputs, {
  name: text,
  status: text,
  serverName: text,
  createdAt: text,
  /** ISO 8601, when it was seen completed; empty until then. */
  completedAt: text,
});

/** What a request is told of its safety snapshot. */
const safetyReference = z.object({
  id: z.string(),
  name: text,
  snapshotId: text,
  triggers,
  completedAt: text,
});

const requestInputs = z.extend(intent, {
  safety: z.optional(safetyReference),
  __linked: z.optional(link),
});

const requestOutputs = z.extend(requestInputs, {
  snapshotName: text,
  serverName: text,
  /** ISO 8601. */
  requestedAt: z.string(),
  answer,
  /** The snapshot of the state before, where one was taken for this request. */
  safetySnapshotId: z.optional(z.string()),
  /** Where it was sent; absent at the default endpoint. */
  __endpoint: z.optional(z.string()),
  /** The server's status right before it. */
  __statusBefore: z.optional(z.string()),
  /** `created_at` of the server's newest snapshot right before it: by VPS.org's clock, not by this machine's. */
  __newestAt: z.optional(z.string()),
});

const completionInputs = z.object({
  requestId: z.string(),
  snapshotId: z.string(),
  snapshotName: text,
  serverId: z.string(),
  serverName: text,
  requestedAt: z.string(),
  answer,
  safetySnapshotId: z.optional(z.string()),
  __timeouts: z.optional(timeoutsSchema),
  __endpoint: z.optional(z.string()),
  __statusBefore: z.optional(z.string()),
});

const completionOutputs = z.extend(completionInputs, {
  /** The API's word; empty until it was read. */
  serverStatus: text,
  /**
   * ISO 8601, when the server was first seen working after the request, or as it was before it where it was stopped
   * then; empty where that was not seen.
   */
  restoredAt: text,
});

export type Link = z.infer<typeof link>;
export type RestoreAnswer = z.infer<typeof answer>;
export type RestoreIntent = Readonly<z.infer<typeof intent>>;
export type SafetyInputs = Readonly<z.infer<typeof safetyInputs>>;
export type SafetyOutputs = Readonly<z.infer<typeof safetyOutputs>>;
export type RequestInputs = Readonly<z.infer<typeof requestInputs>>;
export type RequestOutputs = Readonly<z.infer<typeof requestOutputs>>;
export type CompletionInputs = Readonly<z.infer<typeof completionInputs>>;
export type CompletionOutputs = Readonly<z.infer<typeof completionOutputs>>;

export const readSafetyInputs = (value: unknown): SafetyInputs =>
  readRecorded(safetyInputs, value, "restore");
export const readSafetyOutputs = (value: unknown): SafetyOutputs =>
  readRecorded(safetyOutputs, value, "restore");
export const readRequestInputs = (value: unknown): RequestInputs =>
  readRecorded(requestInputs, value, "restore");
export const readRequestOutputs = (value: unknown): RequestOutputs =>
  readRecorded(requestOutputs, value, "restore");
export const readCompletionInputs = (value: unknown): CompletionInputs =>
  readRecorded(completionInputs, value, "restore");
export const readCompletionOutputs = (value: unknown): CompletionOutputs =>
  readRecorded(completionOutputs, value, "restore");
