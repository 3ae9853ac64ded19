import { announceRestore, checkRestore } from "../core/restore-resource/check";
import { journalKey } from "../core/restore-resource/journal";
import { createRestore } from "../core/restore-resource/create";
import { diffRestore } from "../core/restore-resource/diff";
import { readRestoreInputs, readRestoreOutputs } from "../core/restore-resource/properties";
import { updateRestore } from "../core/restore-resource/resume";
import type { Checked } from "../core/snapshot/check";
import type { Diff } from "../core/snapshot/diff";
import { account } from "./account";
import type { ConfigureRequest } from "./account";
import { guarded } from "./guarded";
import type { Properties } from "./guarded";
import { rows } from "./rows";
import { isUnknown } from "./unknown";

/** The life cycle of a `SnapshotRestore`: it acts when it is created or replaced, and at no other time. */
export const restoreHandler = {
  configure(request: ConfigureRequest): void {
    account.configure(request);
  },

  check(olds: Properties, news: Properties): Promise<Checked> {
    const check = async (): Promise<Checked> => {
      const { inputs, failures } = checkRestore(news, { isUnknown });
      const all = [...failures, ...account.problems()];
      // Only a new restore (or the new half of a replacement) acts: then the olds are empty.
      if (all.length > 0 || Object.keys(olds).length > 0) return { inputs, failures: all };
      return {
        inputs,
        failures: await announceRestore(await account.open(), inputs, isUnknown, rows.ofNews(news)),
      };
    };
    return guarded(news, () => rows.checked(news, check()));
  },

  diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
    rows.ofInputs(news, id);
    return guarded(news, () => diffRestore(olds, news));
  },

  create(inputs: Properties): Promise<{ id: string; outs: object }> {
    return guarded(inputs, async () => {
      const { id, outputs } = await createRestore(
        await account.open(),
        readRestoreInputs(inputs),
        rows.ofInputs(inputs),
      );
      return { id, outs: outputs };
    });
  },

  /** A restore is an event of the past: there is nothing to read, and a refresh never restores. */
  read(id: string, props: Properties): Promise<{ id: string; props: object }> {
    return guarded(props, () => ({ id, props: { ...props } }));
  },

  update(id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
    return guarded(news, async () => ({
      outs: await updateRestore(
        await account.open(),
        id,
        readRestoreOutputs(olds),
        readRestoreInputs(news),
        rows.ofInputs(news),
      ),
    }));
  },

  delete(id: string, props: Properties): Promise<void> {
    return guarded(props, async () => {
      const recorded = readRestoreOutputs(props);
      const { serverName, restoredServerId } = recorded;
      if (account.settings().settings !== undefined) {
        const session = await account.open();
        // An old half of a replacement has other triggers, and so another note.
        session.journal.forget(journalKey(session, recorded));
      }
      rows
        .ofId(id)
        .info(
          `the record of a restore of server ${serverName} (${restoredServerId}) is dropped; nothing happens to the server.`,
        );
    });
  },
};
