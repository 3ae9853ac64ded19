import { isVpsorgError, withMessage } from "../../api";
import { commandLine } from "../messages/advice";
import { asSentence } from "../messages/labels";
import type { Operation } from "../operation";
import { deleteSnapshot } from "../snapshot/delete";
import { explainFailure } from "../messages/explain";
import { takeIn } from "./add";
import { isInNoList, memberLabel, rotationLabel } from "./plan";
import { Ring } from "./ring";
import type { RotationOutputs } from "./state";

/** Deletes all that a ring holds, oldest first, and what killed runs have made for it. */
export async function deleteRotation(operation: Operation, recorded: RotationOutputs): Promise<void> {
  const ring = Ring.recorded(recorded);
  const existing = await explainFailure(
    operation,
    operation.lists.onServer(ring.serverId),
    (why) =>
      `${rotationLabel(recorded)} was not deleted, because what its server holds cannot be seen: ${why}`,
  );
  takeIn(operation, ring, existing);
  for (const name of ring.unseenNames(recorded.namePrefix))
    operation.reporter.warn(
      `${isInNoList(ring, name)}. If it still shows, delete it: ${commandLine(`list --server ${ring.serverId}`)} shows its id.`,
    );
  const all = ring.snapshots.toReversed();
  for (const [done, member] of all.entries()) {
    // To take the whole entry out of the state, as one does with a `Snapshot`, would lose the others.
    if (operation.ownership.isHeldByOther(member.id, ring.claim)) {
      operation.reporter.info(
        `${memberLabel(operation, ring, member)} is not deleted here: another resource of this stack holds it.`,
      );
      continue;
    }
    try {
      operation.ownership.assertDeletable(member.id, ring.claim);
      await deleteSnapshot(
        operation,
        member.id,
        ring.asSnapshot(member, { __timeouts: recorded.__timeouts }),
      );
    } catch (error) {
      if (!isVpsorgError(error)) throw error;
      const left = all.slice(done).map(({ id }) => id);
      throw withMessage(
        error,
        `${asSentence(error.message)} Of the rotation's ${all.length} snapshots ${done} ${done === 1 ? "was" : "were"} deleted; ` +
          `these are left: ${left.join(", ")}.`,
      );
    }
  }
}
