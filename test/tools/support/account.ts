import { createSession } from "../../../provider/core/session";
import type { Session, SessionOptions } from "../../../provider/core/session";
import type { Reporter } from "../../../provider/core/messages/reporter";
import { startOperation } from "../../../provider/core/operation";
import type { Operation } from "../../../provider/core/operation";
import type { Settings } from "../../../provider/core/config";
import { startEmulator } from "../emulator";
import type { Emulator, EmulatorOptions } from "../emulator";
import { SimulatedClock } from "./simulated-clock";

/** The token of every test. It must never show in anything that is recorded or printed. */
export const CANARY = "canary-token-4f9d1c77";

/** What was told to the user, by kind. */
export interface Told extends Reporter {
  readonly infos: string[];
  readonly warnings: string[];
  readonly progressed: string[];
}

export function tell(): Told {
  const infos: string[] = [];
  const warnings: string[] = [];
  const progressed: string[] = [];
  return {
    infos,
    warnings,
    progressed,
    info: (message) => void infos.push(message),
    warn: (message) => void warnings.push(message),
    progress: (message) => void progressed.push(message),
  };
}

/** An emulated account and a session on it, both in simulated time. */
export interface TestAccount {
  readonly emulator: Emulator;
  readonly clock: SimulatedClock;
  readonly session: Session;
  readonly told: Told;
  /** What is told to `told`, on `session`. */
  readonly operation: Operation;
  /** A second process on the same account: nothing shared but the server. */
  another(options?: SessionOptions): Session;
  /** `METHOD path` of every request so far, without reads where `writes` is asked for. */
  requests(kind?: "all" | "writes"): string[];
  close(): Promise<void>;
}

export async function openAccount(
  options: EmulatorOptions = {},
  settings: Partial<Settings> = {},
  sessionOptions: SessionOptions = {},
): Promise<TestAccount> {
  const clock = new SimulatedClock();
  const emulator = await startEmulator({ token: CANARY, now: () => clock.now(), ...options });
  const another = (more: SessionOptions = {}): Session =>
    createSession(
      { token: CANARY, tokenSource: "config", endpoint: emulator.endpoint, ...settings },
      { clock, limits: { connectMs: 5000, requestMs: 5000 }, ...sessionOptions, ...more },
    );
  const session = another();
  const told = tell();
  return {
    emulator,
    clock,
    session,
    told,
    operation: startOperation(session, told),
    another,
    requests: (kind = "all") =>
      emulator
        .requests()
        .filter((request) => kind === "all" || request.method !== "GET")
        .map((request) => `${request.method} ${request.path}`),
    close: async () => {
      clock.close();
      await emulator.close();
    },
  };
}
