import { EXIT } from "./exit-code";
import type { Terminal } from "./terminal";

/** Ctrl-C ends the watching, not what was asked of the server: what goes on without us has to be said. */
export async function orInterrupted<T>(
  terminal: Terminal,
  say: () => string,
  work: () => Promise<T>,
): Promise<T> {
  const onInterrupt = (): void => {
    terminal.say(say());
    process.exit(EXIT.interrupted);
  };
  process.once("SIGINT", onInterrupt);
  try {
    return await work();
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}
