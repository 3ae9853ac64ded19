import { VpsorgError } from "../../api";
import type { Reporter } from "../messages/reporter";
import type { Session } from "../session";
import { asSentence, snapshotLabel } from "../messages/labels";
import { resumeWait } from "./wait";
import { startDeadline } from "../time/deadline";
import { automaticPrefix } from "./name";
import { InitError } from "../init-error";
import type { SnapshotOutputs } from "./state";

/**
 * Before a snapshot is deleted, whatever may be its replacement has to be completed. `up --replace` and a tainted
 * resource call neither `diff` nor `check` with the old inputs, so a create cannot know that it is a replacement, and
 * a delete not which one is its own: all that is unfinished on the same server counts, and on any other one where its
 * name is of the same resource. A destroy creates nothing and compares nothing, so nothing is waited for there.
 */
export async function awaitSuccessors(
  session: Session,
  id: string,
  recorded: SnapshotOutputs,
  reporter: Reporter,
): Promise<void> {
  // `diff` has decided, and said, that this one goes before its replacement is made.
  if (session.slots.goesFirst(id)) return;
  const what = snapshotLabel({ ...recorded, id });
  if (session.slots.isBehind(id)) throw kept("API_ERROR", what, "its replacement was not made.");
  const newer = [...session.unfinished].filter(
    ([other, { serverId, name }]) =>
      other !== id && (serverId === recorded.serverId || ofSameResource(name, recorded.name)),
  );
  await Promise.all(newer.map(([other, state]) => awaitOne(session, what, other, state, reporter)));
}

/** Whether two snapshots are called as one resource calls its own: by the same name, or by automatic ones of one prefix. */
function ofSameResource(name: string, other: string): boolean {
  const stem = (text: string): string => automaticPrefix(text) ?? text;
  return stem(name) === stem(other);
}

async function awaitOne(
  session: Session,
  what: string,
  id: string,
  recorded: SnapshotOutputs,
  reporter: Reporter,
): Promise<void> {
  const deadline = startDeadline(session.clock, "create", recorded.__timeouts);
  const line: Reporter = {
    ...reporter,
    progress: (message) => reporter.progress(`${what} is deleted when a newer one is completed: ${message}`),
  };
  try {
    await resumeWait(session, id, recorded, deadline, line);
  } catch (error) {
    if (session.lists.writes.hasDeleted(id)) return;
    if (!(error instanceof InitError)) throw error;
    throw kept(
      error.code,
      what,
      `a newer one is not completed: ${asSentence(error.message)} Run it with --refresh, so that the state knows.`,
    );
  }
}

function kept(code: VpsorgError["code"], what: string, why: string): VpsorgError {
  return new VpsorgError(code, `${what} was not deleted and stays in the state, because ${why}`);
}
