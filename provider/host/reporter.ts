import { printable } from "../api/text";
import type { Reporter } from "../core/report";
import { logToEngine } from "./engine-log";
import type { LogKind } from "./engine-log";

/** The engine's display, with a row for each resource. */
export const display = {
  /**
   * Messages on one resource's row, or on the stack's; plain lines on standard output where the engine cannot be
   * reached.
   */
  row: (urn: string | undefined): Reporter => ({
    info: (message) => tell("info", message, urn),
    warn: (message) => tell("warning", message, urn),
    progress: (message) => tell("progress", message, urn),
  }),
};

const pending = new Set<Promise<void>>();

/** Resolves when everything that was told has reached the engine. */
export async function messagesSent(): Promise<void> {
  await Promise.all(pending);
}

function tell(kind: LogKind, told: string, urn: string | undefined): void {
  const message = printable(told);
  const sent = logToEngine(kind, message, urn)
    .catch(() => {
      if (kind === "progress") return;
      process.stdout.write(`${kind === "warning" ? "warning: " : ""}${message}\n`);
    })
    .finally(() => pending.delete(sent));
  pending.add(sent);
}
