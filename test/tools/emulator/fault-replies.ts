import type { ErrorBodyStyle } from "./behaviour";
import { STATUS_CODES } from "node:http";
import type { FaultAction } from "./faults";
import { patched } from "./patch";
import { htmlReply, Refusal, refusalReply, type Reply } from "./refusal";

type Of<K extends FaultAction["kind"]> = Extract<FaultAction, { kind: K }>;

/**
 * What a fault makes of the API's answer, where the result is a well-formed answer; undefined for the kinds
 * that break the connection. `own` is the API's answer, or undefined where it did not act.
 */
export function faultReply(
  action: FaultAction,
  own: Reply | undefined,
  style: ErrorBodyStyle,
): Reply | undefined {
  switch (action.kind) {
    case "status":
      return statusReply(action, style);
    case "html":
      return htmlReply(action.status ?? own?.status ?? 200, "Welcome");
    case "empty":
      return { status: action.status ?? own?.status ?? 200, headers: {} };
    case "replaceBody":
      return { status: action.status ?? own?.status ?? 200, headers: {}, ...bodyOf(action.body) };
    case "redirect":
      return { status: action.status ?? 302, headers: { location: action.location } };
    case "deep":
      return jsonText(`{"count":1,"results":[${"[".repeat(action.depth)}${"]".repeat(action.depth)}]}`);
    case "patch":
      return own && { ...own, status: action.status ?? own.status, json: patched(own.json, action) };
    case "next":
      return own && { ...own, json: { ...Object(own.json), next: action.url } };
    case "truncate": {
      const text = textOf(own);
      return own && { ...jsonText(text.slice(0, Math.floor(text.length / 2))), status: own.status };
    }
    case "reset":
    case "close":
    case "stall":
    case "stallBody":
    case "cutBody":
    case "oversized":
    case "delay":
    case "run":
      return undefined;
  }
}

/** The body as text: what was given as text goes out as it is. */
export function textOf(reply: Reply | undefined): string {
  if (!reply) return "";
  return reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json));
}

function statusReply(action: Of<"status">, style: ErrorBodyStyle): Reply {
  const headers: Record<string, string> = {};
  if (action.retryAfterSeconds !== undefined) headers["retry-after"] = String(action.retryAfterSeconds);
  if (action.retryAfterDate !== undefined) headers["retry-after"] = httpDate(action.retryAfterDate);
  const text = STATUS_CODES[action.status] ?? "Scripted fault";
  const reply =
    action.body === undefined
      ? refusalReply(new Refusal(action.status, text), style)
      : { status: action.status, headers: {}, ...bodyOf(action.body) };
  return { ...reply, headers: { ...reply.headers, ...headers, ...action.headers } };
}

/** Real time, not the model's: clients compare it with their own clock. */
function httpDate(msFromNow: number): string {
  return new Date(Math.ceil((Date.now() + msFromNow) / 1000) * 1000).toUTCString();
}

function bodyOf(body: unknown): Pick<Reply, "json" | "text"> {
  return typeof body === "string" ? { text: body } : { json: body };
}

function jsonText(text: string): Reply {
  return { status: 200, headers: { "content-type": "application/json" }, text };
}
