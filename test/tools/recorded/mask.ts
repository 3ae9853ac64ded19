import type { Properties } from "../support/host/properties";
import type { Ledger } from "./ledger";
import type { Answer } from "./wire";

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>"],
  [/\b\d{8}-?T?\d{4,9}Z?\b/g, "<time>"],
  [/(?<=-)[0-9a-f]{7}\b/g, "<hex>"],
  // The id of a ring.
  [/^[0-9a-f]{7}$/, "<hex>"],
];

/** A text without what is random or of the moment. */
export function masked(text: string): string {
  return MASKS.reduce((result, [pattern, mask]) => result.replace(pattern, mask), text);
}

/** Long enough to know an error again. Texts are not compared: other tests hold what is said. */
const SHOWN = 120;

/**
 * An answer as a recording holds it. Keys that begin with two underscores are the package's own affair: they go
 * back to the host as it answered them, and are neither kept nor compared.
 */
export function maskAnswer(answer: Answer, ledger: Ledger): Answer {
  const mask = (value: unknown): unknown => maskValue(value, ledger);
  return {
    ...answer,
    ...(answer.id === undefined ? {} : { id: mask(answer.id) as string }),
    ...(answer.inputs === undefined ? {} : { inputs: mask(answer.inputs) as Properties }),
    ...(answer.properties === undefined ? {} : { properties: mask(answer.properties) as Properties }),
    ...(answer.error === undefined ? {} : { error: short(answer.error) }),
    ...(answer.reasons === undefined ? {} : { reasons: answer.reasons.map(short) }),
    ...(answer.failures === undefined
      ? {}
      : { failures: answer.failures.map(({ property, reason }) => ({ property, reason: short(reason) })) }),
  };
}

function short(text: string): string {
  const line = masked(text);
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

function maskValue(value: unknown, ledger: Ledger): unknown {
  if (typeof value === "string") return ledger.labelOf(value) ?? masked(value);
  if (Array.isArray(value)) return value.map((element) => maskValue(element, ledger));
  if (typeof value !== "object" || value === null) return value;
  const shown = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(shown.map(([key, element]) => [key, maskValue(element, ledger)]));
}

/** What a replay must find again. */
export function comparable({ error, reasons, failures, ...rest }: Answer): object {
  return {
    ...rest,
    outcome: error === undefined ? "answered" : reasons === undefined ? "failed" : "failed, recorded",
    failures: (failures ?? []).map(({ property }) => property),
  };
}
