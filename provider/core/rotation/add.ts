import { OutcomeUnknownError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { SHARING_TIMES } from "../../api/times";
import { forServer, occupants } from "../account/listing";
import { InitError } from "../init-error";
import { explainFailure } from "../messages/explain";
import { age, snapshotLabel } from "../messages/labels";
import { limitTime } from "../operation";
import type { Operation } from "../operation";
import { createSnapshot } from "../snapshot/create";
import { removeSnapshot } from "../snapshot/delete";
import { readOutputs } from "../snapshot/state";
import type { SnapshotOutputs } from "../snapshot/state";
import { resumeWait } from "../snapshot/wait";
import { snapshotProgress } from "../status";
import { followCompleted } from "./members";
import { inTheWay, memberLabel, refuseToDrop, unclaimed } from "./plan";
import type { Ring } from "./ring";
import type { Member, RotationInputs } from "./state";

/** What an addition is made with. */
export interface Addition {
  readonly inputs: RotationInputs;
  /** How long it may take. */
  readonly allowed: string | undefined;
  /** There is none before it. */
  readonly isFirst: boolean;
}

/**
 * Takes another snapshot into the ring. Where the server is full the oldest of the ring goes first, within the server's
 * mutex, so that nobody else takes its slot.
 */
export async function add(
  operation: Operation,
  ring: Ring,
  { inputs, allowed, isFirst }: Addition,
): Promise<void> {
  const before = ring.pending;
  const name = ring.begin(inputs.namePrefix, inputs.triggers, isFirst);
  const timeouts = allowed === undefined ? {} : { __timeouts: { create: allowed } };
  const { serverId, description } = inputs;
  const given = { serverId, name, waitForCompletion: true, ring: ring.id, ...timeouts };
  const made = await recorded(
    ring,
    () =>
      createSnapshot(
        operation,
        description === undefined ? given : { ...given, description },
        undefined,
        () => makeRoom(operation, ring, inputs),
      ),
    () => ring.cancel(before),
  );
  joinMade(operation, ring, made.id, made.outputs);
  ring.end(inputs.triggers);
  // The list before the POST may have lagged: what a killed run has made has appeared since.
  takeIn(operation, ring, operation.lists.latest(ring.serverId)?.snapshots ?? []);
}

/** Takes in what a killed run has made. */
export function takeIn(operation: Operation, ring: Ring, existing: readonly SnapshotRecord[]): void {
  for (const stray of unclaimed(operation, ring, existing)) {
    operation.ownership.note(stray.id);
    operation.ownership.keeps(stray.id, ring.claim);
    const what = `${snapshotLabel(stray)} (${age(stray.createdAt, operation.clock.now())}, ${stray.status})`;
    operation.reporter.info(`${what} ${whatItIs(ring, stray)}`);
    ring.takeIn(stray);
  }
  followCompleted(ring, existing);
  ring.passOver(existing);
}

/** An addition that was begun and recorded is known by its number; what no state knows at all is of a killed run. */
function whatItIs(ring: Ring, stray: SnapshotRecord): string {
  if (ring.isLate(stray))
    return "is an addition that no list had shown, and the ring went on without it: it is the first to go.";
  if (ring.isLost(stray)) return "is the addition whose answer was lost: it belongs to the ring.";
  return "has a name of this rotation and was in no state: an interrupted run has made it, and it belongs to the ring.";
}

/**
 * What the ring's server holds. A filter that hides a member hides what a killed run has made as well: then the account's
 * list is read.
 */
export async function existingOn(
  { lists }: Operation,
  { serverId, snapshots }: Ring,
): Promise<readonly SnapshotRecord[]> {
  const listed = await lists.onServer(serverId);
  const there = new Set(listed.map(({ id }) => id));
  if (snapshots.length > 0 && snapshots.every(({ id }) => there.has(id))) return listed;
  const part = forServer(await lists.list(undefined, { maxAgeMs: SHARING_TIMES.freshMs }), serverId);
  return part === undefined ? listed : lists.writes.over(occupants(part), serverId);
}

/** The same before a snapshot is added or deleted: where it fails, the error says that nothing was. */
export function existingBefore(
  operation: Operation,
  ring: Ring,
  toBe: "added" | "deleted",
): Promise<readonly SnapshotRecord[]> {
  return explainFailure(
    operation,
    existingOn(operation, ring),
    (why) => `no snapshot was ${toBe}, because the list before it failed: ${why}`,
  );
}

/** Waits until a member is completed; whatever ends the wait otherwise is recorded with the ring. */
export async function waitFor(
  operation: Operation,
  ring: Ring,
  member: Member,
  allowed: string | undefined,
): Promise<void> {
  const timeouts = allowed === undefined ? {} : { update: allowed };
  if (snapshotProgress(member.status) === "done") return;
  const outputs = await recorded(
    ring,
    () => resumeWait(limitTime(operation, "update", timeouts), member.id, ring.asSnapshot(member)),
    () => undefined,
  );
  joinMade(operation, ring, member.id, outputs);
}

/** A wait that ends early, or an answer that was lost, leaves what is known in the ring. */
async function recorded<T>(
  ring: Ring,
  work: () => Promise<T>,
  /** Called where certainly nothing was made. */
  onRefusal: () => void,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InitError) {
      const outputs = readOutputs(error.outputs);
      ring.serverName = outputs.serverName || ring.serverName;
      ring.join({ ...outputs, id: error.id });
      if (ring.pending !== undefined && outputs.__unlisted === true)
        ring.pending = { ...ring.pending, unlisted: true };
    } else if (error instanceof OutcomeUnknownError) ring.doubt();
    else onRefusal();
    throw error;
  }
}

function joinMade(operation: Operation, ring: Ring, id: string, outputs: SnapshotOutputs): void {
  operation.ownership.keeps(id, ring.claim);
  ring.serverName = outputs.serverName || ring.serverName;
  ring.join({ ...outputs, id });
}

/**
 * Before the POST: the one member that stands in its way. Never a second one, and none where the comparison has found a slot
 * and named nobody: a slot that somebody else has taken meanwhile is an error, and costs no restore point.
 */
async function makeRoom(operation: Operation, ring: Ring, inputs: RotationInputs): Promise<void> {
  const { slots } = operation;
  const mayDrop = ring.snapshots.length > 0 && !slots.hasSlot(ring.claim);
  const first = mayDrop
    ? inTheWay(operation, ring, await existingBefore(operation, ring, "added"))
    : undefined;
  slots.release(ring.claim);
  if (first !== undefined) await drop(operation, ring, [first], inputs, "its rotation needs its slot");
}

/** Deletes members, one after the other; each is out of the ring as soon as it is gone. */
export async function drop(
  operation: Operation,
  ring: Ring,
  going: readonly Member[],
  { __protects, __timeouts }: RotationInputs,
  why: string,
): Promise<void> {
  refuseToDrop(operation, ring, going, __protects === true, why);
  if (going.length === 0) return;
  // What is given back afterwards must not have counted: the ring would keep one less.
  for (const { id } of [...going, ...ring.taken()]) operation.ownership.assertSole(id, ring.claim);
  for (const member of going) {
    operation.ownership.assertSole(member.id, ring.claim);
    operation.ownership.assertDeletable(member.id, ring.claim);
    const what = memberLabel(operation, ring, member);
    const wasThere = await removeSnapshot(operation, member.id, ring.asSnapshot(member, { __timeouts }));
    ring.leave(member.id);
    operation.ownership.dropped(member.id);
    operation.reporter.info(
      wasThere ? `${what} was deleted: ${why}.` : `${what} was gone already, and leaves the ring.`,
    );
  }
}
