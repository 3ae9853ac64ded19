const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** What `customTimeouts` allow, in milliseconds, where they say anything. */
export function allowedMs(given: string | undefined, usualMs: number): number {
  return (given === undefined ? undefined : parseDuration(given)) ?? usualMs;
}

/** Milliseconds of a Pulumi (Go) duration such as `45m`, `1h30m` or `90s`; `undefined` where it is none. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined;
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * (UNIT_MS[unit ?? ""] ?? 0), 0);
}
