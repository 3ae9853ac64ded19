import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";
import { resolveSettings } from "../core/config/settings";
import type { Settings } from "../core/config/settings";
import type { Session } from "../core/session";

/** Which account to act in. @default the Pulumi configuration, then the environment */
export interface Connection {
  token: string;
  /** @default https://admin.vps.org/api/v1 */
  endpoint?: string;
}

const sessions = new Map<string, Promise<Session>>();

/** The session of an account, shared by all calls of a program, so that they share their lists. */
export async function openSession(connection: Connection | undefined): Promise<Session> {
  const settings = settingsFor(connection);
  const key = JSON.stringify(settings);
  let session = sessions.get(key);
  if (session === undefined) {
    // The HTTP libraries load here: a program that asks nothing of the API never loads them.
    session = import("../core/session.js").then(({ createSession }) => createSession(settings));
    sessions.set(key, session);
  }
  return session;
}

function settingsFor(connection: Connection | undefined): Settings {
  const config = new pulumi.Config("vpsorg");
  const given = (key: string): string | undefined => {
    if (key === "token" && connection !== undefined) return connection.token;
    if (key === "endpoint" && connection?.endpoint !== undefined) return connection.endpoint;
    return config.get(key);
  };
  const { settings, problems } = resolveSettings(given, process.env);
  if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
  return connection === undefined ? settings : { ...settings, tokenSource: "argument" };
}
