import type { ServerRecord, SnapshotRecord } from "../../api";
import { sameForm } from "../../api/ids";
import { accountServers, newSnapshotLabel, serverLabel } from "../messages/labels";
import type { Operation } from "../operation";
import type { CheckFailure } from "../check";
import { isSibling, takenName } from "./preconditions";
import { deleteOneFirst, holds, SNAPSHOTS_PER_SERVER } from "./slots";
import type { SnapshotInputs } from "./state";

/** A snapshot that is to be made. */
export interface NewSnapshot extends Pick<SnapshotInputs, "serverId" | "__autoName" | "ring"> {
  /** `undefined` where it is not known yet. */
  readonly name: string | undefined;
  /** Under which `SlotReservations` has it. */
  readonly key: string;
  /** The id of its old half, where `diff` has told of one. */
  readonly replaces?: string | undefined;
  /** Its old half goes first: what `diff` has told of, or what `--replace` renews without a word. */
  readonly replacesFirst: boolean;
  /** It is to hold others, which can go first. */
  readonly hasOwn: boolean;
}

/**
 * Looks, in a preview, at what a new snapshot is going to meet. A server that VPS.org itself says is not there is a
 * failure; what may be otherwise in a moment is a warning, and the error stays where it is: before the POST.
 */
export async function announceCreate(operation: Operation, wanted: NewSnapshot): Promise<CheckFailure[]> {
  const { serverId } = wanted;
  const looks = await Promise.allSettled([
    serverProblem(operation, serverId),
    operation.lists.onServer(serverId),
  ]);
  const [server, existing] = [seen(looks[0]), seen(looks[1])];
  if (server?.isCertain === true) return [{ property: "serverId", reason: server.problem }];
  const obstacle =
    server === undefined
      ? existing && obstacleOn(operation, wanted, existing)
      : `${REFUSED}: ${server.problem}`;
  if (obstacle !== undefined) operation.reporter.warn(obstacle);
  // What the other look has shown is said first.
  for (const look of looks) if (look.status === "rejected") throw look.reason;
  return [];
}

function seen<T>(look: PromiseSettledResult<T>): T | undefined {
  return look.status === "fulfilled" ? look.value : undefined;
}

const REFUSED = "`up` would be refused now";

/** VPS.org may list a server late, and its own word on one server is not documented: only both together, twice, are certain. */
async function serverProblem(
  { servers, client, advice }: Operation,
  serverId: string,
): Promise<{ problem: string; isCertain: boolean } | undefined> {
  const isIn = (all: readonly ServerRecord[]): boolean =>
    all.some(({ id }) => id === serverId || !sameForm(id, serverId));
  const listed = await servers();
  if (isIn(listed)) return undefined;
  const isThere = await client.hasServer(serverId);
  if (isThere === true) return undefined;
  const isCertain = isThere === false && !isIn(await client.listServers({ attempts: 1 }));
  const label = serverLabel(serverId);
  const problem = isCertain
    ? `there is no ${label} in this account`
    : `the list of this account's servers does not show ${label}`;
  return { problem: `${problem}. ${advice.checkServer()} ${accountServers(listed)}`, isCertain };
}

function obstacleOn(
  operation: Operation,
  wanted: NewSnapshot,
  existing: readonly SnapshotRecord[],
): string | undefined {
  const { key, serverId, name, replaces, replacesFirst, hasOwn } = wanted;
  if (hasOwn) return undefined;
  const isOldHalf = ({ id, name: other }: SnapshotRecord): boolean =>
    replaces === undefined ? isSibling({ ...wanted, name: name ?? "" }, other) : id === replaces;
  const goesFirst = replacesFirst ? existing.find(isOldHalf) : undefined;
  const problem =
    wanted.__autoName === undefined ? nameProblem(operation, wanted, existing, goesFirst) : undefined;
  if (problem !== undefined) return `${REFUSED}: ${problem}`;
  return goesFirst === undefined ? noSlot(operation, serverId, key, existing) : undefined;
}

/** What to say of a given name that something else has already, or is to have. */
function nameProblem(
  operation: Operation,
  { key, serverId, name }: NewSnapshot,
  existing: readonly SnapshotRecord[],
  goesFirst: SnapshotRecord | undefined,
): string | undefined {
  const taken = existing.find((other) => other.name === name && other.id !== goesFirst?.id);
  if (taken !== undefined) {
    const { exists, remedy } = takenName(operation, taken);
    return `${exists}. ${remedy}`;
  }
  if (name === undefined || !operation.slots.isNamedBefore(serverId, name, key)) return undefined;
  return (
    `another resource of this program makes a ${newSnapshotLabel({ name, serverId })}. Give one of them another name, ` +
    "or none."
  );
}

/** What to say where a server has no slot beside those that are taken and those that are promised to others before. */
export function noSlot(
  operation: Operation,
  serverId: string,
  key: string,
  existing: readonly SnapshotRecord[],
): string | undefined {
  const before = operation.slots.promisedBefore(serverId, key);
  if (existing.length + before.all < SNAPSHOTS_PER_SERVER) return undefined;
  // A replacement that Pulumi meets later in the `up` than here deletes first, and leaves the slot.
  const isSure = existing.length + before.isNew >= SNAPSHOTS_PER_SERVER;
  const refused = isSure ? REFUSED : "`up` may be refused, where a replacement comes before this one";
  return (
    `${refused}: ${holds(serverId, existing, before.all)}, so there is no slot for this one. What the program does not have any ` +
    `more is deleted only after all that is new is made. ${deleteOneFirst(operation, existing)}`
  );
}
