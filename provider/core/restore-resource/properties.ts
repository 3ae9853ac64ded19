import * as z from "zod/mini";
import { VpsorgError } from "../../api/errors";
import { firstProblem } from "../../api/schema";
import { timeoutsSchema } from "../snapshot/properties";
import type { Timeouts } from "../snapshot/properties";

/** What state files hold of a restore; files of any released version must be readable. */
export interface RestoreInputs {
  readonly snapshotId: string;
  readonly serverId?: string | undefined;
  readonly triggers?: readonly unknown[] | undefined;
  readonly safetySnapshot: boolean;
  readonly __timeouts?: Timeouts | undefined;
}

/**
 * How far a restore that has not ended well had come: its safety snapshot is being made; it was asked for, and the
 * server may be restoring; or nobody knows whether it was accepted.
 */
export type Phase = "safety" | "started" | "unknown";

export interface RestoreOutputs extends RestoreInputs {
  readonly snapshotName: string;
  /** The server that was overwritten; the argument only has to agree with it. */
  readonly restoredServerId: string;
  readonly serverName: string;
  /** The API's word at the end. */
  readonly serverStatus: string;
  /** ISO 8601, when the server had left `restoring`; empty until then. */
  readonly restoredAt: string;
  readonly safetySnapshotId?: string | undefined;
  readonly safetySnapshotName?: string | undefined;
  readonly __phase?: Phase | undefined;
  /** ISO 8601, when the restore was asked for. */
  readonly __startedAt?: string | undefined;
}

const inputs = {
  snapshotId: z.string(),
  serverId: z.optional(z.string()),
  triggers: z.optional(z.array(z.unknown())),
  safetySnapshot: z._default(z.boolean(), false),
  __timeouts: z.optional(timeoutsSchema),
};

const inputsSchema = z.object(inputs);

const outputsSchema = z.object({
  ...inputs,
  snapshotName: z._default(z.string(), ""),
  restoredServerId: z._default(z.string(), ""),
  serverName: z._default(z.string(), ""),
  serverStatus: z._default(z.string(), ""),
  restoredAt: z._default(z.string(), ""),
  safetySnapshotId: z.optional(z.string()),
  safetySnapshotName: z.optional(z.string()),
  __phase: z.optional(z.enum(["safety", "started", "unknown"])),
  __startedAt: z.optional(z.string()),
});

export function readRestoreInputs(value: unknown): RestoreInputs {
  return read(inputsSchema.safeParse(value));
}

export function readRestoreOutputs(value: unknown): RestoreOutputs {
  return read(outputsSchema.safeParse(value));
}

function read<T>(parsed: { success: true; data: T } | { success: false; error: z.core.$ZodError }): T {
  if (parsed.success) return parsed.data;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `the recorded restore cannot be read: ${firstProblem(parsed.error)}`,
  );
}
