import type { SnapshotRecord } from "../../api";
import { sameForm } from "../../api/ids";
import { serverLabel } from "../messages/labels";
import type { Operation } from "../operation";
import type { CheckFailure } from "./arguments";
import { isSibling, takenName } from "./preconditions";
import { holds, makeRoom, SNAPSHOTS_PER_SERVER } from "./slots";
import type { SnapshotInputs } from "./state";

/** A snapshot that is new in a program. */
export interface NewSnapshot extends Pick<SnapshotInputs, "serverId" | "__autoName" | "ring"> {
  /** `undefined` where it is not known yet. */
  readonly name: string | undefined;
  /** Under which `SlotReservations` has it. */
  readonly key: string;
  /** Where it is the new half of a replacement that nobody tells of, its old half goes first. */
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
  const [server, existing] = looks.map((look) => (look.status === "fulfilled" ? look.value : undefined)) as [
    Awaited<ReturnType<typeof serverProblem>>,
    readonly SnapshotRecord[] | undefined,
  ];
  if (server?.isCertain === true) return [{ property: "serverId", reason: server.problem }];
  const obstacle = server?.problem ?? (existing && obstacleOn(operation, wanted, existing));
  if (obstacle !== undefined) operation.reporter.warn(`\`up\` would be refused now: ${obstacle}`);
  // What the other look has shown is said first.
  for (const look of looks) if (look.status === "rejected") throw look.reason;
  return [];
}

/** VPS.org may list a server late, and its own word on one server is not documented: only both together are certain. */
async function serverProblem(
  { servers, client, advice }: Operation,
  serverId: string,
): Promise<{ problem: string; isCertain: boolean } | undefined> {
  const listed = await servers();
  if (listed.some(({ id }) => id === serverId || !sameForm(id, serverId))) return undefined;
  const isThere = await client.hasServer(serverId);
  if (isThere === true) return undefined;
  const label = serverLabel(serverId);
  const problem =
    isThere === false
      ? `there is no ${label} in this account`
      : `the list of this account's servers does not show ${label}`;
  return { problem: `${problem}. ${advice.checkServer()}`, isCertain: isThere === false };
}

function obstacleOn(
  operation: Operation,
  wanted: NewSnapshot,
  existing: readonly SnapshotRecord[],
): string | undefined {
  const { key, serverId, name, replacesFirst, hasOwn } = wanted;
  if (hasOwn) return undefined;
  if (replacesFirst && existing.some((other) => isSibling({ ...wanted, name: name ?? "" }, other.name)))
    return undefined;
  const taken = existing.find((other) => other.name === name);
  if (taken !== undefined) {
    const { exists, remedy } = takenName(operation, taken);
    return `${exists}. ${remedy}`;
  }
  return noSlot(operation, serverId, key, existing);
}

/** What to say where a server has no slot beside those that are taken and those that are promised to others before. */
export function noSlot(
  operation: Operation,
  serverId: string,
  key: string,
  existing: readonly SnapshotRecord[],
): string | undefined {
  const before = operation.slots.promisedBefore(serverId, key);
  if (existing.length + before < SNAPSHOTS_PER_SERVER) return undefined;
  return (
    `${holds(serverId, existing, before)}, so there is no slot for this one. What the program does not have any more ` +
    `is deleted only after all that is new is made. ${makeRoom(operation, existing)}`
  );
}
