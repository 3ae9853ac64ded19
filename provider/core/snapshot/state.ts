import * as z from "zod/mini";
import { VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { firstProblem } from "../../api/schema";
import { snapshotProgress } from "../status";

/**
 * What state files hold of a snapshot. Files written by any released version must be readable here, so the
 * schemas ask for little.
 */

/** `customTimeouts`, as state files hold them: times such as "45m". */
export const timeoutsSchema = z.object({
  create: z.optional(z.string()),
  update: z.optional(z.string()),
  delete: z.optional(z.string()),
});

export const idSchema = z.union([z.string(), z.pipe(z.number(), z.transform(String))]);
export const textSchema = z._default(z.string(), "");
export const triggersSchema = z.optional(z.readonly(z.array(z.unknown())));

const args = {
  description: z.optional(z.string()),
  triggers: triggersSchema,
  waitForCompletion: z._default(z.boolean(), true),
  /** `opts.customTimeouts`, which the engine does not hand to a dynamic provider. */
  __timeouts: z.optional(timeoutsSchema),
  /** Of a snapshot that was imported: tells this import from another one of the same snapshot; see `Ownership`. */
  __claim: z.optional(z.string()),
};

/** The arguments after `check`: ids as text, defaults filled in, the name decided. */
const inputs = z.object({
  serverId: idSchema,
  name: z.string(),
  ...args,
  /** The prefix of a name that was made here; absent where the user gave the name. */
  __autoName: z.optional(z.string()),
  /** The id of `opts.import`, as long as the program gives it. */
  __import: z.optional(z.string()),
});

/** The inputs, and what the API says. */
const outputs = z.object({
  serverId: z._default(idSchema, ""),
  name: textSchema,
  ...args,
  /**
   * Of a replacement: the ids that it replaced and that may still wait for their deletion. They are no leftovers of an
   * interrupted run, and it is waited for whatever `waitForCompletion` says.
   */
  __replaces: z.optional(z.readonly(z.array(z.string()))),
  /** No list has shown it so far: its absence does not mean that it is gone. */
  __unlisted: z.optional(z.boolean()),
  /** The base of the API where it was made, if that is not the documented one. */
  __endpoint: z.optional(z.string()),
  serverName: textSchema,
  status: textSchema,
  sizeMb: z.optional(z.number()),
  createdAt: textSchema,
});

export type Timeouts = Readonly<z.infer<typeof timeoutsSchema>>;
export type SnapshotInputs = Readonly<z.infer<typeof inputs>> & {
  /** The ring that it is made for, which takes in what an interrupted run has left; never recorded. */
  readonly ring?: string;
};
export type SnapshotOutputs = Readonly<z.infer<typeof outputs>>;

export const readInputs = (value: unknown): SnapshotInputs => readRecorded(inputs, value, "inputs");
export const readOutputs = (value: unknown): SnapshotOutputs => readRecorded(outputs, value, "state");

/** What state holds, by its schema. */
export function readRecorded<S extends z.ZodMiniType>(schema: S, value: unknown, what: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `the recorded ${what} cannot be read: ${firstProblem(parsed.error)}`,
  );
}

/** Whether a wait that ended early is to go on: asked for, or because what it replaced is deleted next. */
export function waitsOn(recorded: SnapshotOutputs, waitForCompletion: unknown): boolean {
  const wanted = waitForCompletion === true || recorded.__replaces !== undefined;
  return wanted && snapshotProgress(recorded.status) !== "done";
}

/** The outputs to record: the arguments as given, the rest as the API says. No key is ever `undefined`. */
export function toOutputs(given: SnapshotInputs | SnapshotOutputs, record: SnapshotRecord): SnapshotOutputs {
  return omitUndefined({
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
export function omitUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
