import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "./scenario";
import type { Answer, Method } from "./wire";

/** A value, with `{ "$": "4.inputs" }` where it is what call 4 has sent or been answered. */
export type Encoded = unknown;

export interface RecordedCall {
  /** Counted over all runs of the scenario. */
  readonly n: number;
  readonly call: Method;
  readonly urn: string;
  readonly sent: Readonly<Record<string, Encoded>>;
  /** Masked: what differs from run to run stands as `<hex>`, `<time>` or the label of a snapshot. Absent: never. */
  readonly answer?: Answer;
  /** The call that the engine started next after this answer. @default the one after this */
  readonly until?: number;
}

/** What one process of the dynamic provider host was asked. */
export interface RecordedHost {
  /** The keys of the configuration that came; the values are the token's and of the moment. */
  readonly configured: readonly string[];
  readonly calls: readonly RecordedCall[];
}

export interface RecordedRun {
  readonly command: string;
  /** null: it was killed. */
  readonly exit: number | null;
  /** The summary of the command, for the reader. */
  readonly resources?: readonly string[];
  readonly hosts: readonly RecordedHost[];
  /** By server, in the order in which they came to the API; absent: nothing was asked of the API at all. */
  readonly writes?: Readonly<Record<string, readonly string[]>>;
}

export interface Recording {
  /** Of the scenario that was recorded. */
  readonly digest: string;
  readonly recorded: { readonly cli: string; readonly sdk: string; readonly date: string };
  readonly runs: readonly RecordedRun[];
  /** What each server holds in the end. */
  readonly end: Readonly<Record<string, readonly string[]>>;
}

export function recordingFile(name: string): string {
  return join(process.cwd(), "test", "tools", "recorded", "calls", `${name}.json`);
}

export function readRecording(name: string): Recording | undefined {
  const file = recordingFile(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recording) : undefined;
}

/** Tells whether a recording is of the scenario as it stands. */
export function digestOf(scenario: Scenario): string {
  const { about: _, ...behaviour } = scenario;
  return createHash("sha256").update(JSON.stringify(behaviour)).digest("hex").slice(0, 12);
}
