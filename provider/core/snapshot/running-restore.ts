import { ApiError, AuthError, withMessage, VpsorgError, WaitTimeoutError } from "../../api";
import { findServer } from "../account/find-server";
import { serverState } from "../status";
import { ProgressLine } from "../messages/progress-line";
import { formatDuration, asSentence, serverLabel } from "../messages/labels";
import type { TimedOperation } from "../operation";

/**
 * Deletes nothing while the server is being restored, by whomever: it may be from this very snapshot, and whatever
 * becomes of that restore, this one may be the way back. A token that may not look at servers can delete all the same.
 */
export async function awaitRestoresOf(
  operation: TimedOperation,
  serverId: string,
  what: string,
): Promise<void> {
  const { clock, schedule, advice } = operation;
  const line = new ProgressLine(operation);
  for (;;) {
    const server = await operation
      .serversNow()
      .then((servers) => findServer(operation, servers, serverId))
      .catch((error: unknown) => whereUnreadable(error, what, advice.deleteAgain("")));
    if (server === undefined || serverState(server.status) !== "restoring") return;
    const label = serverLabel(server.id, server.name);
    const elapsed = clock.now() - operation.deadline.startedAt;
    const delay = schedule.pollDelay("restore", elapsed);
    if (elapsed + delay >= operation.deadline.ms) {
      throw new WaitTimeoutError(
        `${what} was not deleted: ${label} is being restored, perhaps from it, and that has not ended after ` +
          `${formatDuration(elapsed)}. ${advice.deleteAgain(server.id)} ${advice.moreTime("delete", "30")}`,
        server.status,
        elapsed,
      );
    }
    line.show(server.status, `${what} is deleted when the restore of ${label} has ended`);
    await clock.sleep(delay);
  }
}

/** What may pass by itself is a reason not to delete; what never will is none. */
function whereUnreadable(error: unknown, what: string, again: string): undefined {
  if (error instanceof ApiError && [403, 404, 405].includes(error.status)) return undefined;
  if (error instanceof AuthError || !(error instanceof VpsorgError)) throw error;
  throw withMessage(
    error,
    `${what} was not deleted: whether its server is being restored cannot be seen. ${asSentence(error.message)} ${again}`,
  );
}
