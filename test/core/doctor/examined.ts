import { startEmulator } from "../../tools/emulator";
import type { Emulator, EmulatorOptions, FaultAction } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { runInProcess } from "../command/in-process";

/** As the command gives it with `--json`. */
export interface ShownFinding {
  readonly check: string;
  readonly verdict: string;
  readonly found: string;
  readonly documented?: string;
  readonly effect?: string;
  readonly remedy?: string;
  readonly detail?: string;
}

export interface Examined {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly string[];
}

const OLD = { createdAt: "2026-01-10T08:00:00Z" };

/** Three servers, of which two have snapshots, all as documented. */
export const ACCOUNT: EmulatorOptions = {
  token: CANARY,
  snapshots: [
    { id: 801, serverId: 12345, name: "golden", ...OLD, description: "The good one" },
    { id: 802, serverId: 12345, name: "second", createdAt: "2026-01-11T08:00:00Z" },
    { id: 803, serverId: 12346, name: "others", createdAt: "2026-01-12T08:00:00Z" },
  ],
};

/** Changes every answer to a request of this path. */
export function always(emulator: Emulator, path: string, action: FaultAction, query?: string): void {
  emulator.fault({ match: { path, ...(query === undefined ? {} : { query }) }, times: 0, action });
}

/** Runs the command in this process on an account of its own. */
export async function examined(
  args: readonly string[],
  arrange: (emulator: Emulator) => unknown = () => undefined,
  options: EmulatorOptions = {},
): Promise<Examined> {
  const emulator = await startEmulator({ ...ACCOUNT, ...options });
  try {
    await arrange(emulator);
    const account = { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint };
    const done = await runInProcess(["doctor", ...args], account);
    const requests = emulator
      .requests()
      .map(
        ({ method, path, query }) =>
          `${method} ${path}${query["server_id"] === undefined ? "" : "?server_id"}`,
      );
    return { ...done, requests };
  } finally {
    await emulator.close();
  }
}

export function findingsOf({ stdout }: Examined): readonly ShownFinding[] {
  return (JSON.parse(stdout) as { findings: readonly ShownFinding[] }).findings;
}

/** What it prints, without what another run has otherwise. */
export const steady = (text: string): string =>
  text
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "http://HERE")
    .replace(/the slowest took [a-z0-9 ]+/g, "the slowest took TIME")
    .replaceAll(/ +\n/g, "\n");
