import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";
import { resolveSettings } from "../core/config";
import type { Settings } from "../core/config";
import { connectionAdvice, pulumiAdvice, scriptAdvice } from "../core/messages/advice";
import type { Advice } from "../core/messages/advice";
import type { Session } from "../core/session";
import type { Connection } from "./connection-args";
import { inProgram } from "./monitor";
import { noteConfiguration } from "./notices";

const sessions = new Map<string, Promise<Session>>();

/** The session of an account, shared by all calls of a program, so that they share their lists. */
export async function openSession(connection: Connection | undefined): Promise<Session> {
  const advice = adviceFor(connection);
  const settings = settingsFor(connection, advice);
  // A connection is named by the very call: nobody has to be told.
  if (connection === undefined) noteConfiguration();
  const key = JSON.stringify([settings, advice === scriptAdvice]);
  let session = sessions.get(key);
  if (session === undefined) {
    // The provider writes in a process of its own, so a list is never kept here, only shared while it is fetched.
    // The HTTP libraries load here: a program that asks nothing of the API never loads them.
    session = import("../core/session.js").then(({ createSession }) =>
      createSession(settings, { listsFreshMs: 0, advice }),
    );
    sessions.set(key, session);
  }
  return session;
}

/** What goes wrong with an account that the very call names is no fault of the configuration, and a script has none. */
function adviceFor(connection: Connection | undefined): Advice {
  if (connection !== undefined) return connectionAdvice;
  return inProgram() ? pulumiAdvice : scriptAdvice;
}

function settingsFor(connection: Connection | undefined, advice: Advice): Settings {
  if (connection !== undefined && !(typeof connection.token === "string" && connection.token.trim() !== "")) {
    // Falling back to another token would act in another account.
    throw new VpsorgError(
      "CONFIGURATION",
      "connection.token is empty: give a token, or leave the connection out",
    );
  }
  const config = new pulumi.Config("vpsorg");
  const given = (key: string): string | undefined => {
    if (key === "token" && connection !== undefined) return connection.token;
    // A token that is given goes where it is said to go, or to VPS.org.
    if (key === "endpoint" && connection !== undefined) return connection.endpoint;
    return config.get(key);
  };
  const env = connection === undefined ? process.env : { ...process.env, VPSORG_ENDPOINT: undefined };
  const { settings, problems } = resolveSettings(given, env, { advice });
  if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
  return connection === undefined ? settings : { ...settings, tokenSource: "argument" };
}
