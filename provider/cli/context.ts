import { VpsorgError } from "../api/errors";
import { endpointNotice, resolveSettings } from "../core/config/settings";
import type { Session } from "../core/session";
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

/** The account that the environment (and `--endpoint`) names. The token never comes as an argument: others see those. */
export async function openContext(terminal: Terminal, options: CommonOptions): Promise<Context> {
  const given = (key: string): string | undefined => (key === "endpoint" ? options.endpoint : undefined);
  const { settings, problems } = resolveSettings(given, process.env, { byHand: true });
  if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
  const notice = endpointNotice(settings.endpoint);
  // Who names it in the command itself knows, and a script that reads JSON finds nothing else.
  if (options.endpoint === undefined && options.json !== true && notice !== undefined) terminal.say(notice);
  const [{ createSession }, { commandVoice }] = await Promise.all([
    import("../core/session.js"),
    import("../core/voice.js"),
  ]);
  return { terminal, session: createSession(settings, { voice: commandVoice }) };
}
