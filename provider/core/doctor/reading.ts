import type { ObservedAnswer } from "../../api";
import { exceedsDepth, isHtml } from "../../api/http/json";

export type Fields = Readonly<Record<string, unknown>>;

/** What the body of an answer is. */
export type BodyForm = "page" | "array" | "object" | "other JSON" | "HTML" | "empty" | "deep" | "no JSON";

export interface Page {
  readonly form: BodyForm;
  readonly body: unknown;
  /** Of the page itself. */
  readonly fields: Fields;
  readonly items: readonly unknown[];
}

/** What a list holds, read without any trust, and without the schema of the client: that is what is being judged. */
export interface Entries {
  readonly pages: readonly Page[];
  readonly items: readonly Fields[];
  /** Entries that are no objects. */
  readonly strange: number;
}

/** The pages of one reading of a list: of several the one that came farthest. */
export function readEntries(answers: readonly ObservedAnswer[]): Entries {
  const readings: ObservedAnswer[][] = [];
  for (const answer of answers) {
    if (answer.status < 200 || answer.status >= 300) continue;
    const current = readings.at(-1);
    const first = current?.[0];
    if (current === undefined || (first !== undefined && sameQuery(first, answer))) readings.push([answer]);
    else current.push(answer);
  }
  const longest = readings.reduce((best, next) => (next.length >= best.length ? next : best), []);
  const pages = longest.map(readPage);
  const items = pages.flatMap((page) => page.items);
  return {
    pages,
    items: items.filter(isFields),
    strange: items.filter((item) => !isFields(item)).length,
  };
}

export function readPage(answer: ObservedAnswer): Page {
  const { form, body } = readBody(answer);
  const fields = isFields(body) ? body : {};
  const results = fields["results"];
  if (Array.isArray(results)) return { form: "page", body, fields, items: results as unknown[] };
  return { form, body, fields, items: Array.isArray(body) ? (body as unknown[]) : [] };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The id of a snapshot's server, in whichever form it comes. */
export function serverIdOf({ server: given, server_id: plain }: Fields): unknown {
  if (isFields(given)) return given["id"];
  return given ?? plain;
}

function sameQuery(a: ObservedAnswer, b: ObservedAnswer): boolean {
  return JSON.stringify(a.query) === JSON.stringify(b.query);
}

function readBody({ text, redact }: ObservedAnswer): { readonly form: BodyForm; readonly body?: unknown } {
  if (text.trim() === "") return { form: "empty" };
  if (isHtml(text)) return { form: "HTML" };
  if (exceedsDepth(text)) return { form: "deep" };
  try {
    const body: unknown = JSON.parse(text, (_key, value: unknown) => redacted(value, redact));
    return { form: Array.isArray(body) ? "array" : isFields(body) ? "object" : "other JSON", body };
  } catch {
    return { form: "no JSON" };
  }
}

/** An answer may echo the token, in escapes as well, and as a key. */
function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), inner]));
}
