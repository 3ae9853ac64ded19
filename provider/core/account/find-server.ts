import { refuseOddServer } from "../../api";
import type { ServerRecord } from "../../api";
import { sameForm } from "../../api/ids";
import type { Session } from "../session";

/**
 * A server of the account, in a list that the caller has. VPS.org speaks of servers by number and by UUID, and only the
 * API can match one form with the other.
 */
export async function findServer(
  session: Session,
  servers: readonly ServerRecord[],
  serverId: string,
): Promise<ServerRecord | undefined> {
  const found = servers.find(({ id }) => id === serverId);
  refuseOddServer(found);
  if (found !== undefined || servers.every(({ id }) => sameForm(id, serverId))) return found;
  return session.client.getServer(serverId, { attempts: 1 });
}
