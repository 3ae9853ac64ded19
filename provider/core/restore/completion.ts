import { VpsorgError, WaitTimeoutError, withMessage } from "../../api";
import type { ServerRecord } from "../../api";
import { messageOf, serverLabel } from "../messages/labels";
import { confirmAccepted, TIMELY_FACTOR } from "./acceptance";
import type { Acceptance } from "./acceptance";
import type { RestorePlan } from "./plan";
import type { SentRequest } from "./request";
import { awaitRestore } from "./wait";
import type { RestoreWait } from "./wait";
import type { Operation, TimedOperation } from "../operation";

/** What became of a request whose answer was lost. */
export type Confirmation = Acceptance & { readonly confirmed: boolean };

/**
 * Whether a request whose answer was lost was accepted: the server shows `restoring` so soon after it that no other
 * restore explains it.
 */
export async function confirm(
  operation: Operation,
  plan: RestorePlan,
  request: SentRequest,
  wait: RestoreWait,
): Promise<Confirmation> {
  const { requestedAt, failure } = request;
  const { deadlineAt, signal } = wait;
  const acceptance = await confirmAccepted(operation, plan.server.id, { requestedAt, deadlineAt, signal });
  // Another resource of this run may have requested one of the same server meanwhile.
  const other = operation.restores.requestedFor(plan.server.id);
  const near = TIMELY_FACTOR * operation.schedule.settleMs;
  const isOurs =
    (other === undefined || other.requestedAt === requestedAt) &&
    !operation.restores.hasRequestedBefore(plan.server.id, requestedAt, near);
  const confirmed = acceptance.restoring && acceptance.timely && isOurs;
  if (confirmed) {
    const why = failure === undefined ? "" : ` (${messageOf(failure)})`;
    const label = serverLabel(plan.server.id, plan.server.name);
    operation.reporter.info(`${label} is restoring although the answer was lost${why}; waiting for it.`);
  }
  return { ...acceptance, confirmed };
}

/** Waits until the server works again, and lets the creates that wait for that go on. */
export async function waitForEnd(
  operation: Operation,
  plan: RestorePlan,
  wait: RestoreWait,
): Promise<ServerRecord> {
  const server = await awaitRestore(operation, plan, wait);
  operation.restores.end(plan.server.id);
  return server;
}

/** Holds the create of `what` back while a restore of its server that this run has requested is running. */
export async function waitForRestoreOf(
  operation: TimedOperation,
  serverId: string,
  what: string,
): Promise<void> {
  const running = operation.restores.requestedFor(serverId);
  if (running === undefined) return;
  const { plan, requestedAt } = running;
  const label = serverLabel(plan.server.id, plan.server.name);
  operation.reporter.info(
    `${label} is being restored by this run: the snapshot is taken when that has ended.`,
  );
  const statusBefore = plan.server.status;
  const deadlineAt = operation.deadline.at;
  await waitForEnd(operation, plan, { startedAt: requestedAt, deadlineAt, statusBefore }).catch(
    (error: unknown) => {
      throw notCreated(operation, what, error);
    },
  );
}

/** The error is of the snapshot, and the restore has a resource of its own that tells what became of it. */
function notCreated({ advice }: Operation, what: string, error: unknown): unknown {
  if (!(error instanceof VpsorgError)) return error;
  const more = error instanceof WaitTimeoutError ? ` ${advice.moreTime("create", "60")}` : "";
  return withMessage(error, `${what} was not created: ${error.message}${more}`);
}
