import type { Emulator, EmulatorOptions } from "../../tools/emulator";
import { always } from "./examined";
import type { ShownFinding } from "./examined";

export const SNAPSHOTS = "^/snapshots/$";
export const SERVERS = "^/servers/$";
export const ONE_SERVER = "^/servers/[^/]+/$";

/** An API, or an account, that is not as documented in one respect. */
export interface Variant {
  readonly name: string;
  readonly arrange: Arrange;
  readonly options?: EmulatorOptions;
  /** The exit code. */
  readonly code: number;
  /** How many requests it takes; {@link MOST} at most where it does not matter. */
  readonly requests?: number;
  /** All that is found otherwise than in the account that is as documented; with a minus what is not looked at. */
  readonly found: readonly string[];
}

type Arrange = (emulator: Emulator) => unknown;

/** Changes the answers to a path. */
export const patch =
  (path: string, set: Record<string, unknown>, drop: string[] = []): Arrange =>
  (emulator) =>
    always(emulator, path, { kind: "patch", set, drop });

/** Refuses all requests to a path. */
export const status =
  (path: string, code: number, more: object = {}): Arrange =>
  (emulator) =>
    always(emulator, path, { kind: "status", status: code, ...more });

/** The answers as they are, with these headers. */
export const headers =
  (given: Record<string, string>): Arrange =>
  (emulator) => {
    const { model } = emulator;
    const answer = (path: string, body: unknown, query?: string): void =>
      always(emulator, path, { kind: "status", status: 200, headers: given, body }, query);
    const list = (results: readonly unknown[]): object => ({ count: results.length, results });
    answer(SNAPSHOTS, list(model.listSnapshots(12346)), "server_id=12346");
    answer(SNAPSHOTS, list(model.listSnapshots()));
    answer(SERVERS, list(model.listServers()));
    answer(ONE_SERVER, model.getServer(12346));
  };

const minus = (list: string, ...checks: string[]): string[] => checks.map((check) => `- ${list}: ${check}`);

/** What is not looked at where a list cannot be read. */
export const NO_SNAPSHOTS = minus(
  "snapshots",
  ...[
    "count",
    "pages",
    "ids",
    "keys",
    "new keys",
    "types",
    "status",
    "times",
    "server",
    "names",
    "per server",
  ],
  ...["order", "their servers", "filter"],
);
export const NO_SERVERS = minus("servers", "count", "pages", "ids", "keys", "new keys", "status");

/** No examination asks more, however large the account is. */
export const MOST = 31;

/** What differs, line by line, and not how long a request took; what is not looked at with a minus. */
export function delta(base: readonly ShownFinding[], found: readonly ShownFinding[]): string[] {
  const lines = (findings: readonly ShownFinding[]): string[] =>
    findings
      .filter(({ check }) => check !== "latency")
      .map(({ check, verdict, found: text }) => `${check}: ${verdict}: ${text}`);
  const checks = new Set(found.map(({ check }) => check));
  return [
    ...lines(found).filter((line) => !lines(base).includes(line)),
    ...base.filter(({ check }) => !checks.has(check)).map(({ check }) => `- ${check}`),
  ];
}
