import { ApiError, AuthError, NotFoundError, withMessage, VpsorgError, WaitTimeoutError } from "../../api";
import { busyDelay } from "../busy";
import type { Reporter } from "../messages/reporter";
import type { Session } from "../session";
import { poll } from "../time/poll";
import { formatDuration, messageOf, asSentence, snapshotLabel } from "../messages/labels";
import { findSettled } from "../account/absence";
import { startDeadline } from "../time/deadline";
import type { Deadline } from "../time/deadline";
import type { SnapshotOutputs } from "./state";
import { warnIfServerIsMissing } from "./missing-server";
import { awaitRestoresOf } from "./running-restore";
import { awaitSuccessors } from "./successors";

/**
 * Deletes a snapshot. One that is gone already counts as deleted; a server that is busy is waited for until the
 * deadline.
 */
export async function deleteSnapshot(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  reporter: Reporter,
): Promise<void> {
  await awaitSuccessors(session, id, recorded, reporter);
  const deadline = startDeadline(session.clock, "delete", recorded.__timeouts);
  const what = snapshotLabel({ ...recorded, id });
  await awaitRestoresOf(session, recorded.serverId, what, deadline, reporter);
  for (let attempt = 1; ; attempt++) {
    try {
      const wasThere = await attemptDelete(session, id, recorded, deadline);
      if (!wasThere) await warnIfServerIsMissing(session, id, recorded, reporter);
      noteDeleted(session, id);
      return;
    } catch (error) {
      const delay = busyDelay(error, attempt, session.schedule);
      const elapsed = session.clock.now() - deadline.startedAt;
      if (delay === undefined || elapsed + delay >= deadline.ms) {
        // No answer said that it is gone; the lists may prove it, or that it is still there.
        const there = await isThere(session, id, recorded, error);
        if (there === false) {
          await warnIfServerIsMissing(session, id, recorded, reporter);
          noteDeleted(session, id);
          return;
        }
        const late = delay !== undefined && there === true;
        throw late ? timedOut(session, id, error, what, deadline) : explain(session, id, error, what);
      }
      reporter.progress(`${what}: the server is busy; trying again in ${formatDuration(delay)}`);
      await session.clock.sleep(delay);
    }
  }
}

function noteDeleted(session: Session, id: string): void {
  session.lists.writes.recordDelete(id);
  session.unfinished.delete(id);
  session.slots.release(id);
}

/** The longest that a last look waits where the API asks to wait. */
const LAST_LOOK_MS = 60_000;

/** Whether the lists show the snapshot; `undefined` where they cannot be read. */
async function isThere(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  error: unknown,
): Promise<boolean | undefined> {
  const { closedMs } = session.client.gate;
  if (error instanceof AuthError || closedMs > LAST_LOOK_MS) return undefined;
  if (closedMs > 0) await session.clock.sleep(closedMs);
  const look = findSettled(session, id, recorded).then((found) => found !== undefined);
  return look.catch(() => undefined);
}

/** Whether it was there to be deleted. */
async function attemptDelete(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  deadline: Deadline,
): Promise<boolean> {
  session.lists.invalidate();
  try {
    await session.client.deleteSnapshot(id, { deadlineAt: deadline.at });
    return true;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await confirmGone(session, id, recorded, error);
    return false;
  } finally {
    session.lists.invalidate();
  }
}

/**
 * A 404 may be a gateway's, which knows no such path, also where it is JSON: the lists have to confirm it. What
 * somebody else deleted a moment ago may still be in them.
 */
async function confirmGone(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  error: NotFoundError,
): Promise<void> {
  const { clock, schedule } = session;
  const until = clock.now() + (error.notFromApi ? 0 : schedule.listGraceMs);
  const gone = await poll(clock, { everyMs: schedule.searchStepMs, until }, async () =>
    (await findSettled(session, id, recorded)) === undefined ? true : undefined,
  );
  if (gone === undefined) throw error;
}

function explain(session: Session, id: string, error: unknown, what: string): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED") return error;
  return withMessage(
    error,
    `${what} was not deleted, or it is not known whether it was: ${asSentence(error.message)} ${session.advice.deleteAgain(id)}`,
  );
}

function timedOut(session: Session, id: string, error: unknown, what: string, deadline: Deadline): Error {
  const status = error instanceof ApiError ? String(error.status) : undefined;
  return new WaitTimeoutError(
    `${what} was not deleted within ${formatDuration(deadline.ms)}: ${asSentence(messageOf(error))} ${session.advice.deleteAgain(id)} ` +
      session.advice.moreTime("delete", "30"),
    status,
    session.clock.now() - deadline.startedAt,
  );
}
