import { AuthError } from "../../api";
import type { VpsorgClient } from "../../api";
import type { TokenSource } from "../config";
import type { Advice } from "./advice";

const ORIGIN: Readonly<Record<TokenSource, string>> = {
  config: "the token comes from the Pulumi configuration vpsorg:token",
  // A refresh does not tell a provider whether the program runs.
  stored:
    "the token is that of vpsorg:token (with --run-program as it is in the configuration, otherwise the copy that the last run of " +
    "the program has stored in the state)",
  environment: "the token comes from the environment variable VPSORG_TOKEN",
  argument: "the token is the one given to the call as `connection.token`",
};

/** The client, with each 401 and 403 explained: which token was used (never its text) and what to run. */
export function withTokenAdvice(client: VpsorgClient, source: TokenSource, advice: Advice): VpsorgClient {
  const explained = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw error instanceof AuthError ? explain(error, source, advice) : error;
    }
  };
  return {
    gate: client.gate,
    listSnapshots: (options) => explained(client.listSnapshots(options)),
    createSnapshot: (input, options) => explained(client.createSnapshot(input, options)),
    deleteSnapshot: (id, options) => explained(client.deleteSnapshot(id, options)),
    restoreSnapshot: (id, options) => explained(client.restoreSnapshot(id, options)),
    listServers: (options) => explained(client.listServers(options)),
    getServer: (id, options) => explained(client.getServer(id, options)),
    hasServer: (id) => explained(client.hasServer(id)),
  };
}

function explain(error: AuthError, source: TokenSource, advice: Advice): AuthError {
  const { status, method, path, requestId, detail } = error;
  const words = detail === undefined ? "" : `, "${detail.replace(/[.\s]+$/, "")}"`;
  const request = `${status}${words} to ${method} ${path}${requestId === undefined ? "" : `, request id ${requestId}`}`;
  const message =
    status === 401
      ? `VPS.org did not accept the API token (${request}): ${ORIGIN[source]}. ${advice.renewToken(source)}.`
      : `the API token is not allowed to do this (${request}): ${ORIGIN[source]}. Use one that has the permission.`;
  return new AuthError({ status, method, path, requestId, detail }, message);
}
