import { VpsorgError } from "../../api/errors";
import { findSnapshot } from "../../core/lookup";
import { deleteSnapshot } from "../../core/snapshot/delete";
import { commandLine } from "../../core/messages/advice";
import { age, snapshotLabel } from "../../core/messages/labels";
import type { CommonOptions, Context } from "../context";
import { orInterrupted } from "../interrupt";
import { startOperation } from "../../core/operation";

export interface DeleteOptions extends CommonOptions {
  readonly yes?: boolean;
}

export async function remove(
  { terminal, session }: Context,
  id: string,
  options: DeleteOptions,
): Promise<void> {
  const snapshot = await findSnapshot(session, { id });
  const what = snapshotLabel(snapshot);
  if (options.yes !== true) {
    if (!terminal.canAsk) {
      throw new VpsorgError(
        "INVALID_ARGUMENT",
        `cannot ask for confirmation without a terminal: pass --yes to delete ${what}`,
      );
    }
    terminal.say(
      `This deletes ${what}, ${age(snapshot.createdAt, session.clock.now())}. It cannot be undone.`,
    );
    if (!/^y(es)?$/i.test((await terminal.ask("Delete it? (yes/no) ")) ?? "")) {
      throw new VpsorgError("ABORTED", "Nothing was deleted.");
    }
  }
  const recorded = { ...snapshot, waitForCompletion: true };
  const perhaps = (): string =>
    `Interrupted. ${what} may or may not have been deleted; ${commandLine("list")} shows it if not.`;
  await orInterrupted(terminal, perhaps, () =>
    deleteSnapshot(startOperation(session, terminal.reporter()), snapshot.id, recorded),
  );
  terminal.result(
    options.json === true ? JSON.stringify({ id: snapshot.id, deleted: true }) : `Deleted ${what}.`,
  );
}
