import { VpsorgError } from "../../api";
import type { Reporter } from "../messages/reporter";
import { asSentence, snapshotLabel } from "../messages/labels";
import { resumeWait } from "./wait";
import { automaticPrefix, ringParts } from "./name";
import { InitError } from "../init-error";
import type { SnapshotOutputs } from "./state";
import { limitTime } from "../operation";
import type { Operation } from "../operation";

/**
 * Before a snapshot is deleted, whatever may be its replacement has to be completed. `up --replace` and a tainted
 * resource call neither `diff` nor `check` with the old inputs, so a create cannot know that it is a replacement, and
 * a delete not which one is its own: all that is unfinished on the same server counts, and on any other one where its
 * name is of the same resource. A destroy creates nothing and compares nothing, so nothing is waited for there.
 */
export async function awaitSuccessors(
  operation: Operation,
  id: string,
  recorded: SnapshotOutputs,
): Promise<void> {
  // `diff` has decided, and said, that this one goes before its replacement is made.
  if (operation.slots.goesFirst(id)) return;
  const what = snapshotLabel({ ...recorded, id });
  if (operation.slots.isBehind(id)) throw kept("API_ERROR", what, "its replacement was not made.");
  const newer = [...operation.unfinished].filter(
    ([other, { serverId, name }]) =>
      other !== id && (serverId === recorded.serverId || ofSameResource(name, recorded.name)),
  );
  await Promise.all(newer.map(([other, state]) => awaitOne(operation, what, other, state)));
}

/** Whether two snapshots are called as one resource calls its own: by the same name, or by automatic ones of one prefix. */
function ofSameResource(name: string, other: string): boolean {
  const stem = (text: string): string => ringParts(text)?.prefix ?? automaticPrefix(text) ?? text;
  return stem(name) === stem(other);
}

async function awaitOne(
  operation: Operation,
  what: string,
  id: string,
  recorded: SnapshotOutputs,
): Promise<void> {
  const timed = limitTime(operation, "create", recorded.__timeouts);
  const line: Reporter = {
    ...operation.reporter,
    progress: (message) =>
      operation.reporter.progress(`${what} is deleted when a newer one is completed: ${message}`),
  };
  try {
    await resumeWait({ ...timed, reporter: line }, id, recorded);
  } catch (error) {
    if (operation.lists.writes.hasDeleted(id)) return;
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
