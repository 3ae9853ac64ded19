import { setTimeout as pause } from "node:timers/promises";
import type { Emulator } from "../emulator";
import type { Step, Strike } from "./scenario";

/** A command line on a busy machine takes its time to begin. */
const LONGEST_MS = 60_000;

/** Resolves when a command has come to where it is to be struck. Counts the requests from the call of this on. */
export async function reached(emulator: Emulator, at: Strike["at"], from: number): Promise<void> {
  const isThere = (): boolean => {
    const requests = emulator.requests().slice(from);
    if (at === "flight") return requests.some(({ method, status }) => method === "POST" && status === null);
    const answered = requests.filter(({ status }) => status !== null);
    const write = answered.findIndex(({ method }) => method === (at === "DELETE" ? "DELETE" : "POST"));
    return (
      write !== -1 && (at !== "wait" || answered.slice(write + 1).some(({ method }) => method === "GET"))
    );
  };
  await until(isThere, `no request came to "${at}"`);
}

export async function until(isThere: () => boolean, otherwise: string): Promise<void> {
  const end = Date.now() + LONGEST_MS;
  while (!isThere()) {
    if (Date.now() > end) throw new Error(otherwise);
    await pause(10);
  }
}

/** Does a step that is no command. */
export function change(emulator: Emulator, step: Exclude<Step, { run: string }>): void {
  if ("behaviour" in step) emulator.setBehaviour(step.behaviour);
  else if ("outside" in step) emulator.outside.run(step.outside);
  else if ("fault" in step) emulator.fault(step.fault);
  else emulator.clearFaults();
}

export function isCommand(step: Step): step is Extract<Step, { run: string }> {
  return "run" in step;
}
