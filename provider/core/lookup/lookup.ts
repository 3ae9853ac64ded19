import { asName, oneLine, VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { lookFor } from "../failed-look";
import { ID_FORM, toId } from "../ids";
import type { Session } from "../session";
import { SNAPSHOTS_PER_SERVER } from "../snapshot/slots";
import { listing } from "../wording";

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
  /** How many more the server can hold; only where the filter names a server. */
  readonly remainingSlots?: number;
}

/** All snapshots that match, in one list request that calls of the same moment share. */
export async function findSnapshots(session: Session, filter: SnapshotFilter): Promise<Found> {
  refuseUnknownKeys(filter);
  const matches = matcher(filter);
  const serverId = filter.serverId === undefined ? undefined : idOf("serverId", filter.serverId);
  const { snapshots } = await lookFor(
    serverId === undefined ? session.lists.gather(undefined) : session.lists.gatherServer(serverId),
    (why) => `the snapshots could not be listed: ${why}`,
  );
  const found = snapshots.filter(matches).sort(newestFirst);
  if (serverId === undefined) return { snapshots: found };
  if (snapshots.length === 0) await refuseUnknownServer(session, serverId);
  return { snapshots: found, remainingSlots: Math.max(0, SNAPSHOTS_PER_SERVER - snapshots.length) };
}

/** Exactly one snapshot: none or several is an error that lists the candidates. */
export async function findSnapshot(
  session: Session,
  filter: SnapshotFilter & { readonly mostRecent?: boolean | undefined },
): Promise<SnapshotRecord> {
  const { snapshots } = await findOrLookAgain(session, filter);
  const [first, second] = snapshots;
  if (first !== undefined && (second === undefined || filter.mostRecent === true)) return first;
  const now = session.clock.now();
  if (first === undefined) throw await noneFound(session, filter, now);
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `${snapshots.length} snapshots match ${described(filter)}; narrow it down, or take the newest with mostRecent: true:\n` +
      listing(snapshots.slice(0, SHOWN), now),
  );
}

/** Nothing is called missing on a list that is a moment old: a resource of the same run may just have made it. */
async function findOrLookAgain(session: Session, filter: SnapshotFilter): Promise<Found> {
  const found = await findSnapshots(session, filter);
  if (found.snapshots.length > 0) return found;
  session.lists.invalidate();
  return findSnapshots(session, filter);
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
        listing(snapshots.slice(0, SHOWN), now);
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

function matcher(filter: SnapshotFilter): (snapshot: SnapshotRecord) => boolean {
  const id = filter.id === undefined ? undefined : idOf("id", filter.id);
  const regex = filter.nameRegex === undefined ? undefined : regexOf(filter.nameRegex);
  const before = timeOf("createdBefore", filter.createdBefore);
  const after = timeOf("createdAfter", filter.createdAfter);
  return (s) =>
    (id === undefined || s.id === id) &&
    (filter.name === undefined || s.name === asName(filter.name)) &&
    (regex === undefined || regex.test(s.name)) &&
    (filter.status === undefined || s.status.toLowerCase() === filter.status.toLowerCase()) &&
    (before === undefined || Date.parse(s.createdAt) < before) &&
    (after === undefined || Date.parse(s.createdAt) > after);
}

function idOf(property: string, value: string | number): string {
  const id = toId(value);
  if (id !== undefined) return id;
  throw invalid(`${property} must be ${ID_FORM}; it is ${JSON.stringify(value)}`);
}

function regexOf(pattern: string | RegExp): RegExp {
  try {
    // A pattern with the flag g would remember where it stopped.
    return typeof pattern === "string"
      ? new RegExp(pattern)
      : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
  } catch {
    throw invalid(`nameRegex is not a regular expression: ${JSON.stringify(String(pattern))}`);
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

function newestFirst(a: SnapshotRecord, b: SnapshotRecord): number {
  return (
    Date.parse(b.createdAt) - Date.parse(a.createdAt) ||
    b.id.localeCompare(a.id, undefined, { numeric: true })
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
