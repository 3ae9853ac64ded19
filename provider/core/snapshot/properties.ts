import * as z from "zod/mini";
import { VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { firstProblem } from "../../api/schema";
import { snapshotProgress } from "../status";

/**
 * What state files hold of a snapshot. Files written by any released version must be readable here, so the
 * schemas ask for little.
 */

/** The arguments after `check`: ids as text, defaults filled in, the name decided. */
export interface SnapshotInputs {
  readonly serverId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly triggers?: readonly unknown[] | undefined;
  readonly waitForCompletion: boolean;
  /** The prefix of a name that was made here; absent where the user gave the name. */
  readonly __autoName?: string | undefined;
  /** `opts.customTimeouts`, which the engine does not hand to a dynamic provider. */
  readonly __timeouts?: Timeouts | undefined;
  /** The id of `opts.import`, as long as the program gives it. */
  readonly __import?: string | undefined;
  /** Of a snapshot that was imported: tells this import from another one of the same snapshot; see `Ownership`. */
  readonly __claim?: string | undefined;
}

export interface Timeouts {
  readonly create?: string | undefined;
  readonly update?: string | undefined;
  readonly delete?: string | undefined;
}

/** The inputs, and what the API says. */
export interface SnapshotOutputs extends Omit<SnapshotInputs, "__autoName" | "__import"> {
  /**
   * Of a replacement: the ids that it replaced and that may still wait for their deletion. They are no leftovers of an
   * interrupted run, and it is waited for whatever `waitForCompletion` says.
   */
  readonly __replaces?: readonly string[] | undefined;
  /** No list has shown it so far: its absence does not mean that it is gone. */
  readonly __unlisted?: boolean | undefined;
  /** The base of the API where it was made, if that is not the documented one. */
  readonly __endpoint?: string | undefined;
  readonly serverName: string;
  readonly status: string;
  readonly sizeMb?: number | undefined;
  readonly createdAt: string;
}

/** `customTimeouts`, as state files hold them. */
export const timeoutsSchema = z.object({
  create: z.optional(z.string()),
  update: z.optional(z.string()),
  delete: z.optional(z.string()),
});

const id = z.union([z.string(), z.pipe(z.number(), z.transform(String))]);

const inputs = z.object({
  serverId: id,
  name: z.string(),
  description: z.optional(z.string()),
  triggers: z.optional(z.array(z.unknown())),
  waitForCompletion: z._default(z.boolean(), true),
  __autoName: z.optional(z.string()),
  __timeouts: z.optional(timeoutsSchema),
  __import: z.optional(z.string()),
  __claim: z.optional(z.string()),
});

const outputs = z.object({
  serverId: z._default(id, ""),
  name: z._default(z.string(), ""),
  description: z.optional(z.string()),
  triggers: z.optional(z.array(z.unknown())),
  waitForCompletion: z._default(z.boolean(), true),
  __timeouts: z.optional(timeoutsSchema),
  __replaces: z.optional(z.array(z.string())),
  __endpoint: z.optional(z.string()),
  __claim: z.optional(z.string()),
  __unlisted: z.optional(z.boolean()),
  serverName: z._default(z.string(), ""),
  status: z._default(z.string(), ""),
  sizeMb: z.optional(z.number()),
  createdAt: z._default(z.string(), ""),
});

export function readInputs(value: unknown): SnapshotInputs {
  const parsed = inputs.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `the recorded inputs cannot be read: ${firstProblem(parsed.error)}`,
  );
}

export function readOutputs(value: unknown): SnapshotOutputs {
  const parsed = outputs.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `the recorded state cannot be read: ${firstProblem(parsed.error)}`,
  );
}

/** Whether a wait that ended early is to go on: asked for, or because what it replaced is deleted next. */
export function waitsOn(recorded: SnapshotOutputs, waitForCompletion: unknown): boolean {
  const wanted = waitForCompletion === true || recorded.__replaces !== undefined;
  return wanted && snapshotProgress(recorded.status) !== "done";
}

/** The outputs to record: the arguments as given, the rest as the API says. No key is ever `undefined`. */
export function toOutputs(given: SnapshotInputs | SnapshotOutputs, record: SnapshotRecord): SnapshotOutputs {
  return defined({
    serverId: given.serverId,
    name: given.name,
    description: given.description,
    triggers: given.triggers,
    waitForCompletion: given.waitForCompletion,
    __timeouts: given.__timeouts,
    __replaces: "__replaces" in given ? given.__replaces : undefined,
    __endpoint: "__endpoint" in given ? given.__endpoint : undefined,
    __claim: given.__claim,
    serverName: record.serverName,
    status: record.status,
    sizeMb: record.sizeMb,
    createdAt: record.createdAt,
  });
}

/** Without the keys that are `undefined`: one of them anywhere in outputs makes the host lose the resource. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
