import type { ObservedAnswer } from "../../api";
import { retryAfterMs } from "../../api/http/response";
import { formatDuration } from "../messages/labels";
import { checking, firstOf, several } from "./finding";
import type { Finding } from "./finding";
import { readPage } from "./reading";

/** What the answers say beside their content. */
export function headerFindings(answers: readonly ObservedAnswer[]): readonly Finding[] {
  return [
    contentType(answers),
    clock(answers),
    cache(answers),
    limits(answers),
    latency(answers),
    ...errorBodies(answers),
    ...endOfLife(answers),
  ];
}

const text = (answer: ObservedAnswer, name: string): string => {
  const value = answer.headers?.[name];
  return typeof value === "string" ? value : "";
};

function contentType(answers: readonly ObservedAnswer[]): Finding {
  const check = checking("content type", "application/json");
  const successes = answers.filter(({ status, text: body }) => status < 300 && body !== "");
  const others = successes.filter((answer) => !/^application\/json\b/i.test(text(answer, "content-type")));
  if (successes.length === 0) return check.unseen("no answer with a body");
  if (others.length === 0) return check.ok("application/json");
  const kinds = others.map(
    (answer) => /^[a-z]+\/[a-z0-9.+-]{1,40}/i.exec(text(answer, "content-type"))?.[0] ?? "none",
  );
  return check.differs(`${several(others.length, "answer")} of ${successes.length}: ${publicKinds(kinds)}`, {
    effect: "The provider looks at the text itself: JSON counts, whatever it is called.",
  });
}

/** Only the usual ones: a type could be called anything. */
function publicKinds(kinds: readonly string[]): string {
  const known = /^(none|text\/(html|plain)|application\/(octet-stream|xml|problem\+json|vnd\.api\+json))$/i;
  return [...new Set(kinds.map((kind) => (known.test(kind) ? kind.toLowerCase() : "another one")))].join(
    ", ",
  );
}

/** More than anybody's clock is off without being wrong. */
const SKEW_MS = 60_000;
/** What a Retry-After that is a date asks for is a few minutes at most. */
const GREAT_SKEW_MS = 30 * 60_000;

/** How far the API's clock is ahead of this machine's. Of several the least: an answer may have waited somewhere. */
export function clockSkew(answers: readonly ObservedAnswer[]): number | undefined {
  return answers.flatMap((answer) => skewOf(answer) ?? []).toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
}

function clock(answers: readonly ObservedAnswer[]): Finding {
  const check = checking("clock");
  const skew = clockSkew(answers);
  if (skew === undefined) return check.unseen("no answer has a header Date that can be read");
  const off = formatDuration(
    Math.abs(skew) < SKEW_MS ? Math.abs(skew) : Math.round(Math.abs(skew) / SKEW_MS) * SKEW_MS,
  );
  const found =
    skew === 0 ? "as VPS.org's" : `this machine is ${off} ${skew > 0 ? "behind" : "ahead of"} VPS.org`;
  if (Math.abs(skew) < SKEW_MS) return check.ok(found);
  const ages = "The ages of snapshots are shown wrong by that much";
  const remedy = "Set this machine's clock.";
  if (Math.abs(skew) < GREAT_SKEW_MS) return check.differs(found, { effect: `${ages}.`, remedy });
  return check.fails(found, {
    effect: `${ages}, a Retry-After that is a date is misread, and from an hour on a create whose answer was lost is not found again.`,
    remedy,
  });
}

/** How far the API's clock is ahead of ours; whole seconds are all that a header has. */
function skewOf(answer: ObservedAnswer): number | undefined {
  const header = text(answer, "date");
  const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  if (date > answer.receivedAt) return date - answer.receivedAt;
  return date + 1000 < answer.sentAt ? date + 1000 - answer.sentAt : 0;
}

function cache(answers: readonly ObservedAnswer[]): Finding {
  const check = checking("cache");
  const old = answers.filter(
    (answer) =>
      Number(text(answer, "age")) > 0 ||
      ["x-cache", "cf-cache-status"].some((name) => /\bhit\b/i.test(text(answer, name))),
  );
  if (old.length === 0) return check.ok("no answer says that it comes from a cache");
  return check.fails(`${several(old.length, "answer")} of ${answers.length} from a cache`, {
    effect:
      "Lists that are old show neither what was made nor what is gone: waits take longer, and two old lists can agree that a snapshot is gone.",
    remedy: "Have nothing between this machine and VPS.org keep answers.",
  });
}

const LIMIT_HEADER = /^(x-)?rate-?limit(-(limit|remaining|reset|used|resource|policy|burst|interval))?$/;

function limits(answers: readonly ObservedAnswer[]): Finding {
  const check = checking("rate limit");
  const slowed = answers.filter(({ status }) => status === 429 || status === 503);
  const waits = slowed.map(({ retryAfter, receivedAt }) => retryAfterMs(retryAfter, receivedAt));
  const last = answers.at(-1);
  const names = Object.keys(last?.headers ?? {})
    .filter((name) => LIMIT_HEADER.test(name))
    .toSorted();
  const shown = names.map((name) => {
    const value = last === undefined ? "" : text(last, name);
    return /^\d{1,12}(\.\d{1,6})?$/.test(value) ? `${name} ${value}` : name;
  });
  const headers = shown.length === 0 ? "" : `; the answers have ${firstOf(shown, 6)}`;
  if (slowed.length === 0) {
    if (shown.length === 0) return check.ok("none seen, and no headers of one");
    return check.differs(`none reached${headers}`, {
      effect:
        "The provider does not read these. It waits where an answer is 429 or 503, and looks less often then.",
    });
  }
  const asks = waits.map((ms) =>
    ms === undefined ? "no Retry-After" : `Retry-After of ${formatDuration(ms)}`,
  );
  return check.differs(
    `${several(slowed.length, "answer")} of 429 or 503, with ${firstOf([...new Set(asks)], 3)}${headers}`,
    {
      effect: "The provider waits as long as Retry-After says, else a growing time of its own.",
      remedy: "Where it stays so, run less at once on this account.",
    },
  );
}

const SLOW_MS = 5000;

function latency(answers: readonly ObservedAnswer[]): Finding {
  const check = checking("latency");
  const slowest = Math.max(...answers.map(({ sentAt, receivedAt }) => receivedAt - sentAt));
  const found = `${several(answers.length, "request")}, the slowest took ${formatDuration(slowest)}`;
  if (slowest < SLOW_MS) return check.ok(found);
  return check.differs(found, { effect: "The provider gives up on a request after a minute." });
}

/** The keys under which an error body may say what is wrong. */
const ERROR_KEYS = ["detail", "error", "message", "non_field_errors", "errors"];

function errorBodies(answers: readonly ObservedAnswer[]): readonly Finding[] {
  const errors = answers.filter(({ status }) => status >= 400);
  if (errors.length === 0) return [];
  const check = checking("error bodies");
  const forms = errors.map((answer) => {
    const { form, fields } = readPage(answer);
    const keys = ERROR_KEYS.filter((key) => key in fields);
    return `${answer.status} with ${form === "object" ? (keys.length > 0 ? `{${keys.join(", ")}}` : "JSON of other keys") : form}`;
  });
  const found = firstOf([...new Set(forms)], 5);
  if (errors.every((answer) => readPage(answer).form === "object")) return [check.ok(found)];
  return [
    check.differs(found, {
      effect:
        "Messages tell less of what went wrong, and such an answer may be a proxy's: a write that gets one counts as unknown.",
    }),
  ];
}

function endOfLife(answers: readonly ObservedAnswer[]): readonly Finding[] {
  const names = ["deprecation", "sunset"].filter((name) =>
    answers.some((answer) => text(answer, name) !== ""),
  );
  if (names.length === 0) return [];
  const dates = answers
    .map((answer) => Date.parse(text(answer, "sunset")))
    .filter((date) => !Number.isNaN(date));
  const until = dates[0] === undefined ? "" : `, until ${new Date(dates[0]).toISOString().slice(0, 10)}`;
  return [
    checking("end of life").differs(`the answers have the header ${names.join(" and ")}${until}`, {
      effect: "This version of the API is going to end.",
      remedy: "Look for a newer release of pulumi-vpsorg.",
    }),
  ];
}
