import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal";

/** Where the API is, under the origin. */
export const BASE = "/api/v1";

/** Where tests in another process steer the emulator; beside the API, not part of it. */
export const CONTROL = "/__emulator/";

const BODY_LIMIT = 1024 * 1024;

/** A request as it came in, before anything was made of it. */
export interface Incoming {
  method: string;
  /** As the client wrote it: nothing is normalised. */
  pathname: string;
  query: string;
  /** The path after the base; undefined where it is not under the base. */
  path: string | undefined;
  /** The base as the client addressed it. */
  base: string;
  credentials: string | undefined;
  contentType: string;
  userAgent: string;
  body: string;
}

/**
 * A page that somebody has open must not steer an account, not even an emulated one: neither by a request across sites
 * nor under a name of its own that leads here.
 */
function refuseForeign({ headers }: IncomingMessage): void {
  const { host = "", origin } = headers;
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
  const isCrossSite = /^(cross|same)-site$/.test(headers["sec-fetch-site"] ?? "");
  if (isHere && !isCrossSite && (origin === undefined || origin === `http://${host}`)) return;
  throw new Refusal(403, "The emulator answers this machine only, and no pages of other sites.");
}

export async function readIncoming(message: IncomingMessage): Promise<Incoming> {
  refuseForeign(message);
  const [pathname = "", ...rest] = (message.url ?? "").split("?");
  const { headers } = message;
  return {
    method: message.method ?? "",
    pathname,
    query: rest.join("?"),
    path: pathname.startsWith(`${BASE}/`) ? pathname.slice(BASE.length) : undefined,
    base: `http://${headers.host ?? "127.0.0.1"}${BASE}`,
    credentials: headers.authorization,
    contentType: headers["content-type"] ?? "",
    userAgent: headers["user-agent"] ?? "",
    body: await readBody(message),
  };
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Refusal(413, "Request body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
