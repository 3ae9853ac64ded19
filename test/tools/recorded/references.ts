import { isDeepStrictEqual } from "node:util";
import type { Ledger } from "./ledger";
import { masked } from "./mask";
import type { Encoded } from "./recording";
import type { Answer, SentCall } from "./wire";

/** A call as it was, or as a replay has made it so far. */
export interface RawCall {
  readonly n: number;
  readonly sent: SentCall;
  readonly answer?: Answer;
}

/** What the engine mostly hands back of an answer, as a whole. */
const WHOLE = ["properties", "inputs"] as const;

/** What the package notes of the API that it has used: another one in every run. */
const ENDPOINT = "endpoint";

/**
 * Writes what a call sent as references to what earlier calls were answered or sent, wherever it came from there:
 * whole objects, and single texts that are new in every run. A replay puts its own answers in their place.
 */
export function encodeSent(
  sent: SentCall,
  earlier: readonly RawCall[],
  firstOfHost: number,
  ledger: Ledger,
): Record<string, Encoded> {
  const { urn, ...fields } = sent;
  const ordered = [...earlier].reverse();
  const all = [
    ...ordered.filter((call) => call.sent.urn === urn),
    ...ordered.filter((call) => call.sent.urn !== urn),
  ];
  // What is called old comes from the state, never from a check of the same run, equal as the two may be.
  const old = all.filter(
    ({ n, sent: { news, id } }) => n <= firstOfHost || news === undefined || id !== undefined,
  );
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      encode(value, key.startsWith("old") ? old : all, ledger),
    ]),
  );
}

function encode(value: unknown, known: readonly RawCall[], ledger: Ledger): Encoded {
  if (value === ledger.emulator.endpoint) return { $: ENDPOINT };
  const isNew = (text: string): boolean => masked(text) !== text || ledger.labelOf(text) !== undefined;
  const found =
    typeof value !== "string" ? whole(value, known) : isNew(value) ? leafOf(value, known) : undefined;
  if (found !== undefined) return { $: found };
  if (Array.isArray(value)) return value.map((element) => encode(element, known, ledger));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key, encode(element, known, ledger)]),
  );
}

function whole(value: unknown, known: readonly RawCall[]): string | undefined {
  if (typeof value !== "object" || value === null || Object.keys(value).length < 2) return undefined;
  for (const { n, answer } of known) {
    const field = WHOLE.find((key) => isDeepStrictEqual(answer?.[key], value));
    if (field !== undefined) return `${n}.${field}`;
  }
  const call = known.find(({ sent }) => isDeepStrictEqual(sent.news, value));
  return call === undefined ? undefined : `${call.n}.news`;
}

function leafOf(value: string, known: readonly RawCall[]): string | undefined {
  const owner = known.find(({ answer }) => answer?.id === value);
  if (owner !== undefined) return `${owner.n}.id`;
  for (const { n, answer } of known) {
    const path = pathTo(answer, value);
    if (path !== undefined) return [n, ...path].join(".");
  }
  return undefined;
}

function pathTo(inside: unknown, value: string): string[] | undefined {
  if (inside === value) return [];
  if (typeof inside !== "object" || inside === null) return undefined;
  for (const [key, element] of Object.entries(inside)) {
    // What the package notes for itself may be gone tomorrow.
    const path = key.startsWith("__") ? undefined : pathTo(element, value);
    if (path !== undefined) return [key, ...path];
  }
  return undefined;
}

/** The value again, with what the calls of this replay have sent and been answered. */
export function decode(value: Encoded, calls: ReadonlyMap<number, RawCall>, endpoint: string): unknown {
  if (Array.isArray(value)) return value.map((element) => decode(element, calls, endpoint));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "$") {
    return first[1] === ENDPOINT ? endpoint : follow(String(first[1]), calls);
  }
  return Object.fromEntries(entries.map(([key, element]) => [key, decode(element, calls, endpoint)]));
}

function follow(reference: string, calls: ReadonlyMap<number, RawCall>): unknown {
  const [n, ...path] = reference.split(".");
  const call = calls.get(Number(n));
  const start: unknown = path[0] === "news" ? call?.sent : call?.answer;
  const found = path.reduce((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], start);
  if (found === undefined)
    throw new Error(`call ${n ?? ""} gave no ${path.join(".")}, which a later call hands back`);
  return found;
}
