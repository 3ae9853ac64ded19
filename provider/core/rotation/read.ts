import { explainFailure } from "../messages/explain";
import type { Operation } from "../operation";
import { endpointMark } from "../snapshot/endpoint";
import { takeIn } from "./add";
import { followMembers } from "./members";
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
  await followMembers(operation, ring, ring.snapshots, {
    then: "leaves the ring",
    explain: (what, why) => `${what} could not be read: ${why} The state stays as it is.`,
    known: (record) => {
      operation.ownership.note(record.id);
      ring.serverName = record.serverName;
      ring.join(record);
    },
  });
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
