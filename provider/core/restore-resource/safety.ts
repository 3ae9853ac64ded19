import { isVpsorgError, reworded, VpsorgError } from "../../api";
import type { Reporter } from "../report";
import type { RestorePlan } from "../restore/plan";
import type { Session } from "../session";
import { createSnapshot } from "../snapshot/create";
import { PartialFailure } from "../snapshot/partial";
import { sentence } from "../wording";

export interface SafetySnapshot {
  readonly id: string;
  readonly name: string;
}

/** A safety snapshot that was started and is not completed: nothing was restored yet. */
export class SafetyPending extends VpsorgError {
  constructor(
    readonly safety: SafetySnapshot,
    readonly failed: boolean,
    cause: PartialFailure,
  ) {
    super(cause.code, `${sentence(cause.message)} Nothing was restored.`, { cause });
  }
}

/** Takes and completes a snapshot of the present state. It is kept: it is the way back from the restore. */
export async function takeSafetySnapshot(
  session: Session,
  plan: RestorePlan,
  reporter: Reporter,
  create: string | undefined,
): Promise<SafetySnapshot> {
  const now = new Date(session.clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const name = `before-restore-${plan.snapshot.id}-${now}`;
  const inputs = {
    serverId: plan.server.id,
    name,
    description: `The state before snapshot ${plan.snapshot.id} was restored`,
    waitForCompletion: true,
    ...(create === undefined ? {} : { __timeouts: { create } }),
  };
  try {
    const { id } = await createSnapshot(session, inputs, reporter);
    reporter.info(`safety snapshot ${id} "${name}" holds the state before the restore; it is kept.`);
    return { id, name };
  } catch (error) {
    if (error instanceof PartialFailure) {
      throw new SafetyPending(
        { id: error.id, name },
        error.code === "OPERATION_FAILED" || error.code === "NOT_FOUND",
        error,
      );
    }
    if (!isVpsorgError(error)) throw error;
    const apart = error.message.includes("\n") ? "\n" : " ";
    throw reworded(error, `${sentence(error.message)}${apart}Nothing was restored.`);
  }
}

/** What to say of the way back when a restore did not end well. */
export function wayBack(safety: SafetySnapshot | undefined): string {
  if (safety === undefined) return "";
  return ` Safety snapshot ${safety.id} "${safety.name}" holds the state before: \`npx pulumi-vpsorg restore ${safety.id}\` brings it back.`;
}
