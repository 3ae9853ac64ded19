import { failureOf } from "./failure";
import { checking, several } from "./finding";
import type { Check, Finding } from "./finding";
import type { Entries, Page } from "./reading";
import { MAX_PAGES } from "./survey";
import type { ListStep } from "./survey";

/** Which list, and what cannot be done without it. */
export interface ListKind {
  readonly name: "snapshots" | "servers";
  readonly needed: string;
  /** What to look at where what answers is not the API; no full stop. */
  readonly checkEndpoint: string;
}

const PAGE = "{count, results}";

/** What concerns a list as such: whether it comes, its form, its count and its pages. */
export function listFindings(step: ListStep, kind: ListKind, endpoint: string): readonly Finding[] {
  const [first] = step.entries.pages;
  const form = formFinding(step, kind, first);
  if (first === undefined || first.form !== "page") return [form];
  return [form, countFinding(step, kind), pagesFinding(step, kind, endpoint)];
}

/** Where no page came at all. */
function unanswered(check: Check, step: ListStep, needed: string, checkEndpoint: string): Finding {
  const { found, detail, code, isPassing } = failureOf(step);
  // The lines endpoint and token say it.
  if (step.path === "/snapshots/" && (code === "CONNECTION" || code === "AUTH_FAILED"))
    return check.unseen(found);
  const isElsewhere = [301, 302, 303, 307, 308, 404].includes(step.answers.at(-1)?.status ?? 0);
  const remedy = isPassing ? "Run it again: this may pass." : isElsewhere ? `${checkEndpoint}.` : undefined;
  return check.fails(found, {
    effect: needed,
    ...(remedy === undefined ? {} : { remedy }),
    detail,
    code,
  });
}

function formFinding(
  step: ListStep,
  { name, needed, checkEndpoint }: ListKind,
  first: Page | undefined,
): Finding {
  const check = checking(`${name}: list`, `200 with ${PAGE}`);
  if (first === undefined) return unanswered(check, step, needed, checkEndpoint);
  const unusable = { effect: needed };
  switch (first.form) {
    case "array":
      return check.fails("a bare array", unusable);
    case "page":
      break;
    case "object":
      return check.fails(`an object without a list under "results"`, unusable);
    case "other JSON":
    case "no JSON":
    case "empty":
    case "HTML":
    case "deep":
      return check.fails(`${LOOK[first.form]}, with status 200`, {
        ...unusable,
        remedy: `A proxy may have answered, or this is not the API. ${checkEndpoint}.`,
      });
  }
  if (!Number.isSafeInteger(first.fields["count"])) {
    const has = "count" in first.fields ? `a count that is ${kindOf(first.fields["count"])}` : "no count";
    return check.fails(`a list with ${has}`, {
      effect: `Without it nothing proves that a list is whole. ${needed}`,
    });
  }
  return check.ok(PAGE);
}

const LOOK = {
  "other JSON": "JSON that is neither an object nor a list",
  "no JSON": "no complete JSON",
  empty: "an empty body",
  HTML: "an HTML page",
  deep: "JSON that is nested too deeply",
};

/** What a value is, without showing it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return Array.isArray(value)
    ? "a list"
    : typeof value === "string"
      ? "text"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;
}

function countFinding({ entries, partial, error }: ListStep, { name, needed }: ListKind): Finding {
  const check = checking(`${name}: count`, "the number of all entries");
  const counts = new Set(entries.pages.map(({ fields }) => fields["count"]));
  const [count] = counts;
  if (!Number.isSafeInteger(count)) return check.unseen("there is none");
  if (counts.size > 1) {
    return check.fails(
      `${[...counts].filter(Number.isSafeInteger).join(", then ")}: it changed while it was read`,
      {
        effect: "Such a list is read again, and refused where it goes on changing.",
        remedy: "Run it again.",
        code: "INCOMPLETE_LIST",
      },
    );
  }
  const listed = distinctEntries(entries);
  if (error !== undefined && hasNext(entries.pages.at(-1)))
    return check.unseen(`${Number(count)}; the pages after the first ${entries.pages.length} did not come`);
  if (partial && hasNext(entries.pages.at(-1)) && listed < Number(count)) {
    return check.unseen(
      `${Number(count)}; only the first ${several(entries.pages.length, "page")} were read`,
      {
        effect: "The provider reads all pages.",
      },
    );
  }
  if (listed === count) return check.ok(`${listed} of ${listed}`);
  return check.fails(`it says ${Number(count)}, and ${listed} are listed`, {
    effect: `A list that is provably not whole is refused. ${needed}`,
    code: "INCOMPLETE_LIST",
  });
}

/** The same id twice is one entry. */
function distinctEntries({ items, strange }: Entries): number {
  return new Set(items.map(({ id }) => String(id).toLowerCase())).size + strange;
}

export function hasNext(page: Page | undefined): boolean {
  const next = page?.fields["next"];
  return typeof next === "string" && next !== "";
}

function pagesFinding({ entries, path }: ListStep, { name, needed }: ListKind, endpoint: string): Finding {
  const { pages } = entries;
  const check = checking(`${name}: pages`, `one answer; pages are not mentioned`);
  const foreign = pages.find(
    (page) => hasNext(page) && !staysOnHost(String(page.fields["next"]), endpoint, path),
  );
  if (foreign !== undefined) {
    return check.fails("the next page is on another host", {
      effect: `It is not followed: that would hand the token to that host. ${needed}`,
    });
  }
  const follows = {
    effect: "The provider follows `next` on the endpoint's own host, and checks the whole against `count`.",
  };
  const size = pages[0]?.items.length ?? 0;
  if (pages.length > 1) {
    const more = pages.length >= MAX_PAGES && hasNext(pages.at(-1)) ? " or more" : "";
    return check.differs(`${pages.length}${more} pages of ${size}`, follows);
  }
  if (hasNext(pages[0])) return check.differs(`more than one page, of ${size}`, follows);
  if (pages[0] !== undefined && "next" in pages[0].fields)
    return check.differs("one page, with an empty `next`", follows);
  return check.ok("one answer");
}

function staysOnHost(next: string, endpoint: string, path: string): boolean {
  const base = new URL(`${endpoint}${path}`);
  if (!URL.canParse(next, base.href)) return false;
  const url = new URL(next, base.href);
  return url.host === base.host && /^https?:$/.test(url.protocol);
}
