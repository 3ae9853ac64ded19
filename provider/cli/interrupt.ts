import { EXIT } from "./exit-code";
import type { Terminal } from "./terminal";

/** Ctrl-C, what a pipeline sends when it is cancelled, and a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls back at the first of the signals; returns how to stop that. */
export function onInterrupt(callBack: () => void): () => void {
  for (const signal of SIGNALS) process.once(signal, callBack);
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, callBack);
  };
}

/** An interrupt ends the watching, not what was asked of the server: what goes on without us has to be said. */
export async function orInterrupted<T>(
  terminal: Terminal,
  say: () => string,
  work: () => Promise<T>,
): Promise<T> {
  const done = onInterrupt(() => {
    terminal.fail("ABORTED", say());
    process.exit(EXIT.interrupted);
  });
  try {
    return await work();
  } finally {
    done();
  }
}
