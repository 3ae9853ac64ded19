import { VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { datedLabel, serverLabel } from "../messages/labels";
import type { Session } from "../session";
import { noSlot } from "../snapshot/announce";
import { isElsewhere, unprovable } from "../snapshot/endpoint";
import { noFreeSlot, SNAPSHOTS_PER_SERVER } from "../snapshot/slots";
import type { Operation } from "../operation";
import type { Ring } from "./ring";
import type { Member, RotationOutputs } from "./state";

/** Why a member goes that is no restore point. */
export const FAILED = "it failed and cannot be restored";

/** A rotation as messages speak of it. */
export function rotationLabel({ namePrefix, __ring, serverId, serverName }: RotationOutputs): string {
  return `rotation "${namePrefix}-${__ring}" of ${serverLabel(serverId, serverName)}`;
}

/** A member as messages speak of it: with its date, which is what is lost with it. */
export function memberLabel(session: Pick<Session, "clock">, ring: Ring, member: Member): string {
  const { serverId, serverName } = ring;
  return datedLabel({ ...member, serverId, serverName }, session.clock.now());
}

function memberLabels(session: Pick<Session, "clock">, ring: Ring, members: readonly Member[]): string {
  return members.map((member) => memberLabel(session, ring, member)).join(" and ");
}

/** The beginning of a sentence: an addition of which neither an answer nor a list has told. */
export function isInNoList({ serverId, serverName }: Ring, name: string): string {
  return `snapshot "${name}" of ${serverLabel(serverId, serverName)}, whose answer was lost, is in no list`;
}

/** The beginning of a sentence: what goes. */
export function areDeleted(session: Pick<Session, "clock">, ring: Ring, going: readonly Member[]): string {
  return `${memberLabels(session, ring, going)} ${going.length === 1 ? "is" : "are"} deleted`;
}

/** At another endpoint a ring is known by its members; one of none may have made something where it was. */
export function refuseUnprovable(endpoint: string, ring: Ring, recorded: RotationOutputs): void {
  const mayHaveMade = ring.unseenNames(recorded.namePrefix).length > 0;
  if (ring.snapshots.length === 0 && mayHaveMade && isElsewhere(endpoint, recorded))
    throw unprovable(endpoint, rotationLabel(recorded), recorded);
}

/** What has a name of the ring, is in no state, and no other resource of the stack holds: a killed run has made it. */
export function unclaimed(
  { ownership }: Operation,
  ring: Ring,
  existing: readonly SnapshotRecord[],
): readonly SnapshotRecord[] {
  return ring.strays(existing).filter(({ id }) => !ownership.isTaken(id));
}

/** The member that has to go before another snapshot can be made; `undefined` where there is a slot, or none of its own. */
export function inTheWay(
  session: Session,
  ring: Ring,
  existing: readonly SnapshotRecord[],
): Member | undefined {
  // The slots included that others are promised. What this run has met later is no reason to delete anything.
  const taken = existing.length + session.slots.promisedBefore(ring.serverId, ring.claim).all;
  if (taken < SNAPSHOTS_PER_SERVER) return undefined;
  const there = new Set(existing.map(({ id }) => id));
  return ring.surplus(0).find(({ id }) => there.has(id));
}

/** Refuses to drop a member that another step of this run restores, or any of them where the resource is protected. */
export function refuseToDrop(
  operation: Operation,
  ring: Ring,
  going: readonly Member[],
  isProtected: boolean,
  why: string,
): void {
  if (isProtected && going.length > 0) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `${memberLabels(operation, ring, going)} would be deleted (${why}), but the rotation has the resource option protect. ` +
        "Nothing was changed. Raise keep, leave keep and triggers as they were, or take protect off.",
    );
  }
  for (const { id } of going) operation.restores.deleteFirst({ id }, why);
}

/** What is said of an addition. */
export interface Announced {
  readonly keep: number;
  /** What is more than this goes without it. */
  readonly kept: number;
  readonly existing: readonly SnapshotRecord[];
  readonly isProtected: boolean;
}

/** Says, in a preview and in an `up`, what an addition does to the members. Whether it takes a slot that none of them leaves. */
export function announceAddition(
  operation: Operation,
  ring: Ring,
  { keep, kept, existing, isProtected }: Announced,
): boolean {
  const { reporter, slots } = operation;
  // They go before all else, and leave their slots.
  const failed = isProtected ? [] : ring.failed();
  const left = existing.filter(({ id }) => !failed.some((member) => member.id === id));
  const first = inTheWay(operation, ring, left);
  const isOther = (member: Member): boolean => !failed.includes(member) && member.id !== first?.id;
  const overdue = ring.surplus(kept).filter(isOther);
  const later = ring.surplus(keep - 1).filter((member) => isOther(member) && !overdue.includes(member));
  refuseToDrop(
    operation,
    ring,
    first === undefined ? [] : [first],
    isProtected,
    "its rotation needs its slot",
  );
  refuseToDrop(operation, ring, [...overdue, ...later], isProtected, "its rotation drops it");
  const good = ring.snapshots.length - failed.length - overdue.length;
  if (failed.length > 0) reporter.warn(`${areDeleted(operation, ring, failed)}: ${FAILED}.`);
  if (first !== undefined) {
    const promised = slots.promisedBefore(ring.serverId, ring.claim).all;
    reporter.warn(
      `${noFreeSlot(ring.serverId, left, promised)}, so ${memberLabel(operation, ring, first)} is ` +
        "deleted before the new one is made" +
        (good === 1 ? ": until that is completed there is no snapshot of this rotation." : "."),
    );
  }
  if (overdue.length > 0) reporter.warn(`${areDeleted(operation, ring, overdue)}: keep is ${keep}.`);
  if (later.length > 0) {
    reporter.info(
      `adds a snapshot; when it is completed, ${areDeleted(operation, ring, later)}: keep is ${keep}.`,
    );
  } else if (first === undefined) {
    const obstacle = noSlot(operation, ring.serverId, ring.claim, left);
    if (obstacle !== undefined) reporter.warn(obstacle);
    const none = failed.length + overdue.length === 0 ? "none" : "no other";
    reporter.info(`adds a snapshot and deletes ${none}: it then has ${good + 1}, and keep is ${keep}.`);
  }
  return first === undefined;
}

/** The same where an interrupted run has begun it. */
export function announceResumption(
  operation: Operation,
  ring: Ring,
  keep: number,
  begun: Member,
  isProtected: boolean,
): void {
  const going = ring.surplus(keep);
  refuseToDrop(operation, ring, going, isProtected, "its rotation drops it");
  const then =
    going.length === 0
      ? ""
      : ` When it is completed, ${areDeleted(operation, ring, going)}: keep is ${keep}.`;
  // The next release gets a snapshot that was made for another one.
  const forWhat =
    ring.pending?.intent === undefined
      ? ", for triggers that no state holds: it shows the server as it was then"
      : "";
  operation.reporter.info(
    `goes on with ${memberLabel(operation, ring, begun)} which an earlier run has begun${forWhat}.${then}`,
  );
}
