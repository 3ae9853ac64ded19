import type { Reporter } from "../core/report";
import { logToEngine } from "./engine-log";
import type { LogKind } from "./engine-log";

/** Messages on the engine's display; plain lines on standard output where the engine cannot be reached. */
export const hostReporter: Reporter = {
  info: (message) => tell("info", message),
  warn: (message) => tell("warning", message),
  progress: (message) => tell("progress", message),
};

const pending = new Set<Promise<void>>();

/** Resolves when everything that was told has reached the engine. */
export async function messagesSent(): Promise<void> {
  await Promise.all(pending);
}

function tell(kind: LogKind, message: string): void {
  const sent = logToEngine(kind, message)
    .catch(() => {
      if (kind === "progress") return;
      process.stdout.write(`${kind === "warning" ? "warning: " : ""}${message}\n`);
    })
    .finally(() => pending.delete(sent));
  pending.add(sent);
}
