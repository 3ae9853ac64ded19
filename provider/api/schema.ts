import * as z from "zod/mini";
import type { OddSnapshot, RestoreAccepted, ServerRecord, SnapshotRecord } from "./records";
import { asName, oneLine, printable } from "./text";

/**
 * What the wire carries. Keys that the API may add later are ignored. What becomes of it inside is made of the parsed
 * whole, not text by text: an account can have tens of thousands of them.
 */

const id = z.union([z.int().check(z.positive()), z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/))]);

const named = z.object({ id, name: z.optional(z.nullable(z.string())) });

export const snapshotSchema = z.object({
  id,
  server: named,
  name: z.string(),
  status: z.string(),
  size_mb: z.optional(z.nullable(z.number().check(z.nonnegative()))),
  created_at: z.string(),
  description: z.optional(z.nullable(z.string())),
});

/**
 * An entry of a list. Nothing is decided by the size, nor by a server's name; and a time that cannot be read is one of
 * unknown age, as a text that is no time is. The rest is strict: what it is missing in becomes an {@link OddSnapshot}.
 */
const listedSchema = z.object({
  ...snapshotSchema.shape,
  server: z.object({ id, name: z.catch(z.optional(z.nullable(z.string())), undefined) }),
  size_mb: z.catch(z.optional(z.nullable(z.number().check(z.nonnegative()))), undefined),
  created_at: z.catch(z.string(), ""),
});

/** What of an entry that is not as documented can be read all the same; nothing proves anything without an id. */
const oddSchema = z.object({
  id,
  server: z.catch(z.optional(z.object({ id })), undefined),
  name: z.catch(z.optional(z.string()), undefined),
  status: z.catch(z.optional(z.string()), undefined),
});

export const serverSchema = z.object({ id, name: z.string(), status: z.string() });

/** One of a list: only its id is needed of those that are not meant. */
export const listedServerSchema = z.object({
  id,
  name: z.catch(z.string(), ""),
  status: z.catch(z.string(), ""),
});

export const restoreSchema = z.object({
  /** Another word is no confirmation. */
  status: z.literal("success"),
  snapshot: z.object({ id, name: z.string(), created_at: z.optional(z.nullable(z.string())) }),
  server: serverSchema,
});

/** One page of a list: `{count, results}`, with `next` where the API pages. */
export const pageSchema = z.object({
  count: z.int().check(z.nonnegative()),
  results: z.array(z.unknown()),
  next: z.optional(z.nullable(z.string())),
});

/** Far beyond any status word or time. */
const WORD_LIMIT = 100;

/** Ids are opaque text inside; every other text is one printable line, save the description, which may have several. */
export function toSnapshot(wire: z.infer<typeof snapshotSchema>): SnapshotRecord {
  const record: { -readonly [K in keyof SnapshotRecord]: SnapshotRecord[K] } = {
    id: toText(wire.id),
    serverId: toText(wire.server.id),
    serverName: asName(wire.server.name ?? ""),
    name: asName(wire.name),
    status: oneLine(wire.status, WORD_LIMIT),
    createdAt: withZone(oneLine(wire.created_at, WORD_LIMIT)),
  };
  if (typeof wire.size_mb === "number") record.sizeMb = wire.size_mb;
  const description = printable(wire.description ?? "");
  if (description !== "") record.description = description;
  return record;
}

/** An entry of a list of snapshots; the first problem where it has not even an id. */
export function readListed(
  item: unknown,
  at: string,
): SnapshotRecord | OddSnapshot | { readonly unusable: string } {
  const whole = listedSchema.safeParse(item);
  if (whole.success) return toSnapshot(whole.data);
  const odd = oddSchema.safeParse(item);
  if (!odd.success) return { unusable: firstProblem(odd.error, at) };
  const { server, name, status } = odd.data;
  return {
    id: toText(odd.data.id),
    problem: firstProblem(whole.error),
    ...(server === undefined ? {} : { serverId: toText(server.id) }),
    ...(name === undefined ? {} : { name: asName(name) }),
    ...(status === undefined ? {} : { status: oneLine(status, WORD_LIMIT) }),
  };
}

export function toServer(wire: z.infer<typeof serverSchema>): ServerRecord {
  return {
    id: toText(wire.id),
    name: asName(wire.name),
    status: oneLine(wire.status, WORD_LIMIT),
  };
}

export function toRestore(wire: z.infer<typeof restoreSchema>): RestoreAccepted {
  const { snapshot, server } = wire;
  return {
    snapshotId: toText(snapshot.id),
    snapshotName: asName(snapshot.name),
    server: toServer(server),
  };
}

/** A time without a zone is UTC, as all that the API documents are; `Date.parse` would read it as local time. */
function withZone(time: string): string {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(time) ? `${time.replace(" ", "T")}Z` : time;
}

/** UUIDs compare without case. */
function toText(id: number | string): string {
  return String(id).toLowerCase();
}

/** The first problem of a failed parse as `results[3].status: expected string`. */
export function firstProblem(error: z.core.$ZodError, prefix = ""): string {
  const issue = error.issues[0];
  if (issue === undefined) return "it does not match the documented form";
  const path = [prefix, ...issue.path].reduce<string>(
    (all, part) =>
      typeof part === "number" ? `${all}[${part}]` : all === "" ? String(part) : `${all}.${String(part)}`,
    "",
  );
  return `${path === "" ? "the answer" : path} ${problemOf(issue)}`;
}

/** The schema library's own texts come with all languages or none; these are enough. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `should be ${issue.expected}`;
  if (issue.code === "invalid_union") return "is neither of the forms that it can have";
  if (issue.code === "too_small") return "is too small";
  return "has a form that it cannot have";
}
