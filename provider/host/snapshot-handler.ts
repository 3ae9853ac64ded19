import { checkAdoption } from "../core/snapshot/adopt";
import { checkSnapshot } from "../core/snapshot/check";
import type { Checked } from "../core/snapshot/check";
import { diffSnapshot } from "../core/snapshot/diff";
import type { Diff } from "../core/snapshot/diff";
import { createSnapshot } from "../core/snapshot/create";
import { deleteSnapshot } from "../core/snapshot/delete";
import { readInputs, readOutputs } from "../core/snapshot/properties";
import { readSnapshot } from "../core/snapshot/read";
import { updateSnapshot } from "../core/snapshot/update";
import { account } from "./account";
import type { ConfigureRequest } from "./account";
import { guarded } from "./guarded";
import type { Properties } from "./guarded";
import { rows } from "./rows";
import { isUnknown } from "./unknown";

export interface ReadResult {
  readonly id: string;
  readonly props: object;
}

/**
 * The life cycle of a `Snapshot` as the dynamic provider host calls it: each method turns the engine's words into
 * the core's and back, and decides nothing itself.
 */
export const snapshotHandler = {
  configure(request: ConfigureRequest): void {
    account.configure(request);
  },

  check(olds: Properties, news: Properties): Promise<Checked> {
    const check = async (): Promise<Checked> => {
      account.noteProgram();
      const checked = checkSnapshot(olds, news, { isUnknown, random: Math.random });
      const all = { inputs: checked.inputs, failures: [...checked.failures, ...account.problems()] };
      // What state already holds was adopted before, and an unchanged `up` asks the API nothing.
      const adopts = checked.inputs["__import"];
      if (typeof adopts !== "string" || all.failures.length > 0) return all;
      if (Object.keys(olds).length > 0) {
        account.own(adopts);
        return all;
      }
      account.claim(adopts, String(news["__resource"]));
      return checkAdoption(await account.open(), all, isUnknown, rows.ofNews(news));
    };
    return guarded(news, () => rows.checked(news, check()));
  },

  diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
    return guarded(news, async () => {
      account.own(id, readOutputs(olds));
      const reporter = rows.ofInputs(news, id);
      const open = () => account.open();
      const diff = await diffSnapshot(open, id, olds, news, isUnknown, reporter, account.endpoint());
      if (diff.replaces.length === 0) account.keep(id, readOutputs(olds).__adoption);
      return diff;
    });
  },

  create(inputs: Properties): Promise<{ id: string; outs: object }> {
    return guarded(inputs, async () => {
      const reporter = rows.ofInputs(inputs);
      const { id, outputs } = await createSnapshot(await account.open(), readInputs(inputs), reporter);
      account.keep(id, outputs.__adoption);
      return { id, outs: outputs };
    });
  },

  read(id: string, props: Properties): Promise<ReadResult> {
    return guarded(props, async () => {
      const recorded = readOutputs(props);
      // `Snapshot.get` brings nothing but the id.
      if (recorded.serverId !== "") account.refuseElsewhere(id, recorded, "cannot be read");
      const outputs = await readSnapshot(await account.open(), id, props, rows.ofId(id));
      // An empty id tells the engine that the snapshot is gone.
      return outputs === undefined ? { id: "", props: {} } : { id, props: outputs };
    });
  },

  update(id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
    return guarded(news, async () => {
      const [recorded, inputs] = [readOutputs(olds), readInputs(news)];
      return { outs: await updateSnapshot(await account.open(), id, recorded, inputs, rows.ofInputs(news)) };
    });
  },

  delete(id: string, props: Properties): Promise<void> {
    return guarded(props, async () => {
      const recorded = readOutputs(props);
      account.refuseKept(id, recorded.__adoption);
      account.refuseElsewhere(id, recorded, "was not deleted");
      await deleteSnapshot(await account.open(), id, recorded, rows.ofId(id));
    });
  },
};
