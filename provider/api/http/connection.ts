import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

/** Raised by the agents when a connection (and its TLS handshake) takes longer than the limit. */
export const CONNECT_TIMEOUT = "VPSORG_CONNECT_TIMEOUT";

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Keep-alive for reads, so that a long wait holds one connection open instead of making one a poll.
 * axios has no time limit for connecting alone, so the agents carry it.
 */
export function createAgents(connectMs: number, keepAlive: boolean): Agents {
  // Without keep-alive every request has a connection of its own, which a limit on them would make it share.
  const options = keepAlive ? { keepAlive, maxSockets: 8, maxFreeSockets: 2 } : { keepAlive };
  return {
    http: limitConnecting(new http.Agent(options), connectMs, "connect"),
    https: secureAgent(connectMs, options),
  };
}

/** For one request, over a tunnel. */
export function tunnelAgent(connectMs: number, tunnel: Duplex): https.Agent {
  return secureAgent(connectMs, { keepAlive: false, socket: tunnel });
}

function secureAgent(connectMs: number, options: https.AgentOptions): https.Agent {
  // Said, because NODE_TLS_REJECT_UNAUTHORIZED=0 decides where nothing is. Own CAs come by NODE_EXTRA_CA_CERTS.
  const agent = new https.Agent({ ...options, rejectUnauthorized: true });
  return limitConnecting(agent, connectMs, "secureConnect");
}

/** Whether what comes over a connection comes from the host that its certificate names. */
export function isTrusted(socket: unknown): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}

/** Errors of connections that were never ready: whatever they are, no request has left. */
const neverReady = new WeakSet<object>();

export function wasNeverReady(error: unknown): boolean {
  return typeof error === "object" && error !== null && neverReady.has(error);
}

type Connect = (...args: readonly unknown[]) => Duplex | null | undefined;

function limitConnecting<A extends http.Agent>(agent: A, limitMs: number, ready: string): A {
  const connect = agent.createConnection.bind(agent) as Connect;
  const limited: Connect = (...args) => {
    const socket = connect(...args);
    if (!socket) return socket;
    const timer = setTimeout(() => {
      const error = new Error(`connecting took longer than ${limitMs / 1000} s`);
      socket.destroy(Object.assign(error, { code: CONNECT_TIMEOUT }));
    }, limitMs);
    const note = (error: object): void => void neverReady.add(error);
    const stop = (): void => {
      clearTimeout(timer);
      socket.removeListener("error", note);
    };
    socket.prependListener("error", note);
    socket.once(ready, stop).once("close", stop);
    return socket;
  };
  Object.assign(agent, { createConnection: limited });
  return agent;
}
