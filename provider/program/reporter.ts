import * as pulumi from "@pulumi/pulumi";
import type { Reporter } from "../core/messages/reporter";
import { inProgram } from "./monitor";

/**
 * Messages of what a program calls, on the engine's display. In a plain script there is no display, and a library
 * does not print: the promise and `onProgress` tell everything there.
 */
export function programReporter(): Reporter {
  const tell = (log: () => Promise<void>): void => {
    if (inProgram()) void log();
  };
  return {
    info: (message) => tell(() => pulumi.log.info(message)),
    warn: (message) => tell(() => pulumi.log.warn(message)),
    progress: (message) => tell(() => pulumi.log.info(message, undefined, undefined, true)),
  };
}
