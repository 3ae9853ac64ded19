import * as z from "zod/mini";
import {
  idSchema as id,
  readRecorded,
  textSchema as text,
  timeoutsSchema,
  triggersSchema as triggers,
} from "../snapshot/state";

/** What state files hold of a rotation. */

const args = {
  serverId: id,
  keep: z.number(),
  triggers,
  namePrefix: z.string(),
  description: z.optional(z.string()),
  adopt: z.optional(z.readonly(z.array(id))),
  __timeouts: z.optional(timeoutsSchema),
  /** The ring's own random id, a part of each name: what an interrupted run has made is known by it. */
  __ring: z.string(),
};

const inputs = z.object({
  ...args,
  /** The resource option `protect`, which the engine does not hand to a dynamic provider. */
  __protects: z.optional(z.boolean()),
});

const member = z.object({
  id: z.string(),
  name: text,
  status: text,
  /** ISO 8601. */
  createdAt: text,
  sizeMb: z.optional(z.number()),
});

const outputs = z.object({
  ...args,
  serverName: text,
  /** Newest first. */
  snapshots: z._default(z.readonly(z.array(member)), []),
  /** The newest one that is completed. */
  latestId: z.optional(z.string()),
  /** The number that the next name has. */
  __next: z._default(z.number(), 1),
  /** An addition that was begun and has not been seen completed; `triggers` are those of the one before. */
  __pending: z.optional(
    z.object({
      /** Of its name; absent once the snapshot that it had become has left the ring. */
      number: z.optional(z.number()),
      /**
       * A digest of its triggers: Pulumi would not know a secret again under another name than theirs. Absent: a killed
       * run has begun it, and nobody knows for which.
       */
      intent: z.optional(z.string()),
      /** There was none before: it is owed whatever the triggers are. */
      first: z.optional(z.boolean()),
      /** No list has shown it so far: its absence does not mean that it is gone. */
      unlisted: z.optional(z.boolean()),
    }),
  ),
  /**
   * Numbers of additions whose answer was lost and that no list had shown when another one was made, or nobody wanted them
   * any more. What shows late is the first to go.
   */
  __open: z.optional(z.readonly(z.array(z.number()))),
  /** A digest of the triggers of the last addition, where the program asked for others by the time it was completed. */
  __intent: z.optional(z.string()),
  /** The base of the API where it was made, if that is not the documented one. */
  __endpoint: z.optional(z.string()),
});

export type Member = Readonly<z.infer<typeof member>>;
export type RotationInputs = Readonly<z.infer<typeof inputs>>;
export type RotationOutputs = Readonly<z.infer<typeof outputs>>;
export type PendingAddition = NonNullable<RotationOutputs["__pending"]>;

export const readRotationInputs = (value: unknown): RotationInputs => readRecorded(inputs, value, "rotation");
export const readRotationOutputs = (value: unknown): RotationOutputs =>
  readRecorded(outputs, value, "rotation");
