import type { IncomingMessage, ServerResponse } from "node:http";
import type { BehaviourPatch } from "./behaviour";
import { controlReply } from "./control-routes";
import { send } from "./deliver";
import { exchange, type Context } from "./exchange";
import { FaultScript } from "./fault-script";
import type { Fault, FaultHandle, FaultReport } from "./faults";
import { BASE, CONTROL, readIncoming, type Incoming } from "./incoming";
import { Listener } from "./listener";
import { Model, type ModelOptions } from "./model";
import type { Outside } from "./outside";
import { Refusal, refusalReply } from "./refusal";
import { RequestLog, type LoggedRequest } from "./request-log";

export const DEFAULT_TOKEN = "emulator-token";

export interface EmulatorOptions extends ModelOptions {
  /** @default 0, any free port */
  port?: number;
  /** @default "emulator-token" */
  token?: string;
  /** Called after each request to the API. */
  onRequest?: (request: LoggedRequest) => void;
}

export interface Emulator {
  /** What a client takes as its base: `http://127.0.0.1:PORT/api/v1`. */
  readonly endpoint: string;
  readonly origin: string;
  readonly port: number;
  readonly token: string;
  readonly model: Model;
  /** What other people do to the account. */
  readonly outside: Outside;
  /** Merges; null sets a switch back to its default. */
  setBehaviour(patch: BehaviourPatch): void;
  /** The requests to the API so far, oldest first, as a copy. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  fault(fault: Fault): FaultHandle;
  faults(): FaultReport[];
  /** The faults that never happened. */
  unreached(): FaultReport[];
  clearFaults(): void;
  /** Goes away: open connections break, new ones are refused. The account stays, and its time goes on. */
  pause(): Promise<void>;
  /** Comes back on the same port. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the API on loopback. Close it when done. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, token = DEFAULT_TOKEN, onRequest } = options;
  const closing = new AbortController();
  const model = new Model(options);
  const [script, log] = [new FaultScript(), new RequestLog()];
  const context: Context = { model, script, log, token, closing: closing.signal, onRequest };
  const listener = new Listener(port, (message, response) => void handle(context, message, response));
  await listener.open();
  return {
    endpoint: listener.origin + BASE,
    origin: listener.origin,
    port: listener.port,
    token,
    model,
    outside: model.outside,
    setBehaviour: (patch) => model.setBehaviour(patch),
    requests: () => log.all(),
    clearRequests: () => log.clear(),
    fault: (fault) => script.add(fault),
    faults: () => script.report(),
    unreached: () => script.unreached(),
    clearFaults: () => script.clear(),
    pause: () => listener.shut(),
    resume: () => listener.open(),
    close: () => {
      closing.abort();
      return listener.shut();
    },
  };
}

async function handle(context: Context, message: IncomingMessage, response: ServerResponse): Promise<void> {
  let incoming: Incoming;
  try {
    incoming = await readIncoming(message);
  } catch (error) {
    // Anything else: the client left in the middle of its request, so there is nobody to answer.
    if (error instanceof Refusal)
      send(response, refusalReply(error, context.model.behaviour().errorBodyStyle));
    return;
  }
  if (incoming.pathname.startsWith(CONTROL)) send(response, controlReply(context, incoming));
  else await exchange(context, incoming, response);
}
