import { asName, oddError, oneLine, VpsorgError } from "../api";
import type { OddSnapshot, SnapshotRecord } from "../api";
import { explainFailure } from "./messages/explain";
import { ID_FORM, toId } from "../api/ids";
import type { Session } from "./session";
import { SNAPSHOTS_PER_SERVER } from "./snapshot/slots";
import { snapshotTable } from "./messages/labels";

/** Which snapshots are looked for; what is left out does not restrict. */
export interface SnapshotFilter {
  readonly id?: string | number | undefined;
  readonly serverId?: string | number | undefined;
  readonly name?: string | undefined;
  readonly nameRegex?: string | RegExp | undefined;
  readonly status?: string | undefined;
  readonly createdBefore?: string | Date | undefined;
  readonly createdAfter?: string | Date | undefined;
}

export interface Found {
  /** Newest first. */
  readonly snapshots: readonly SnapshotRecord[];
  /** Entries that match as far as they can be read, and of which something that was asked for cannot. */
  readonly odd: readonly OddSnapshot[];
  /** How many more the server can hold; only where the filter names a server. */
  readonly remainingSlots?: number;
}

/** All snapshots that match, in one list request that calls of the same moment share. */
export async function findSnapshots(session: Session, filter: SnapshotFilter): Promise<Found> {
  refuseUnknownKeys(filter);
  const matches = matcher(session, filter);
  const serverId =
    filter.serverId === undefined ? undefined : idOf(session.advice.argument("serverId"), filter.serverId);
  const listing = await explainFailure(
    session,
    serverId === undefined ? session.lists.batchedList(undefined) : session.lists.batchedServerList(serverId),
    (why) => `the snapshots could not be listed: ${why}`,
  );
  const matching = listing.snapshots.filter(matches).sort(newestFirst);
  const { createdBefore, createdAfter } = filter;
  const undated = createdBefore === undefined && createdAfter === undefined ? [] : matching.filter(isUndated);
  const snapshots = matching.filter((snapshot) => !undated.includes(snapshot));
  const odd = [...listing.odd.filter(matches), ...undated.map(asUndated)];
  if (serverId === undefined) return { snapshots, odd };
  // What cannot be read takes a slot all the same.
  const held = listing.snapshots.length + listing.odd.length;
  if (held === 0) await refuseUnknownServer(session, serverId);
  return { snapshots, odd, remainingSlots: Math.max(0, SNAPSHOTS_PER_SERVER - held) };
}

/** For a caller that needs each match whole: one that cannot be read would be missing without a word. */
export async function findReadable(session: Session, filter: SnapshotFilter): Promise<Found> {
  const found = await findSnapshots(session, filter);
  const [odd] = found.odd;
  if (odd !== undefined) throw oddError(odd);
  return found;
}

function isUndated({ createdAt }: SnapshotRecord): boolean {
  return Number.isNaN(Date.parse(createdAt));
}

function asUndated({ id, serverId, name, status }: SnapshotRecord): OddSnapshot {
  return { id, serverId, name, status, problem: "created_at is no time that can be read" };
}

/** Exactly one snapshot: none or several is an error that lists the candidates. */
export async function findSnapshot(
  session: Session,
  filter: SnapshotFilter & { readonly mostRecent?: boolean | undefined },
): Promise<SnapshotRecord> {
  const { snapshots } = await findOrLookAgain(session, filter);
  const [first, second] = snapshots;
  const undated = filter.mostRecent === true && second !== undefined ? snapshots.find(isUndated) : undefined;
  if (undated !== undefined) throw oddError(asUndated(undated));
  if (first !== undefined && (second === undefined || filter.mostRecent === true)) return first;
  const now = session.clock.now();
  if (first === undefined) throw await noneFound(session, filter, now);
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `${snapshots.length} snapshots match ${described(filter)}; narrow it down, or take the newest with mostRecent: true:\n` +
      snapshotTable(snapshots.slice(0, SHOWN), now),
  );
}

/** Nothing is called missing on a list that is a moment old: a resource of the same run may just have made it. */
async function findOrLookAgain(session: Session, filter: SnapshotFilter): Promise<Found> {
  const found = await findReadable(session, filter);
  if (found.snapshots.length > 0) return found;
  session.lists.invalidate();
  return findReadable(session, filter);
}

/** How many candidates an error lists. */
const SHOWN = 10;

async function noneFound(session: Session, filter: SnapshotFilter, now: number): Promise<Error> {
  const { snapshots } = await findSnapshots(session, { serverId: filter.serverId });
  const where = filter.serverId === undefined ? "in this account" : `of server ${filter.serverId}`;
  const there =
    snapshots.length === 0
      ? `There are no snapshots ${where}.`
      : `The snapshots ${where}${snapshots.length > SHOWN ? ` (the newest ${SHOWN})` : ""}:\n` +
        snapshotTable(snapshots.slice(0, SHOWN), now);
  return new VpsorgError("NOT_FOUND", `no snapshot matches ${described(filter)}. ${there}`);
}

const CONDITIONS = [
  "id",
  "serverId",
  "name",
  "nameRegex",
  "status",
  "createdBefore",
  "createdAfter",
  "mostRecent",
];

/** A misspelt condition would match everything. */
function refuseUnknownKeys(filter: SnapshotFilter): void {
  const unknown = Object.keys(filter).find((key) => !CONDITIONS.includes(key));
  if (unknown === undefined) return;
  throw invalid(`"${oneLine(unknown, 40)}" is not a condition; the conditions are ${CONDITIONS.join(", ")}`);
}

/** A server without snapshots and one that does not exist have the same list. */
async function refuseUnknownServer(session: Session, serverId: string): Promise<void> {
  const known = await session.client.getServer(serverId).then(
    (server) => server !== undefined,
    () => true,
  );
  if (!known) throw new VpsorgError("NOT_FOUND", `there is no server ${serverId} in this account`);
}

/** What cannot be read matches for all that anybody knows; a server's own list has been filtered by the API. */
function matcher(
  { advice }: Session,
  filter: SnapshotFilter,
): (snapshot: Partial<SnapshotRecord>) => boolean {
  const id = filter.id === undefined ? undefined : idOf(advice.argument("id"), filter.id);
  const regex =
    filter.nameRegex === undefined ? undefined : regexOf(advice.argument("nameRegex"), filter.nameRegex);
  const status = filter.status?.toLowerCase();
  const before = timeOf("createdBefore", filter.createdBefore);
  const after = timeOf("createdAfter", filter.createdAfter);
  return (s) =>
    (id === undefined || s.id === id) &&
    (filter.name === undefined || s.name === undefined || s.name === asName(filter.name)) &&
    (regex === undefined || s.name === undefined || regex.test(s.name)) &&
    (status === undefined || s.status === undefined || s.status.toLowerCase() === status) &&
    !(before !== undefined && timeOfRecord(s) >= before) &&
    !(after !== undefined && timeOfRecord(s) <= after);
}

function idOf(argument: string, value: string | number): string {
  const id = toId(value);
  if (id !== undefined) return id;
  throw invalid(`${argument} must be ${ID_FORM}; it is ${JSON.stringify(value)}`);
}

function regexOf(argument: string, pattern: string | RegExp): RegExp {
  try {
    // A pattern with the flag g would remember where it stopped.
    return typeof pattern === "string"
      ? new RegExp(pattern)
      : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
  } catch {
    throw invalid(`${argument} is not a regular expression: ${JSON.stringify(String(pattern))}`);
  }
}

function timeOf(property: string, value: string | Date | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = value instanceof Date ? value.getTime() : Date.parse(value);
  if (!Number.isNaN(time)) return time;
  throw invalid(
    `${property} must be a date, for example "2025-01-15T18:30:00Z"; it is ${JSON.stringify(value)}`,
  );
}

function invalid(message: string): VpsorgError {
  return new VpsorgError("INVALID_ARGUMENT", message);
}

/** Not a number where it cannot be read, which is neither before nor after anything. */
function timeOfRecord({ createdAt = "" }: Partial<SnapshotRecord>): number {
  return Date.parse(createdAt);
}

function newestFirst(a: SnapshotRecord, b: SnapshotRecord): number {
  return (
    (timeOfRecord(b) || 0) - (timeOfRecord(a) || 0) || b.id.localeCompare(a.id, undefined, { numeric: true })
  );
}

function described(filter: SnapshotFilter): string {
  const parts = Object.entries(filter)
    .filter(([key, value]) => value !== undefined && key !== "mostRecent")
    .map(
      ([key, value]) =>
        `${key} ${value instanceof RegExp || value instanceof Date ? String(value) : JSON.stringify(value)}`,
    );
  return parts.length === 0 ? "(no condition was given)" : parts.join(", ");
}
