import * as fc from "fast-check";
import type { Fault, FaultAction } from "../tools/emulator";
import { CANARY } from "../tools/support/account";

/** What can happen to a request, by the name that a counter-example shows. */
const status = (code: number): FaultAction => ({
  kind: "status",
  status: code,
  body: { detail: `upstream failed for Bearer ${CANARY}` },
});
const busy = (code: number): FaultAction => ({
  kind: "status",
  status: code,
  body: { detail: "Server is busy" },
});

const ACTIONS = {
  "500": status(500),
  "502": { kind: "html", status: 502 },
  "503": status(503),
  "504": status(504),
  "408": status(408),
  "429": { kind: "status", status: 429 },
  "429 with 45 s": { kind: "status", status: 429, retryAfterSeconds: 45 },
  "429 with 10 min": { kind: "status", status: 429, retryAfterSeconds: 600 },
  "busy 400": busy(400),
  "busy 409": busy(409),
  "busy 423": busy(423),
  "404": { kind: "status", status: 404 },
  "404 page": { kind: "html", status: 404 },
  page: { kind: "html", status: 200 },
  empty: { kind: "empty", status: 200 },
  reset: { kind: "reset" },
  stall: { kind: "stall" },
  "stalled body": { kind: "stallBody" },
  "cut body": { kind: "cutBody" },
  truncated: { kind: "truncate" },
  "wrong types": { kind: "patch", set: { id: { a: 1 }, "results.*.id": { a: 1 } } },
  "missing fields": { kind: "patch", drop: ["status", "results.*.status"] },
  "unknown status": { kind: "patch", set: { "results.*.status": "hibernating" } },
  "count too high": { kind: "patch", set: { count: 99 } },
  "nothing listed": { kind: "patch", set: { results: [] } },
  "other success": { kind: "replaceBody", body: { status: "ok" } },
  "foreign next": { kind: "next", url: "http://192.0.2.1/api/v1/snapshots/?page=2" },
  redirect: { kind: "redirect", location: "http://192.0.2.1/" },
  "no status": { kind: "patch", drop: ["status"] },
  "another status": { kind: "patch", set: { status: "rebooting" } },
} satisfies Record<string, FaultAction>;

type What = keyof typeof ACTIONS;
type When = "before" | "after";
type On = "create" | "list" | "server's list" | "delete" | "restore" | "server";

const MATCH: Record<On, Fault["match"]> = {
  create: { method: "POST", path: "^/snapshots/$" },
  list: { method: "GET", path: "^/snapshots/$" },
  "server's list": { method: "GET", path: "^/snapshots/$", query: "server_id=" },
  delete: { method: "DELETE" },
  restore: { method: "POST", path: "/restore/$" },
  server: { method: "GET", path: "^/servers/" },
};

const BROKEN: What[] = ["500", "502", "503", "504", "408", "reset", "stall"];
const HALF: What[] = ["stalled body", "cut body", "truncated", "wrong types", "missing fields"];
const LIMITED: What[] = ["429", "429 with 45 s", "429 with 10 min"];
const BUSY: What[] = ["busy 400", "busy 409", "busy 423"];
const LIST: What[] = ["unknown status", "count too high", "nothing listed", "foreign next"];
const NO_ANSWER: What[] = ["page", "empty", "other success", "redirect"];

export interface Trouble {
  readonly on: On;
  readonly what: What;
  readonly when: When;
  readonly skip: number;
  /** 0: as long as the run lasts. */
  readonly times: number;
}

/**
 * A delete that some proxy answers with an empty 200 or a JSON 404 of its own cannot be told from one that the API
 * answered, so neither is among them; a 429 or "busy" says that nothing happened, so it comes before only.
 */
const SORTS: readonly [On, When[], What[]][] = [
  ["create", ["before", "after"], [...BROKEN, ...NO_ANSWER, "404 page"]],
  ["create", ["before"], [...LIMITED, ...BUSY]],
  ["create", ["after"], HALF],
  ["list", ["before"], [...BROKEN, ...LIMITED, ...NO_ANSWER, "404", "404 page"]],
  ["list", ["after"], [...HALF, ...LIST]],
  ["server's list", ["before"], ["404", "404 page", "500", "page"]],
  ["delete", ["before", "after"], [...BROKEN, "page", "404 page", "redirect"]],
  ["delete", ["before"], [...LIMITED, ...BUSY]],
  ["restore", ["before", "after"], [...BROKEN, ...NO_ANSWER, "404 page"]],
  ["restore", ["before"], [...LIMITED, ...BUSY]],
  ["restore", ["after"], ["stalled body", "cut body", "truncated"]],
  ["server", ["before"], [...BROKEN, ...LIMITED, ...NO_ANSWER, "404 page"]],
  ["server", ["after"], ["stalled body", "cut body", "truncated", "no status", "another status"]],
];

/** Each kind as often as any other, but those of a request of which there is one in a run twice as often. */
function troubleOn(...wanted: readonly On[]): fc.Arbitrary<Trouble> {
  return fc.oneof(
    ...SORTS.filter(([on]) => wanted.includes(on)).map(([on, whens, whats]) => ({
      weight: whens.length * whats.length * (on === "create" ? 2 : on === "restore" ? 4 : 1),
      arbitrary: troubles(on, whens, whats),
    })),
  );
}

function troubles(on: On, when: When[], what: What[]): fc.Arbitrary<Trouble> {
  return fc.record({
    on: fc.constant(on),
    what: fc.constantFrom(...what),
    when: fc.constantFrom(...when),
    skip: fc.constantFrom(0, 0, 0, 0, 1, 2, 5),
    times: fc.constantFrom(1, 1, 2, 4, 0),
  });
}

/** Who dies, and whether a request that is on its way still acts. */
export interface Death {
  readonly engine: boolean;
  readonly host: boolean;
  readonly when: "before" | "after";
}

/** The engine alone: the host goes on with what it does. The host alone: the engine hears an error of each call. */
const DEATHS = {
  "killed before it acts": { engine: true, host: true, when: "before" },
  "killed after it acted": { engine: true, host: true, when: "after" },
  "engine killed": { engine: true, host: false, when: "before" },
  "host killed before it acts": { engine: false, host: true, when: "before" },
  "host killed after it acted": { engine: false, host: true, when: "after" },
} as const satisfies Record<string, Death>;

export type Cut = keyof typeof DEATHS | "cancelled";

export function deathBy(cut: Cut | undefined): Death | undefined {
  return cut === undefined || cut === "cancelled" ? undefined : DEATHS[cut];
}

export type Meddling =
  | "delete ours"
  | "break ours"
  | "fill the server"
  | "make a similar one"
  | "restore ours"
  | "restore another";

/** What is about to go wrong in one run. */
export interface Weather {
  readonly troubles: readonly Trouble[];
  /** The first requests of the run are refused: nobody listens. */
  readonly refused: number;
  readonly cut?: { readonly at: number; readonly how: Cut } | undefined;
  readonly others?: { readonly at: number; readonly what: Meddling } | undefined;
}

export const FINE: Weather = { troubles: [], refused: 0 };

const at = fc.constantFrom(1, 2, 3, 4, 5, 7, 10, 15, 25);

/** The weather of a run in which these requests are made. */
export function weatherOn(...requests: readonly On[]): fc.Arbitrary<Weather> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(FINE) }, { weight: 2, arbitrary: bad(requests) });
}

const CUTS: Cut[] = [...(Object.keys(DEATHS) as (keyof typeof DEATHS)[]), "cancelled"];
const MEDDLING: Meddling[] = [
  "delete ours",
  "break ours",
  "fill the server",
  "make a similar one",
  "restore ours",
  "restore another",
];

function bad(requests: readonly On[]): fc.Arbitrary<Weather> {
  return fc.record({
    troubles: fc.array(troubleOn(...requests), { maxLength: 3, size: "max" }),
    refused: fc.constantFrom(0, 0, 0, 0, 1, 3, 6),
    cut: optional(fc.record({ at, how: fc.constantFrom(...CUTS) })),
    others: optional(fc.record({ at, what: fc.constantFrom(...MEDDLING) })),
  });
}

/** A run that is cut off in the middle of what it does. */
export const deadly: fc.Arbitrary<Weather> = fc
  .record({ at: fc.constantFrom(2, 3, 4, 5), how: fc.constantFrom(...CUTS) })
  .map((cut) => ({ ...FINE, cut }));

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Every kind of trouble that there is: a test sees to it that each of them was met. */
export const KINDS: readonly string[] = [
  ...SORTS.flatMap(([on, whens, whats]) =>
    whens.flatMap((when) => whats.map((what) => `${on}: ${what}, ${when}`)),
  ),
  ...CUTS,
  ...MEDDLING,
];

export function kindOf({ on, what, when }: Trouble): string {
  return `${on}: ${what}, ${when}`;
}

export function faultOf(trouble: Trouble): Fault {
  const { on, what, when, skip, times } = trouble;
  return { match: MATCH[on], when, skip, times, action: ACTIONS[what] };
}

export function describeWeather({ troubles: all, refused, cut, others }: Weather): string {
  const parts = all.map(
    ({ on, what, when, skip, times }) =>
      `${on}: ${what} (${when} it acts${skip === 0 ? "" : `, not the first ${skip}`}, ${times === 0 ? "always" : `${times}x`})`,
  );
  if (refused > 0) parts.push(`the first ${refused} connections refused`);
  if (cut !== undefined) parts.push(`${cut.how} at request ${cut.at}`);
  if (others !== undefined) parts.push(`other people ${others.what} at request ${others.at}`);
  return parts.length === 0 ? "" : `  with ${parts.join("; ")}`;
}
