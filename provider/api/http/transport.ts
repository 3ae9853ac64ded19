import type { ClientRequest } from "node:http";
import type { Duplex, Readable } from "node:stream";
import axios, { isAxiosError } from "axios";
import type { AxiosAdapter, AxiosInstance, AxiosResponse } from "axios";
import { CHECK_ENDPOINT } from "./response";
import type { ApiResponse } from "./response";
import type { Clock } from "../clock";
import { MAX_ERROR_BYTES, readBody } from "./body";
import { CONNECT_TIMEOUT, createAgents, isTrusted, tunnelAgent, wasNeverReady } from "./connection";
import type { Agents } from "./connection";
import { AbortedError, ConnectionError, ResponseShapeError, VpsorgError } from "../errors";
import type { RequestRef } from "../errors";
import { redactor } from "./redact";
import { oneLine } from "../text";
import { openTunnel, proxyFor, TunnelError } from "./tunnel";
import { userAgent } from "../version";
import { REQUEST_TIMES } from "../times";

export interface Limits {
  /** For the connection and its TLS handshake. @default 10000 */
  readonly connectMs: number;
  /** For the whole request, connection and body included. @default 60000 */
  readonly requestMs: number;
  /** For the body of an answer, decompressed; of an error far less is read. @default 33554432 */
  readonly maxBytes: number;
  /** For all answers of one list together. @default 134217728 */
  readonly maxListBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  connectMs: REQUEST_TIMES.connectMs,
  requestMs: REQUEST_TIMES.requestMs,
  maxBytes: 32 * MIB,
  maxListBytes: 128 * MIB,
};

/** What carries out one HTTP request: the network's, or a test's. */
export type Adapter = AxiosAdapter;

export interface TransportOptions {
  readonly endpoint: string;
  readonly token: string;
  readonly clock: Clock;
  /** What to check where nobody answers at the endpoint; no full stop. @default "Check the endpoint" */
  readonly checkEndpoint?: string | undefined;
  readonly limits?: Partial<Limits>;
  /** @default the network */
  readonly adapter?: Adapter;
}

export interface OutgoingRequest extends RequestRef {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** How many bytes this request and those that it belongs to have taken so far. */
  readonly taken?: { bytes: number };
}

export type Transport = (request: OutgoingRequest) => Promise<ApiResponse>;

/** One HTTP exchange, no retries: every answer comes back as text, every failure as an error of ours. */
export function createTransport(options: TransportOptions): Transport {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const secure = new URL(options.endpoint).protocol === "https:";
  const client = createClient(options);
  const redact = redactor(options.token);
  const reads = createAgents(limits.connectMs, true);
  // A POST gets a connection of its own: on a kept one that the server is just closing, it would fail in a
  // way that leaves open whether it happened.
  const writes = createAgents(limits.connectMs, false);
  return async (request) => {
    const deadline = options.clock.deadline(limits.requestMs);
    const signal =
      request.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, request.signal]);
    let agents = request.method === "POST" ? writes : reads;
    let tunnel: Duplex | undefined;
    let mayBeSent = false;
    try {
      const proxy = proxyFor(options.endpoint);
      if (proxy !== undefined) {
        tunnel = await openTunnel(proxy, options.endpoint, limits.connectMs, signal);
        agents = { ...agents, https: tunnelAgent(limits.connectMs, tunnel) };
      }
      mayBeSent = true;
      const response = await exchange(client, request, agents, signal);
      if (secure && !isTrusted((response.request as ClientRequest).socket)) {
        throw new ConnectionError(request, "what answered is not the endpoint: it spoke without TLS", true);
      }
      return await toAnswer(request, response, redact, limits);
    } catch (error) {
      if (request.signal?.aborted === true)
        throw new AbortedError(`${request.method} ${request.path}: aborted`);
      if (deadline.signal.aborted) {
        throw new ConnectionError(request, `it took longer than ${limits.requestMs / 1000} s`, mayBeSent);
      }
      throw failure(request, error, options.checkEndpoint);
    } finally {
      deadline.clear();
      tunnel?.destroy();
    }
  };
}

function createClient(options: TransportOptions): AxiosInstance {
  return axios.create({
    baseURL: options.endpoint.replace(/\/+$/, ""),
    headers: {
      Authorization: `Bearer ${options.token}`,
      "Content-Type": "application/json",
      Accept: "application/json",
      "User-Agent": userAgent(),
    },
    maxRedirects: 0,
    allowAbsoluteUrls: false,
    responseType: "stream",
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
    ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    // Its way through a proxy is not safe: see ./tunnel.
    proxy: false,
  });
}

function exchange(
  client: AxiosInstance,
  request: OutgoingRequest,
  agents: Agents,
  signal: AbortSignal,
): Promise<AxiosResponse<Readable>> {
  return client.request<Readable>({
    method: request.method,
    url: request.path,
    signal,
    httpAgent: agents.http,
    httpsAgent: agents.https,
    ...(request.query === undefined ? {} : { params: request.query }),
    ...(request.body === undefined ? {} : { data: JSON.stringify(request.body) }),
  });
}

async function toAnswer(
  request: OutgoingRequest,
  { status, data, ...response }: AxiosResponse<Readable>,
  redact: (text: string) => string,
  { maxBytes, maxListBytes }: Limits,
): Promise<ApiResponse> {
  const success = status >= 200 && status < 300;
  const { text, bytes, whole } = await readBody(
    data,
    success ? maxBytes : Math.min(maxBytes, MAX_ERROR_BYTES),
  );
  if (success && !whole) throw tooLarge(request, maxBytes);
  if (request.taken !== undefined) {
    request.taken.bytes += bytes;
    if (request.taken.bytes > maxListBytes) throw tooLarge(request, maxListBytes);
  }
  const headers: Readonly<Record<string, unknown>> = response.headers;
  return {
    status,
    text: redact(text),
    redact,
    retryAfter: asText(headers["retry-after"]),
    requestId: asText(headers["x-request-id"]),
    location: asText(headers["location"]),
    headers,
  };
}

function tooLarge(request: RequestRef, limit: number): Error {
  const size = Math.round(limit / MIB);
  return new ResponseShapeError(request, `it is larger than the limit of ${size} MiB`);
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", CONNECT_TIMEOUT]);
const TLS = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_SSL_)/;
/** Nobody that Node trusts vouches for the certificate. */
const ISSUER = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

function failure(request: RequestRef, error: unknown, checkEndpoint = CHECK_ENDPOINT): Error {
  if (error instanceof VpsorgError) return error;
  if (error instanceof TunnelError)
    return new ConnectionError(request, error.message, false, error.permanent);
  const code = codeOf(error);
  const said = error instanceof Error ? oneLine(error.message) : "unknown failure";
  const neverSent = NEVER_SENT.has(code) || wasNeverReady(originOf(error));
  if (TLS.test(code)) {
    const hint = ISSUER.test(code) ? ". Name a CA of your own by NODE_EXTRA_CA_CERTS" : "";
    return new ConnectionError(request, `the TLS connection failed: ${said}${hint}`, !neverSent, neverSent);
  }
  return new ConnectionError(request, reasonOf(code, checkEndpoint) ?? said, !neverSent);
}

/** Of the failures that need more than the system's own words. */
function reasonOf(code: string, checkEndpoint: string): string | undefined {
  switch (code) {
    case "ECONNREFUSED":
      return `the connection was refused. ${checkEndpoint} and the network`;
    case "ENOTFOUND":
      return `the host name does not resolve. ${checkEndpoint} and the network`;
    case "EAI_AGAIN":
      return "the host name could not be resolved just now. Check the network";
    case "ECONNRESET":
      return "the connection was reset";
    default:
      return undefined;
  }
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Object && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** axios wraps what the socket raised. */
function originOf(error: unknown): unknown {
  return isAxiosError(error) && error.cause !== undefined ? error.cause : error;
}
