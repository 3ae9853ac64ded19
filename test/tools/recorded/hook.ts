/**
 * Loaded into the dynamic provider host before its own code (`node --require`): writes each call of the engine and
 * each answer to a file of its own, as lines of JSON, in the order in which they start and end. The host itself stays
 * what it is, its signals and its process group included, and each line is on disk before the host goes on.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Server } from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall, ServiceError } from "@grpc/grpc-js";
import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { partialOf } from "../support/host/host-error";
import { fromStruct } from "../support/host/properties";
import { ANSWERED, SENT } from "./wire";
import type { Answer, Method, SentCall } from "./wire";

/** One line of a host's file. */
export type Line =
  | { readonly configure: readonly string[] }
  | { readonly start: number; readonly method: Method; readonly sent: SentCall }
  | { readonly end: number; readonly answer: Answer };

type Unary = (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => void;

const file = join(process.env["RECORD_CALLS_TO"] ?? ".", `${Date.now()}-${process.pid}.jsonl`);
let calls = 0;

function write(line: Line): void {
  appendFileSync(file, JSON.stringify(line) + "\n");
}

function recorded(method: Method, handle: Unary): Unary {
  return (call, done) => {
    const number = ++calls;
    write({ start: number, method, sent: SENT[method](call.request as never) });
    handle(call, (error, response, ...more) => {
      const answer = error ? failed(error as ServiceError) : ANSWERED[method](response as never);
      write({ end: number, answer });
      done(error, response, ...more);
    });
  };
}

/** The host hands over an error before gRPC has made its header of it, so `details` is not there yet. */
function failed(error: ServiceError): Answer {
  const partial = "metadata" in error ? partialOf(error) : undefined;
  return { error: error.message, ...partial };
}

/** Of the configuration only the keys: the values are the token, and this machine's. */
function configured(handle: Unary): Unary {
  return (call, done) => {
    write({ configure: Object.keys(fromStruct((call.request as ConfigureRequest).getArgs())) });
    handle(call, done);
  };
}

const addService = Reflect.get(Server.prototype, "addService");
Server.prototype.addService = function (service, implementation): void {
  const handlers = Object.keys(service).map((name): [string, Unary] => {
    const handle = (implementation[name] as Unary).bind(implementation);
    if (name in SENT) return [name, recorded(name as Method, handle)];
    return [name, name === "configure" ? configured(handle) : handle];
  });
  addService.call(this, service, Object.fromEntries(handlers));
};
