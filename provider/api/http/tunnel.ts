// oxlint-disable-next-line typescript/triple-slash-reference -- projects that only import this file need it too
/// <reference path="./proxy-from-env.d.ts" />
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { urlToHttpOptions } from "node:url";
import { getProxyForUrl } from "proxy-from-env";
import { isLoopback } from "../endpoint";
import { oneLine } from "../text";

/** Why there is no tunnel. Nothing of the request has left this machine for the endpoint. */
export class TunnelError extends Error {
  constructor(
    message: string,
    /** It would end the same way the next time. */
    readonly permanent = false,
  ) {
    super(message);
  }
}

/** What `http.request` has to know of the environment's proxy, or `undefined` where requests go by none. */
export function proxyFor(endpoint: string): ReturnType<typeof urlToHttpOptions> | undefined {
  // The environment's proxy must not see requests to this very machine.
  const url = isLoopback(endpoint) ? "" : getProxyForUrl(endpoint);
  if (url === "") return undefined;
  try {
    const proxy = urlToHttpOptions(new URL(url));
    if (proxy.protocol === "http:" || proxy.protocol === "https:") return proxy;
  } catch {
    // Said below, without the URL: it may hold a password.
  }
  throw new TunnelError("HTTPS_PROXY is not the URL of an http or https proxy", true);
}

/**
 * A connection to the endpoint through a proxy: bare, the caller speaks TLS over it and closes it. Made here, because
 * the agents at hand hand a proxy's own answer on as the endpoint's, and leave the connection to one that never answers
 * open.
 */
export async function openTunnel(
  { auth, ...proxy }: NonNullable<ReturnType<typeof proxyFor>>,
  endpoint: string,
  connectMs: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const { hostname, port } = new URL(endpoint);
  const target = `${hostname}:${port === "" ? "443" : port}`;
  const limit = AbortSignal.timeout(connectMs);
  const connect = (proxy.protocol === "https:" ? https : http).request({
    protocol: proxy.protocol,
    hostname: proxy.hostname,
    port: proxy.port,
    method: "CONNECT",
    path: target,
    headers: auth
      ? { Host: target, "Proxy-Authorization": `Basic ${Buffer.from(auth).toString("base64")}` }
      : { Host: target },
    agent: false,
    rejectUnauthorized: true,
    signal: AbortSignal.any([signal, limit]),
  });
  // One that comes when nobody waits for it any more.
  connect.on("error", () => undefined).end();
  try {
    const [answer, socket, head] = (await once(connect, "connect")) as [http.IncomingMessage, Duplex, Buffer];
    // Whatever comes before the handshake is the proxy's own as well.
    if (answer.statusCode === 200 && head.length === 0) return socket.on("error", () => undefined);
    socket.destroy();
    const status = answer.statusCode ?? 0;
    throw new TunnelError(
      `the proxy answered ${status} and opened no tunnel; check HTTPS_PROXY`,
      status < 500,
    );
  } catch (error) {
    if (error instanceof TunnelError) throw error;
    if (limit.aborted)
      throw new TunnelError(
        `connecting to the proxy took longer than ${connectMs / 1000} s; check HTTPS_PROXY`,
      );
    const said = error instanceof Error ? oneLine(error.message) : "unknown failure";
    throw new TunnelError(`the proxy gave no answer (${said}); check HTTPS_PROXY`);
  }
}
