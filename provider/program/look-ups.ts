import * as pulumi from "@pulumi/pulumi";
import type { SnapshotRecord } from "../api/records";
import { openSession } from "./connection";
import type { Connection } from "./connection-args";
import { mocked, mockedOutput } from "./monitor";

/** A snapshot as the API shows it. */
export interface SnapshotInfo {
  /** The id, as text. */
  id: string;
  /** The name on the server. */
  name: string;
  /** The id of the server, as text. */
  serverId: string;
  /** The server's name at VPS.org. */
  serverName: string;
  /** VPS.org's word: `in_progress`, `completed`, or one that it does not document. */
  status: string;
  /** In megabytes; absent until the snapshot is completed. */
  sizeMb?: number;
  /** ISO 8601. */
  createdAt: string;
  /** Absent where it is empty. */
  description?: string;
}

/** Either an id, or conditions that together match exactly one snapshot. */
export interface GetSnapshotArgs {
  /** The id of the snapshot. */
  id?: string | number | undefined;
  /** The id of its server. */
  serverId?: string | number | undefined;
  /** The whole name. */
  name?: string | undefined;
  /** A regular expression that some part of the name matches. */
  nameRegex?: string | undefined;
  /** For example `completed`; in capitals or not. */
  status?: string | undefined;
  /**
   * Take the newest where several match.
   *
   * @default false: several are an error
   */
  mostRecent?: boolean | undefined;
}

/** Conditions that every snapshot of the result meets; what is left out does not restrict. */
export interface GetSnapshotsArgs {
  /** The id of their server. */
  serverId?: string | number | undefined;
  /** A regular expression that some part of the name matches. */
  nameRegex?: string | undefined;
  /** For example `completed`; in capitals or not. */
  status?: string | undefined;
  /** ISO 8601; only snapshots that are older. */
  createdBefore?: string | undefined;
  /** ISO 8601; only snapshots that are newer. */
  createdAfter?: string | undefined;
}

/** What {@link getSnapshots} has found. */
export interface GetSnapshotsResult {
  /** Newest first. */
  snapshots: SnapshotInfo[];
  /** How many more snapshots the server can hold; only where `serverId` is given. */
  remainingSlots?: number;
}

/** The same arguments, each of which may be an output. */
export type Inputs<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/**
 * Looks up one snapshot. Calls of the same moment share one list request. Under Pulumi's mocks it goes to `mocks.call`
 * as `vpsorg:index:getSnapshot`.
 *
 * @throws `NOT_FOUND` where none matches, `INVALID_ARGUMENT` where several do without `mostRecent`; both list the
 * candidates.
 *
 * @param args An id, or conditions.
 * @param connection Which account to look in; by default that of the Pulumi configuration, then of the environment.
 * @example
 * ```ts
 * import { getSnapshot } from "pulumi-vpsorg";
 *
 * const newest = getSnapshot({ serverId: 12345, status: "completed", mostRecent: true });
 *
 * export const id = newest.then((snapshot) => snapshot.id);
 * ```
 */
export async function getSnapshot(args: GetSnapshotArgs, connection?: Connection): Promise<SnapshotInfo> {
  const mock = mocked<SnapshotInfo>("getSnapshot", args);
  if (mock !== undefined) return mock;
  const [session, { findSnapshot }] = await load(connection);
  return toInfo(await findSnapshot(session, { ...args }));
}

/**
 * {@link getSnapshot} for arguments that are outputs: in a preview in which they are unknown, so is the result.
 *
 * @param args An id, or conditions.
 * @param connection Which account to look in; by default that of the Pulumi configuration, then of the environment.
 * @example
 * ```ts
 * import { getSnapshotOutput, Snapshot } from "pulumi-vpsorg";
 *
 * const web = new Snapshot("web", { serverId: 12345 });
 *
 * export const sizeMb = getSnapshotOutput({ id: web.id }).sizeMb;
 * ```
 */
export function getSnapshotOutput(
  args: Inputs<GetSnapshotArgs>,
  connection?: Connection,
): pulumi.Output<SnapshotInfo> {
  return looked("getSnapshot", args, (known) => getSnapshot(known, connection));
}

/**
 * Looks up all snapshots that match, newest first; all of the account where nothing is asked for. Under Pulumi's mocks
 * it goes to `mocks.call` as `vpsorg:index:getSnapshots`.
 *
 * @param args Conditions.
 * @param connection Which account to look in; by default that of the Pulumi configuration, then of the environment.
 * @example
 * ```ts
 * import { getSnapshots } from "pulumi-vpsorg";
 *
 * const old = getSnapshots({ serverId: 12345, createdBefore: "2026-01-01T00:00:00Z" });
 *
 * export const names = old.then(({ snapshots }) => snapshots.map(({ name }) => name));
 * ```
 */
export async function getSnapshots(
  args: GetSnapshotsArgs = {},
  connection?: Connection,
): Promise<GetSnapshotsResult> {
  const mock = mocked<GetSnapshotsResult>("getSnapshots", args);
  if (mock !== undefined) return mock;
  const [session, { findReadable }] = await load(connection);
  const { snapshots, remainingSlots } = await findReadable(session, args);
  return { snapshots: snapshots.map(toInfo), ...(remainingSlots === undefined ? {} : { remainingSlots }) };
}

/**
 * {@link getSnapshots} for arguments that are outputs.
 *
 * @param args Conditions.
 * @param connection Which account to look in; by default that of the Pulumi configuration, then of the environment.
 * @example
 * ```ts
 * import { getSnapshotsOutput } from "pulumi-vpsorg";
 *
 * export const freeSlots = getSnapshotsOutput({ serverId: 12345 }).remainingSlots;
 * ```
 */
export function getSnapshotsOutput(
  args: Inputs<GetSnapshotsArgs> = {},
  connection?: Connection,
): pulumi.Output<GetSnapshotsResult> {
  return looked("getSnapshots", args, (known) => getSnapshots(known, connection));
}

/** What is known at last goes to the mocks, whose secrets stay secret, or to the API. */
function looked<A extends object, T>(
  name: string,
  args: Inputs<A>,
  lookUp: (known: A) => Promise<T>,
): pulumi.Output<T> {
  const known = pulumi.output(args) as unknown as pulumi.Output<A>;
  // An output that a promise resolves to is taken out as well.
  return known.apply((value) => (mockedOutput<T>(name, value) as Promise<T> | undefined) ?? lookUp(value));
}

function load(connection: Connection | undefined) {
  return Promise.all([openSession(connection), import("../core/lookup.js")]);
}

function toInfo(record: SnapshotRecord): SnapshotInfo {
  return { ...record };
}
