import type { Reporter } from "../report";
import { lookAt } from "../restore/plan";
import type { RestorePlan } from "../restore/plan";
import type { Session } from "../session";
import { awaitCompletion } from "../snapshot/await-completion";
import { startDeadline } from "../snapshot/deadline";
import { PartialFailure } from "../snapshot/partial";
import { defined } from "../snapshot/properties";
import { snapshotProgress } from "../status";
import { begin, finish, running, settleUnknown } from "./create";
import type { RestoreInputs, RestoreOutputs } from "./properties";
import { SafetyPending } from "./safety";
import type { SafetySnapshot } from "./safety";

/**
 * An update restores nothing. It goes on with a restore whose end was not seen, and takes over arguments that only
 * this package looks at.
 */
export async function updateRestore(
  session: Session,
  id: string,
  recorded: RestoreOutputs,
  inputs: RestoreInputs,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const { __phase: phase, __startedAt: _startedAt, ...kept } = recorded;
  if (phase === undefined)
    return defined({ ...kept, ...inputs, serverId: inputs.serverId, __timeouts: inputs.__timeouts });
  if (phase === "safety") return resumeSafety(session, id, recorded, inputs, reporter);
  const begun = running(session, { id, inputs, plan: planOf(recorded), safety: safetyIn(recorded) });
  if (phase === "started") return finish(session, begun, reporter);
  return settleUnknown(session, begun, reporter);
}

/** The safety snapshot was being made: completed, it is followed by the restore; lost, by another one. */
async function resumeSafety(
  session: Session,
  id: string,
  recorded: RestoreOutputs,
  inputs: RestoreInputs,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const plan = await lookAt(session, inputs);
  const safety = safetyIn(recorded);
  const record = safety === undefined ? undefined : await session.lists.find(safety.id, plan.server.id);
  if (safety === undefined || record === undefined || snapshotProgress(record.status) === "failed") {
    return begin(session, { id, inputs, plan, safety: undefined }, reporter);
  }
  if (snapshotProgress(record.status) === "pending") {
    const deadline = startDeadline(session.clock, "update", inputs.__timeouts);
    const given = { serverId: plan.server.id, name: safety.name, waitForCompletion: true };
    await awaitCompletion(session, given, record, deadline, reporter, { seen: true, lookNow: true }).catch(
      (error: unknown) => {
        throw error instanceof PartialFailure ? new SafetyPending(safety, false, error) : error;
      },
    );
  }
  return begin(session, { id, inputs, plan, safety }, reporter);
}

function safetyIn(recorded: RestoreOutputs): SafetySnapshot | undefined {
  const { safetySnapshotId: id, safetySnapshotName: name = "" } = recorded;
  return id === undefined ? undefined : { id, name };
}

/** What was recorded, not what is there: the snapshot may be gone by now. */
function planOf(recorded: RestoreOutputs): RestorePlan {
  const { snapshotId, snapshotName, restoredServerId, serverName, serverStatus } = recorded;
  return {
    snapshot: { id: snapshotId, name: snapshotName, serverId: restoredServerId, serverName, createdAt: "" },
    server: { id: restoredServerId, name: serverName, status: serverStatus },
  };
}
