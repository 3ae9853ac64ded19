import { isVpsorgError } from "../../api";
import type { Session } from "../session";
import { InitError } from "../init-error";
import { rotationAdvice } from "../messages/advice";
import { snapshotLabel } from "../messages/labels";
import type { Operation } from "../operation";
import { confirmMoved, endpointMark, isElsewhere } from "../snapshot/endpoint";
import { add, drop, existingBefore, takeIn, waitFor } from "./add";
import { adoptInto, newlyAdopted } from "./adopt";
import { followKept } from "./members";
import { FAILED, isInNoList, refuseUnprovable, unclaimed } from "./plan";
import { Ring } from "./ring";
import type { RotationInputs, RotationOutputs } from "./state";

/** Begins a ring with its first snapshot. */
export async function createRotation(
  started: Operation,
  inputs: RotationInputs,
): Promise<{ id: string; outputs: RotationOutputs }> {
  const operation = { ...started, advice: rotationAdvice };
  const ring = new Ring(inputs.__ring, inputs.serverId);
  const allowed = inputs.__timeouts?.create;
  const outputs = await recording(operation, ring, inputs, async () => {
    await adoptInto(operation, ring, newlyAdopted(ring, inputs.adopt));
    await finish(operation, ring, allowed);
    await add(operation, ring, { inputs, allowed, isFirst: true });
    await finish(operation, ring, allowed);
    await prune(operation, ring, inputs, inputs.keep);
  });
  return { id: ring.id, outputs };
}

/**
 * Brings a ring from what state holds to what the program asks for: an addition that was interrupted is ended first,
 * another one is made where the triggers ask for it, and only when that is completed the oldest go.
 */
export async function updateRotation(
  started: Operation,
  recorded: RotationOutputs,
  inputs: RotationInputs,
): Promise<RotationOutputs> {
  const operation = { ...started, advice: rotationAdvice };
  const ring = Ring.recorded(recorded);
  for (const { id } of ring.snapshots) operation.ownership.note(id);
  refuseUnprovable(operation.endpoint, ring, recorded);
  if (isElsewhere(operation.endpoint, recorded))
    for (const member of ring.snapshots)
      await confirmMoved(operation, member.id, ring.asSnapshot(member, { __endpoint: recorded.__endpoint }));
  const allowed = inputs.__timeouts?.update;
  return recording(operation, ring, inputs, async () => {
    await adoptInto(operation, ring, newlyAdopted(ring, inputs.adopt, recorded.adopt));
    // A POST may have had an effect that no state knows.
    if (ring.isUnseen() || ring.owes(inputs.triggers))
      takeIn(operation, ring, await existingBefore(operation, ring, "added"));
    else if (ring.surplus(inputs.keep).length > 0) await warnOfStrays(operation, ring);
    // What the comparison has found young enough does not grow too old in the wait.
    const comparedAt = operation.clock.now();
    await finish(operation, ring, allowed);
    // By the name that it was asked for with: a program may have another prefix since.
    const lost = ring.lostName(recorded.namePrefix);
    const isMade = ring.settle(inputs.triggers, comparedAt);
    if (lost !== undefined)
      operation.reporter.warn(
        `${isInNoList(ring, lost)}, ${ring.owes(inputs.triggers) ? "so another one is made" : "and is not asked for any more"}. If it ` +
          "still shows, `pulumi refresh` takes it into the ring, and it is the first to go.",
      );
    // Before another one: what failed is no restore point, and what the addition before was to drop is still there.
    const isOverdue = recorded.__pending === undefined && recorded.snapshots.length > recorded.keep;
    const left = isMade || isOverdue ? Math.max(recorded.keep, inputs.keep) : undefined;
    await prune(operation, ring, inputs, left);
    const isFirst = ring.pending?.first === true;
    if (ring.owes(inputs.triggers)) await add(operation, ring, { inputs, allowed, isFirst });
    await finish(operation, ring, allowed);
    await prune(operation, ring, inputs, inputs.keep);
    ring.end(inputs.triggers);
  });
}

/** What only drops takes nothing in: its preview has named all that goes. */
async function warnOfStrays(operation: Operation, ring: Ring): Promise<void> {
  for (const stray of unclaimed(operation, ring, await existingBefore(operation, ring, "deleted")))
    operation.reporter.warn(
      `${snapshotLabel(stray)} has a name of this rotation and is in no state: an interrupted run has made it. \`pulumi refresh\` ` +
        "takes it into the ring.",
    );
}

/** Waits for what was taken in before it was completed. */
async function finish(operation: Operation, ring: Ring, allowed: string | undefined): Promise<void> {
  for (const member of ring.unfinished()) await waitFor(operation, ring, member, allowed);
}

/** Drops what failed and, once all that the ring wanted is completed, what is more than it keeps. */
async function prune(
  operation: Operation,
  ring: Ring,
  inputs: RotationInputs,
  keep: number | undefined,
): Promise<void> {
  if (keep !== undefined && ring.surplus(keep).length > 0)
    await followKept(
      operation,
      ring,
      "leaves the ring",
      (what, why) => `${what} could not be looked up, so no snapshot was deleted: ${why}`,
    );
  if (inputs.__protects !== true) await drop(operation, ring, ring.failed(), inputs, FAILED);
  if (keep !== undefined)
    await drop(operation, ring, ring.surplus(keep), inputs, `its rotation keeps ${inputs.keep}`);
}

/** Whatever was changed before something failed is recorded, so that the next run goes on from there. */
async function recording(
  session: Session,
  ring: Ring,
  inputs: RotationInputs,
  work: () => Promise<void>,
): Promise<RotationOutputs> {
  const mark = endpointMark(session.endpoint);
  try {
    await work();
    for (const { id } of ring.taken()) session.ownership.assertSole(id, ring.claim);
    return ring.outputs(inputs, mark);
  } catch (error) {
    if (!isVpsorgError(error) || !ring.changed) throw error;
    // Pulumi has met another one that holds it since, and nothing of it stays here: two entries would both delete it.
    const taken = ring.taken().map(({ id }) => id);
    const held = taken.filter((id) => session.ownership.isHeldByOther(id, ring.claim));
    for (const id of held) ring.leave(id);
    const adopt = inputs.adopt?.filter((id) => !held.includes(id));
    const outputs = ring.outputs({ ...inputs, adopt }, mark);
    throw new InitError(ring.id, outputs, error.code, error.message);
  } finally {
    session.slots.release(ring.claim);
  }
}
