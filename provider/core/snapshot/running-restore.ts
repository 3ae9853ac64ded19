import { AuthError, WaitTimeoutError } from "../../api";
import type { ServerRecord } from "../../api";
import { sameForm } from "../ids";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { serverState } from "../status";
import { duration, serverLabel } from "../wording";
import type { Deadline } from "./deadline";

/** Deletes of one moment share one look at the servers. */
const FRESH_MS = 2000;

/**
 * Deletes nothing while the server is being restored, by whomever: it may be from this very snapshot, and whatever
 * becomes of that restore, this one may be the way back. A server that cannot be looked at keeps nobody from deleting.
 */
export async function awaitRestoresOf(
  session: Session,
  serverId: string,
  what: string,
  deadline: Deadline,
  reporter: Reporter,
): Promise<void> {
  const { clock, pace, voice } = session;
  for (;;) {
    const server = await serverOf(session, serverId).catch(whereUnreadable);
    if (server === undefined || serverState(server.status) !== "restoring") return;
    const label = serverLabel(server.id, server.name);
    const elapsed = clock.now() - deadline.startedAt;
    const delay = pace.pollDelay("restore", elapsed);
    if (elapsed + delay >= deadline.ms) {
      throw new WaitTimeoutError(
        `${what} was not deleted: ${label} is being restored, perhaps from it, and that has not ended after ` +
          `${duration(elapsed)}. ${voice.deleteAgain(server.id)} ${voice.moreTime("delete", "30")}`,
        server.status,
        elapsed,
      );
    }
    reporter.progress(`${what} is deleted when the restore of ${label} has ended`);
    await clock.sleep(delay);
  }
}

/** A token that is refused will not do for the delete either, and is not tried again and again. */
function whereUnreadable(error: unknown): undefined {
  if (error instanceof AuthError && error.status === 401) throw error;
  return undefined;
}

async function serverOf(session: Session, serverId: string): Promise<ServerRecord | undefined> {
  const servers = await session.servers(FRESH_MS);
  const found = servers.find(({ id }) => id === serverId);
  if (found !== undefined || servers.every(({ id }) => sameForm(id, serverId))) return found;
  // VPS.org speaks of servers by number and by UUID, and only the API can match one form with the other.
  return session.client.getServer(serverId, { attempts: 1 });
}
