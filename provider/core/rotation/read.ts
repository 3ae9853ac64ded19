import { explainFailure } from "../messages/explain";
import { findSettled } from "../account/absence";
import type { Operation } from "../operation";
import { endpointMark } from "../snapshot/endpoint";
import { warnIfServerIsMissing } from "../snapshot/missing-server";
import { takeIn } from "./add";
import { memberLabel } from "./plan";
import { Ring } from "./ring";
import type { RotationOutputs } from "./state";

/**
 * The ring as it is now. A member that is gone leaves it, on the same proof as a `Snapshot`; the ring itself stays, also
 * without any, because its name is what finds its snapshots again. What a killed run has made joins it.
 */
export async function readRotation(
  operation: Operation,
  recorded: RotationOutputs,
): Promise<RotationOutputs> {
  const ring = Ring.recorded(recorded);
  let warned = false;
  for (const member of ring.snapshots) {
    const what = memberLabel(operation, ring, member);
    const record = await explainFailure(
      operation,
      findSettled(operation, member.id, { ...member, serverId: ring.serverId }),
      (why) => `${what} could not be read: ${why} The state stays as it is.`,
    );
    if (record !== undefined) {
      operation.ownership.note(member.id);
      ring.serverName = record.serverName;
      ring.join(record);
      continue;
    }
    const isUnlisted = ring.isUnlisted(member);
    ring.leave(member.id, isUnlisted);
    operation.ownership.dropped(member.id);
    // Once, because it is the same for all of them.
    const isSaid: boolean =
      !warned && (await warnIfServerIsMissing(operation, member.id, ring.asSnapshot(member)));
    warned ||= isSaid;
    if (!isSaid)
      operation.reporter.info(
        isUnlisted
          ? `${what} was accepted and is in no list of this account: it leaves the ring. If it still shows, it is the first to go.`
          : `${what} is in no list of this account any more, and leaves the ring.`,
      );
  }
  takeIn(operation, ring, await existing(operation, ring));
  return ring.outputs(recorded, endpointMark(operation.endpoint));
}

async function existing(operation: Operation, ring: Ring) {
  const { snapshots } = await explainFailure(
    operation,
    operation.lists.batchedServerList(ring.serverId),
    (why) => `the snapshots of server ${ring.serverId} could not be read: ${why} The state stays as it is.`,
  );
  return snapshots;
}
