import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, type ApiRequest } from "./api";
import { messageOf } from "./checks";
import { deliver, send } from "./deliver";
import { goesOn, type FaultScript, type Strike } from "./fault-script";
import type { Incoming } from "./incoming";
import type { Model } from "./model";
import { readableBody, type LoggedRequest, type RequestLog } from "./request-log";

/** What every exchange shares. */
export interface Context {
  model: Model;
  script: FaultScript;
  log: RequestLog;
  token: string;
  /** Ends the waits of scripted delays when the emulator closes. */
  closing: AbortSignal;
  onRequest: ((request: LoggedRequest) => void) | undefined;
}

/** Answers one request to the API, with the faults that are scripted for it. */
export async function exchange(
  context: Context,
  incoming: Incoming,
  response: ServerResponse,
): Promise<void> {
  const authorised = incoming.credentials === `Bearer ${context.token}`;
  const logged = context.log.add(entryFor(context, incoming, authorised));
  response.setHeader("x-request-id", `emulator-${logged.seq}`);
  const { method, query } = incoming;
  const strikes = context.script.take({ method, path: logged.path, query });
  const faultId = (strikes.find(({ action }) => !goesOn(action)) ?? strikes[0])?.id;
  if (faultId !== undefined) logged.faultId = faultId;

  try {
    await respond(context, strikes, apiRequest(incoming, authorised), response);
  } catch (error) {
    if (context.closing.aborted || response.headersSent) return;
    // An effect that cannot be done, or a defect of the emulator: said aloud, not hidden in a hang.
    send(response, { status: 500, headers: {}, json: { detail: `emulator: ${messageOf(error)}` } });
  }
  logged.status = response.headersSent ? response.statusCode : null;
  context.onRequest?.(structuredClone(logged));
}

async function respond(
  { model, closing }: Context,
  strikes: Strike[],
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const decisive = strikes.find(({ action }) => !goesOn(action));
  for (const strike of strikes) if (strike.when === "before") await perform(model, strike, closing);
  const own = decisive?.when === "before" ? undefined : answer(model, request);
  for (const strike of strikes) if (strike.when === "after") await perform(model, strike, closing);

  if (decisive) deliver(response, decisive.action, own, model.behaviour().errorBodyStyle);
  else if (own) send(response, own);
}

/** Does what lets the request go on; nothing for the other kinds. */
async function perform(model: Model, { action, removed }: Strike, closing: AbortSignal): Promise<void> {
  if (action.kind === "delay") await delay(action.ms, removed, closing);
  if (action.kind === "run") model.outside.run(action.effect);
}

async function delay(ms: number, removed: AbortSignal, closing: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: AbortSignal.any([removed, closing]) });
  } catch (error) {
    if (!removed.aborted) throw error;
  }
}

function entryFor(context: Context, incoming: Incoming, authorised: boolean): Omit<LoggedRequest, "seq"> {
  const { method, path, pathname, query, body, credentials, contentType, userAgent } = incoming;
  return {
    at: context.model.now(),
    method,
    path: path ?? pathname,
    query: Object.fromEntries(new URLSearchParams(query)),
    status: null,
    body: readableBody(body),
    authorised,
    sentCredentials: credentials !== undefined,
    contentType,
    userAgent,
  };
}

function apiRequest(incoming: Incoming, authorised: boolean): ApiRequest {
  const { method, path = "", query, contentType, body, base } = incoming;
  return { method, path, query: new URLSearchParams(query), authorised, contentType, body, base };
}
