import { channel } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import type { FaultAction } from "./faults";
import { faultReply, textOf } from "./fault-replies";
import type { ErrorBodyStyle } from "./behaviour";
import type { Reply } from "./refusal";

/** Puts an answer on the wire. */
export function send(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply, textOf(reply));
  response.end(textOf(reply));
}

/** Puts on the wire what a fault makes of the API's answer, or breaks the connection. */
export function deliver(
  response: ServerResponse,
  action: FaultAction,
  own: Reply | undefined,
  style: ErrorBodyStyle,
): void {
  const reply = faultReply(action, own, style);
  if (reply) send(response, reply);
  else breakOff(response, action, own);
}

/** Named to whoever listens in this process: a response that nothing more will come of. */
export const STALLED = "vpsorg-emulator.stalled";
const stalled = channel(STALLED);

/** "stall" does nothing: the connection stays open without an answer until one side goes away. */
function breakOff(response: ServerResponse, action: FaultAction, own: Reply | undefined): void {
  const reset = () => response.socket?.resetAndDestroy();
  if (action.kind === "reset") reset();
  if (action.kind === "close") response.socket?.end();
  if (action.kind === "stall") stalled.publish(response);
  if (action.kind === "stallBody") sendHalf(response, own, () => stalled.publish(response));
  // Reset only once the half has left: a reset discards what waits to be sent.
  if (action.kind === "cutBody") sendHalf(response, own, () => setTimeout(reset, 20));
  if (action.kind === "oversized") void sendOversized(response, action.bytes, action.declared ?? false);
}

function writeHead(response: ServerResponse, reply: Reply, text: string): void {
  const type = text === "" ? {} : { "content-type": "application/json" };
  const length = reply.status === 204 ? {} : { "content-length": Buffer.byteLength(text) };
  response.writeHead(reply.status, { ...type, ...length, ...reply.headers });
}

function sendHalf(response: ServerResponse, own: Reply | undefined, then: () => void): void {
  const text = textOf(own);
  const half = text.slice(0, Math.floor(text.length / 2));
  writeHead(response, own ?? { status: 200, headers: {} }, text);
  response.flushHeaders();
  // An empty write may never report back.
  if (half === "") then();
  else response.write(half, then);
}

const CHUNK = 64 * 1024;

/** Waits for the client to take each chunk, so that memory stays small and a client may leave early. */
async function sendOversized(response: ServerResponse, bytes: number, declared: boolean): Promise<void> {
  const start = '{"count":0,"results":[],"padding":"';
  const end = '"}';
  let left = Math.max(0, bytes - start.length - end.length);
  const length = declared ? { "content-length": String(start.length + left + end.length) } : {};
  response.writeHead(200, { "content-type": "application/json", ...length });
  response.write(start);
  while (left > 0 && !response.destroyed) {
    const size = Math.min(left, CHUNK);
    left -= size;
    if (!response.write("x".repeat(size))) await drained(response);
  }
  response.end(end);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
  });
}
