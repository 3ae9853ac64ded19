import { isLoopback } from "../api/endpoint";
import { VpsorgError } from "../api/errors";
import type { OddSnapshot } from "../api/records";
import { commandAdvice } from "../core/messages/advice";
import { endpointNotice, resolveSettings } from "../core/config";
import type { Session, SessionOptions } from "../core/session";
import type { Terminal } from "./terminal";

/** The options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly endpoint?: string;
}

export interface Context {
  readonly terminal: Terminal;
  readonly session: Session;
}

/** Names what a list holds and nobody can read. */
export function sayLeftOut(terminal: Terminal, odd: readonly OddSnapshot[]): void {
  for (const { id, problem } of odd)
    terminal.say(`left out: snapshot ${id}, which cannot be read: ${problem}`);
}

/** The account that the environment (and `--endpoint`) names. The token never comes as an argument: others see those. */
export async function openContext(
  terminal: Terminal,
  options: CommonOptions,
  more: SessionOptions = {},
): Promise<Context> {
  const given = (key: string): string | undefined => (key === "endpoint" ? options.endpoint : undefined);
  const { settings, problems } = resolveSettings(given, process.env, { byHand: true, advice: commandAdvice });
  if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
  const notice = endpointNotice(settings.endpoint);
  // Who names it in the command itself knows; what stays on this machine is a trial; and a script reads JSON alone.
  const isKnown = options.endpoint !== undefined || isLoopback(settings.endpoint) || options.json === true;
  if (notice !== undefined && !isKnown) terminal.say(notice);
  const { createSession } = await import("../core/session.js");
  return {
    terminal,
    session: createSession(settings, { advice: commandAdvice, clock: terminal.clock, ...more }),
  };
}
