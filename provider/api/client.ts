import * as z from "zod/mini";
import { caller } from "./http/call";
import type { Call } from "./http/call";
import type { Clock } from "./clock";
import { NotFoundError, ApiError, IncompleteListError, ResponseShapeError } from "./errors";
import type { RequestRef } from "./errors";
import { isOtherId, toPathSegment, toWireId } from "./ids";
import { refuseOddServer } from "./odd-record";
import type { ObserveAnswer } from "./http/observed-answer";
import { readPages } from "./http/pages";
import type { FetchPage } from "./http/pages";
import {
  firstProblem,
  listedServerSchema,
  readListed,
  restoreSchema,
  serverSchema,
  snapshotSchema,
  toRestore,
  toServer,
  toSnapshot,
} from "./schema";
import type { OddSnapshot, RestoreAccepted, ServerRecord, SnapshotRecord } from "./records";
import { RetryAfterGate } from "./http/retry-after-gate";
import { createTransport } from "./http/transport";
import type { Adapter, Limits } from "./http/transport";
import { REQUEST_TIMES } from "./times";

export interface ClientOptions {
  readonly endpoint: string;
  readonly token: string;
  readonly clock: Clock;
  /** First back-off of a retry in milliseconds. @default 500 */
  readonly retryBaseMs?: number;
  readonly limits?: Partial<Limits>;
  /** What carries out a request. @default the network */
  readonly adapter?: Adapter;
  /** What people are told to check where what answers is not the API; no full stop. @default "Check the endpoint" */
  readonly checkEndpoint?: string;
  /** Called before each attempt of a request that changes something; where it rejects, nothing is sent. */
  readonly beforeWrite?: () => Promise<void>;
  /** Called with each answer as it came, before anything is made of it. */
  readonly onAnswer?: ObserveAnswer;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Requests at most for one call. @default 5 */
  readonly attempts?: number;
  /** No request is repeated after this time, and no further page of a list is read; milliseconds since the epoch. */
  readonly deadlineAt?: number;
}

export interface ListCallOptions extends CallOptions {
  /** @default the whole account */
  readonly serverId?: string | undefined;
  /** Told how many pages the list had. */
  readonly onPages?: ((pages: number) => void) | undefined;
}

/** The calls of the API that this package uses. Every method rejects with a `VpsorgError`. */
export interface VpsorgClient {
  /** Every request passes it. */
  readonly gate: RetryAfterGate;
  /**
   * The whole list, or an error: a list that is provably not whole never comes back. An entry that is not as documented
   * does not spoil the others.
   */
  listSnapshots(options?: ListCallOptions): Promise<readonly (SnapshotRecord | OddSnapshot)[]>;
  /** Sent once; repeated only where the request never left. */
  createSnapshot(input: NewSnapshot, options?: CallOptions): Promise<SnapshotRecord>;
  deleteSnapshot(id: string, options?: CallOptions): Promise<void>;
  /** Sent once; repeated only where the request never left. */
  restoreSnapshot(id: string, options?: CallOptions): Promise<RestoreAccepted>;
  /** The whole list, or an error. */
  listServers(options?: CallOptions): Promise<readonly ServerRecord[]>;
  /** One server, or `undefined` where the API says that there is none. */
  getServer(id: string, options?: CallOptions): Promise<ServerRecord | undefined>;
  /** What `/servers/{id}/` itself says, in one attempt; `undefined` where it says neither that it is there nor that not. */
  hasServer(id: string): Promise<boolean | undefined>;
}

export interface NewSnapshot {
  readonly serverId: string;
  readonly name: string;
  readonly description?: string | undefined;
}

export function createClient(options: ClientOptions): VpsorgClient {
  const gate = new RetryAfterGate(options.clock);
  const call = caller(createTransport(options), options.clock, gate, options.retryBaseMs ?? 500, options);
  const list = lister(call, options.clock, options.endpoint);
  const listServers: VpsorgClient["listServers"] = (rest = {}) => list("/servers/", {}, parseServer, rest);
  const getServer = serverLookup(call, listServers);
  return {
    gate,

    listSnapshots: ({ serverId, ...rest } = {}) =>
      list("/snapshots/", serverId === undefined ? {} : { server_id: serverId }, parseSnapshot, rest),

    createSnapshot: async ({ serverId, name, description }, rest = {}) => {
      const request = { method: "POST", path: "/snapshots/" };
      const body = {
        server_id: toWireId(serverId),
        name,
        ...(description === undefined ? {} : { description }),
      };
      const answer = await call({ ...request, body, signal: rest.signal }, rest);
      return toSnapshot(parse(request, snapshotSchema, answer));
    },

    deleteSnapshot: async (id, rest = {}) => {
      const request = { method: "DELETE", path: `/snapshots/${toPathSegment(id)}/` };
      const answer = await call({ ...request, signal: rest.signal }, rest);
      // Documented is 204 without a body. Whatever else it says, it does not say that the snapshot is gone.
      if (answer !== undefined)
        throw new ResponseShapeError(request, "it has a body, where 204 without one was expected");
    },

    restoreSnapshot: async (id, rest = {}) => {
      const request = { method: "POST", path: `/snapshots/${toPathSegment(id)}/restore/` };
      const answer = await call({ ...request, signal: rest.signal }, rest);
      return toRestore(parse(request, restoreSchema, answer));
    },

    listServers,

    getServer,

    hasServer: async (id) => {
      try {
        await call({ method: "GET", path: `/servers/${toPathSegment(id)}/` }, { attempts: 1 });
        return true;
      } catch (error) {
        // A route that is not there is answered by something in front of the API.
        return error instanceof NotFoundError && !error.notFromApi ? false : undefined;
      }
    },
  };
}

type List = <T extends { readonly id: string }>(
  path: string,
  query: Readonly<Record<string, string>>,
  parseItem: (request: RequestRef, item: unknown, path: string) => T,
  options: ListCallOptions,
) => Promise<readonly T[]>;

/** How often a list that changed while it was paged is read anew before it counts as incomplete. */
const LIST_PASSES = 3;

function lister(call: Call, clock: Clock, endpoint: string): List {
  return async (path, query, parseItem, options) => {
    const request = { method: "GET", path };
    const { signal } = options;
    const deadlineAt = Math.min(
      options.deadlineAt ?? Number.POSITIVE_INFINITY,
      clock.now() + REQUEST_TIMES.listMs,
    );
    const taken = { bytes: 0 };
    let pages = 0;
    const fetchPage: FetchPage = async (page) => {
      // The first one is always asked for: who comes with a deadline that is just over wants one look.
      if (pages > 0 && clock.now() >= deadlineAt) throw timeUp(request, pages);
      pages++;
      return call({ ...request, query: page, signal, taken }, { ...options, deadlineAt });
    };
    for (let pass = 1; ; pass++) {
      try {
        const listed = await readPages(request, endpoint, query, fetchPage, (item, at) =>
          parseItem(request, item, at),
        );
        options.onPages?.(listed.requests);
        return listed.items;
      } catch (error) {
        if (!(error instanceof IncompleteListError) || pass >= LIST_PASSES) throw error;
      }
    }
  };
}

function timeUp(request: RequestRef, pages: number): Error {
  return new IncompleteListError(
    request,
    `it was not whole when its time was up, after ${pages} page${pages === 1 ? "" : "s"}`,
  );
}

/**
 * `/servers/{id}/` is the API's convention but not documented: where it answers 404 or 405, the list of all
 * servers decides, which is also the proof that a server is gone.
 */
function serverLookup(call: Call, listServers: VpsorgClient["listServers"]): VpsorgClient["getServer"] {
  return async (id, options = {}) => {
    const request = { method: "GET", path: `/servers/${toPathSegment(id)}/` };
    try {
      const answer = await call({ ...request, signal: options.signal }, options);
      const server = toServer(parse(request, serverSchema, answer));
      if (isOtherId(server.id, id)) throw new ResponseShapeError(request, `it speaks of server ${server.id}`);
      return server;
    } catch (error) {
      const unsupported =
        error instanceof NotFoundError || (error instanceof ApiError && error.status === 405);
      if (!unsupported) throw error;
    }
    const servers = await listServers(options);
    const server = servers.find((listed) => listed.id === id);
    refuseOddServer(server);
    return server;
  };
}

function parseSnapshot(request: RequestRef, item: unknown, at: string): SnapshotRecord | OddSnapshot {
  const read = readListed(item, at);
  if ("unusable" in read) throw new ResponseShapeError(request, read.unusable);
  return read;
}

function parseServer(request: RequestRef, item: unknown, at: string): ServerRecord {
  return toServer(parse(request, listedServerSchema, item, at));
}

function parse<S extends z.ZodMiniType>(
  request: RequestRef,
  schema: S,
  value: unknown,
  at?: string,
): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ResponseShapeError(request, firstProblem(parsed.error, at));
}
