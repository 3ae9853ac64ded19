import * as z from "zod/mini";
import type { SnapshotRecord } from "./records";
import { withoutControls } from "./text";

/**
 * What the wire carries, and what becomes of it inside: ids are opaque text, texts hold no control
 * characters, and keys that the API may add later are ignored.
 */

const text = z.pipe(z.string(), z.transform(withoutControls));
const id = z.pipe(
  z.union([z.int().check(z.positive()), z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/))]),
  z.transform((value) => String(value).toLowerCase()),
);

const named = z.object({ id, name: z.optional(z.nullable(text)) });

export const snapshotSchema = z.object({
  id,
  server: named,
  name: text,
  status: text,
  size_mb: z.optional(z.nullable(z.number().check(z.nonnegative()))),
  created_at: text,
  description: z.optional(z.nullable(text)),
});

export const serverSchema = z.object({ id, name: text, status: text });

export const restoreSchema = z.object({
  snapshot: z.object({ id, name: text, created_at: z.optional(z.nullable(text)) }),
  server: z.object({ id, name: text, status: text }),
});

/** One page of a list: `{count, results}`, with `next` where the API pages. */
export const pageSchema = z.object({
  count: z.int().check(z.nonnegative()),
  results: z.array(z.unknown()),
  next: z.optional(z.nullable(z.string())),
});

export function toSnapshot(wire: z.infer<typeof snapshotSchema>): SnapshotRecord {
  return {
    id: wire.id,
    serverId: wire.server.id,
    serverName: wire.server.name ?? "",
    name: wire.name,
    status: wire.status,
    createdAt: wire.created_at,
    ...(typeof wire.size_mb === "number" ? { sizeMb: wire.size_mb } : {}),
    ...(typeof wire.description === "string" && wire.description !== ""
      ? { description: wire.description }
      : {}),
  };
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
