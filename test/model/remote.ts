import { Readable } from "node:stream";
import axios, { AxiosError } from "axios";
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import { Model, startEmulator } from "../tools/emulator";
import type { Fault, FaultAction, FaultReport, ModelOptions } from "../tools/emulator";
import { answer } from "../tools/emulator/api";
import type { ApiRequest } from "../tools/emulator/api";
import { faultReply, textOf } from "../tools/emulator/fault-replies";
import { FaultScript, goesOn } from "../tools/emulator/fault-script";
import { BASE } from "../tools/emulator/incoming";
import type { Reply } from "../tools/emulator/refusal";
import { CANARY } from "../tools/support/account";
import type { SimulatedClock } from "../tools/support/simulated-clock";

/** The emulated account, and how requests get there. */
export interface Remote {
  readonly kind: "in process" | "sockets";
  readonly endpoint: string;
  readonly model: Model;
  readonly send: AxiosAdapter;
  fault(fault: Fault): void;
  /** Gives the ids of those that happened. */
  clearFaults(): string[];
  close(): Promise<void>;
}

/** The transport's own limit for a request; a stall costs that much, here in simulated time. */
const REQUEST_MS = 60_000;

/**
 * The emulator's API without its sockets: an axios adapter, so that everything of the provider runs, its HTTP
 * layer included, and only the wire is left out. That makes thousands of sequences a minute possible; some hundreds
 * go over real sockets besides, which is where the two would differ.
 */
export function inProcess(options: ModelOptions, clock: SimulatedClock): Remote {
  const model = new Model({ ...options, now: () => clock.now() });
  const script = new FaultScript();
  return {
    kind: "in process",
    endpoint: `http://127.0.0.1:9${BASE}`,
    model,
    send: async (config) => {
      const request = requestOf(config);
      const target = { method: request.method, path: request.path, query: request.query.toString() };
      const strikes = script.take(target);
      const decisive = strikes.find(({ action }) => !goesOn(action));
      const own = decisive?.when === "before" ? undefined : answer(model, request);
      const reply =
        decisive === undefined ? own : faultReply(decisive.action, own, model.behaviour().errorBodyStyle);
      if (reply === undefined) return broken(decisive?.action, config, clock);
      return responseOf(reply, config);
    },
    fault: (fault) => void script.add(fault),
    clearFaults: () => {
      const struck = happened(script.report());
      script.clear();
      return struck;
    },
    close: () => Promise.resolve(),
  };
}

export async function overSockets(options: ModelOptions, clock: SimulatedClock): Promise<Remote> {
  const emulator = await startEmulator({ ...options, token: CANARY, now: () => clock.now() });
  return {
    kind: "sockets",
    endpoint: emulator.endpoint,
    model: emulator.model,
    send: axios.getAdapter("http"),
    fault: (fault) => void emulator.fault(fault),
    clearFaults: () => {
      const struck = happened(emulator.faults());
      emulator.clearFaults();
      return struck;
    },
    close: () => emulator.close(),
  };
}

function happened(reports: readonly FaultReport[]): string[] {
  return reports.filter(({ hits }) => hits > 0).map(({ id }) => id);
}

/** Where a request goes. Axios tells it too, but merges the whole configuration for that once more each time. */
export function urlOf({ baseURL = "", url = "", params }: InternalAxiosRequestConfig): URL {
  const whole = new URL(baseURL + url);
  const query = (params ?? {}) as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(query)) whole.searchParams.set(key, String(value));
  return whole;
}

/** A connection that is refused: nothing was sent. */
export function refuse(config: InternalAxiosRequestConfig): never {
  const { port } = urlOf(config);
  throw new AxiosError(`connect ECONNREFUSED 127.0.0.1:${port}`, "ECONNREFUSED", config);
}

function requestOf(config: InternalAxiosRequestConfig): ApiRequest {
  const url = urlOf(config);
  return {
    method: (config.method ?? "get").toUpperCase(),
    path: url.pathname.slice(BASE.length),
    query: url.searchParams,
    authorised: config.headers.get("Authorization") === `Bearer ${CANARY}`,
    contentType: String(config.headers.get("Content-Type")),
    body: typeof config.data === "string" ? config.data : "",
    base: url.origin + BASE,
  };
}

function responseOf(reply: Reply, config: InternalAxiosRequestConfig): AxiosResponse {
  // As the transport reads it: a stream of bytes.
  const data = Readable.from([Buffer.from(textOf(reply))]);
  return { data, status: reply.status, statusText: "", headers: reply.headers, config };
}

async function broken(
  action: FaultAction | undefined,
  config: InternalAxiosRequestConfig,
  clock: SimulatedClock,
): Promise<never> {
  if (action?.kind !== "stall" && action?.kind !== "stallBody")
    throw new AxiosError("read ECONNRESET", "ECONNRESET", config);
  await clock.sleep(REQUEST_MS);
  throw new AxiosError(`it took longer than ${REQUEST_MS / 1000} s`, "ECONNABORTED", config);
}
