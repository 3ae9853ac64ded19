import { ApiError, NotFoundError, VpsorgError, WaitTimeoutError } from "../../api";
import { busyDelay } from "../busy";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { duration, snapshotLabel } from "../wording";
import { startDeadline } from "./deadline";
import type { Deadline } from "./deadline";
import type { SnapshotOutputs } from "./properties";

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
  const deadline = startDeadline(session.clock, "delete", recorded.__timeouts);
  const what = snapshotLabel({ ...recorded, id });
  for (let attempt = 1; ; attempt++) {
    try {
      await attemptDelete(session, id);
      session.created.delete(id);
      session.deleted.add(id);
      session.replacements.delete(id);
      return;
    } catch (error) {
      const delay = busyDelay(error, attempt, session.pace);
      if (delay === undefined) throw explain(session, id, error, what);
      const elapsed = session.clock.now() - deadline.startedAt;
      if (elapsed + delay >= deadline.ms) throw timedOut(session, id, error, what, deadline);
      reporter.progress(`${what}: the server is busy; trying again in ${duration(delay)}`);
      await session.clock.sleep(delay);
    }
  }
}

async function attemptDelete(session: Session, id: string): Promise<void> {
  session.lists.invalidate();
  try {
    await session.client.deleteSnapshot(id);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // A 404 that is not the API's own may come from a proxy: then a whole list has to confirm it.
    if (error.foreign && (await session.lists.find(id, undefined)) !== undefined) throw error;
  } finally {
    session.lists.invalidate();
  }
}

function explain(session: Session, id: string, error: unknown, what: string): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED") return error;
  return new VpsorgError(
    error.code,
    `${what} was not deleted, or it is not known whether it was: ${error.message}. ${session.voice.deleteAgain(id)}`,
    { cause: error },
  );
}

function timedOut(session: Session, id: string, error: unknown, what: string, deadline: Deadline): Error {
  const said = error instanceof Error ? error.message : String(error);
  const status = error instanceof ApiError ? String(error.status) : undefined;
  return new WaitTimeoutError(
    `${what} was not deleted within ${duration(deadline.ms)}: ${said}. ${session.voice.deleteAgain(id)} ` +
      session.voice.moreTime("delete", "30"),
    status,
    session.clock.now() - deadline.startedAt,
  );
}
