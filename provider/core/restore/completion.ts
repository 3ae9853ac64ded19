import type { ServerRecord } from "../../api";
import type { Reporter } from "../messages/reporter";
import type { Session } from "../session";
import { messageOf, serverLabel } from "../messages/labels";
import { confirmAccepted, TIMELY_FACTOR } from "./acceptance";
import type { Acceptance } from "./acceptance";
import type { RestorePlan } from "./plan";
import type { SentRequest } from "./request";
import { awaitRestore } from "./wait";
import type { RestoreWait } from "./wait";

/** What became of a request whose answer was lost. */
export type Confirmation = Acceptance & { readonly confirmed: boolean };

/**
 * Whether a request whose answer was lost was accepted: the server shows `restoring` so soon after it that no other
 * restore explains it.
 */
export async function confirm(
  session: Session,
  plan: RestorePlan,
  request: SentRequest,
  wait: RestoreWait,
  reporter: Reporter,
): Promise<Confirmation> {
  const { requestedAt, failure } = request;
  const { deadlineAt, signal } = wait;
  const acceptance = await confirmAccepted(session, plan.server.id, { requestedAt, deadlineAt, signal });
  // Another resource of this run may have requested one of the same server meanwhile.
  const other = session.restores.requestedFor(plan.server.id);
  const near = TIMELY_FACTOR * session.schedule.settleMs;
  const isOurs =
    (other === undefined || other.requestedAt === requestedAt) &&
    !session.restores.hasRequestedBefore(plan.server.id, requestedAt, near);
  const confirmed = acceptance.restoring && acceptance.timely && isOurs;
  if (confirmed) {
    const why = failure === undefined ? "" : ` (${messageOf(failure)})`;
    const label = serverLabel(plan.server.id, plan.server.name);
    reporter.info(`${label} is restoring although the answer was lost${why}; waiting for it.`);
  }
  return { ...acceptance, confirmed };
}

/** Waits until the server works again, and lets the creates that wait for that go on. */
export async function waitForEnd(
  session: Session,
  plan: RestorePlan,
  wait: RestoreWait,
  reporter: Reporter,
): Promise<ServerRecord> {
  const server = await awaitRestore(session, plan, wait, reporter);
  session.restores.end(plan.server.id);
  return server;
}

/** Holds a create back while a restore of its server that this run has requested is running. */
export async function waitForRestoreOf(
  session: Session,
  serverId: string,
  deadlineAt: number,
  reporter: Reporter,
): Promise<void> {
  const running = session.restores.requestedFor(serverId);
  if (running === undefined) return;
  const { plan, requestedAt } = running;
  const label = serverLabel(plan.server.id, plan.server.name);
  reporter.info(`${label} is being restored by this run: the snapshot is taken when that has ended.`);
  const statusBefore = plan.server.status;
  await waitForEnd(session, plan, { startedAt: requestedAt, deadlineAt, statusBefore }, reporter);
}
