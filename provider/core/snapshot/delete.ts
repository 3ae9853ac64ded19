import { ApiError, AuthError, NotFoundError, withMessage, VpsorgError, WaitTimeoutError } from "../../api";
import { busyDelay } from "../busy";
import type { Session } from "../session";
import { formatDuration, messageOf, asSentence, snapshotLabel } from "../messages/labels";
import { findSettled, isGone } from "../account/absence";
import type { SnapshotOutputs } from "./state";
import { warnIfServerIsMissing } from "./missing-server";
import { awaitRestoresOf } from "./running-restore";
import { awaitSuccessors } from "./successors";
import { limitTime } from "../operation";
import type { Operation, TimedOperation } from "../operation";
import { MAX_LAST_LOOK_DELAY_MS } from "../../api/times";

/** Deletes a snapshot, once whatever may replace it is completed. */
export async function deleteSnapshot(
  started: Operation,
  id: string,
  recorded: SnapshotOutputs,
): Promise<void> {
  await awaitSuccessors(started, id, recorded);
  await removeSnapshot(started, id, recorded);
}

/**
 * Deletes a snapshot that nothing replaces, or whose replacement is completed. One that is gone already counts as
 * deleted; a server that is busy is waited for until the deadline. Whether it was there.
 */
export async function removeSnapshot(
  started: Operation,
  id: string,
  recorded: SnapshotOutputs,
): Promise<boolean> {
  const operation = limitTime(started, "delete", recorded.__timeouts);
  const { deadline } = operation;
  const what = snapshotLabel({ ...recorded, id });
  await awaitRestoresOf(operation, recorded.serverId, what);
  for (let attempt = 1; ; attempt++) {
    try {
      const wasThere = await attemptDelete(operation, id, recorded);
      if (!wasThere) await warnIfServerIsMissing(operation, id, recorded);
      noteDeleted(operation, id);
      return wasThere;
    } catch (error) {
      const delay = busyDelay(error, attempt, operation.schedule);
      const elapsed = operation.clock.now() - deadline.startedAt;
      if (delay === undefined || elapsed + delay >= deadline.ms) {
        // No answer said that it is gone; the lists may prove it, or that it is still there.
        const there = await isThere(operation, id, recorded, error);
        if (there === false) {
          await warnIfServerIsMissing(operation, id, recorded);
          noteDeleted(operation, id);
          return false;
        }
        const late = delay !== undefined && there === true;
        throw late ? timedOut(operation, id, error, what) : explain(operation, id, error, what);
      }
      operation.reporter.progress(`${what}: the server is busy; trying again in ${formatDuration(delay)}`);
      await operation.clock.sleep(delay);
    }
  }
}

function noteDeleted(session: Session, id: string): void {
  session.lists.writes.recordDelete(id);
  session.unfinished.delete(id);
  session.slots.vacate(id);
}

/** Whether the lists show the snapshot; `undefined` where they cannot be read. */
async function isThere(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  error: unknown,
): Promise<boolean | undefined> {
  if (error instanceof AuthError || session.client.gate.closedMs > MAX_LAST_LOOK_DELAY_MS) return undefined;
  const look = findSettled(session, id, recorded).then((found) => found !== undefined);
  return look.catch(() => undefined);
}

/** Whether it was there to be deleted. */
async function attemptDelete(
  operation: TimedOperation,
  id: string,
  recorded: SnapshotOutputs,
): Promise<boolean> {
  operation.lists.invalidate();
  try {
    await operation.client.deleteSnapshot(id, { deadlineAt: operation.deadline.at });
    return true;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // A 404 may be a gateway's, which knows no such path, also where it is JSON: the lists have to confirm it.
    const graceMs = error.notFromApi ? 0 : operation.schedule.listGraceMs;
    if (!(await isGone(operation, id, recorded, graceMs))) throw error;
    return false;
  } finally {
    operation.lists.invalidate();
  }
}

function explain(session: Session, id: string, error: unknown, what: string): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED") return error;
  return withMessage(
    error,
    `${what} was not deleted, or it is not known whether it was: ${asSentence(error.message)} ${session.advice.deleteAgain(id)}`,
  );
}

function timedOut(operation: TimedOperation, id: string, error: unknown, what: string): Error {
  const status = error instanceof ApiError ? String(error.status) : undefined;
  return new WaitTimeoutError(
    `${what} was not deleted within ${formatDuration(operation.deadline.ms)}: ${asSentence(messageOf(error))} ${operation.advice.deleteAgain(id)} ` +
      operation.advice.moreTime("delete", "30"),
    status,
    operation.clock.now() - operation.deadline.startedAt,
  );
}
