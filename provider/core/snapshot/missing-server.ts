import { findServer } from "../account/find-server";
import { commandLine } from "../messages/advice";
import type { Session } from "../session";
import { messageOf, asSentence, snapshotLabel } from "../messages/labels";
import type { SnapshotOutputs } from "./state";
import type { Operation } from "../operation";

/**
 * A snapshot that is gone is a normal end; where its server is missing as well, the token may be another account's,
 * and the snapshot is left there with nobody to know of it. Costs one request in a run, and only then. Resolves to
 * whether it was said.
 */
export async function warnIfServerIsMissing(
  operation: Operation,
  id: string,
  recorded: SnapshotOutputs,
): Promise<boolean> {
  const doubt = await serverDoubt(operation, recorded.serverId);
  if (doubt === undefined) return false;
  operation.reporter.warn(
    [
      `${snapshotLabel({ ...recorded, id })} is not in this account at ${operation.endpoint}, ${doubt}`,
      operation.advice.dropped(),
      "If the server was deleted at VPS.org, its snapshots went with it. If the token is of another account, the snapshot",
      `still exists in its own: delete it there with ${commandLine(`delete ${id}`)} and that account's token.`,
    ]
      .filter(Boolean)
      .join(" "),
  );
  return true;
}

/** Why the server may be another account's; `undefined` where it is of this one. */
async function serverDoubt(session: Session, serverId: string): Promise<string | undefined> {
  try {
    const server = await findServer(session, await session.servers(), serverId);
    return server === undefined ? "and neither is its server." : undefined;
  } catch (error) {
    return `and whether its server is cannot be seen: ${asSentence(messageOf(error))}`;
  }
}
