import { checkAdoption } from "../core/snapshot/adopt";
import { checkSnapshot } from "../core/snapshot/arguments";
import type { Checked } from "../core/check";
import { diffSnapshot } from "../core/snapshot/diff";
import type { Diff } from "../core/diff";
import { createSnapshot } from "../core/snapshot/create";
import { deleteSnapshot } from "../core/snapshot/delete";
import { omitUndefined, readInputs, readOutputs } from "../core/snapshot/state";
import { readSnapshot } from "../core/snapshot/read";
import { updateSnapshot } from "../core/snapshot/update";
import { snapshotLabel } from "../core/messages/labels";
import { isNew, isUnknown } from "./boundary";
import type { Properties } from "./boundary";
import type { ProviderRuntime } from "./runtime";

export interface ReadResult {
  readonly id: string;
  readonly props: object;
}

/**
 * The life cycle of a `Snapshot` as the dynamic provider host calls it: each method turns the engine's words into
 * the core's and back, and decides nothing itself.
 */
export function snapshotHandler(runtime: ProviderRuntime) {
  return {
    check(olds: Properties, news: Properties): Promise<Checked> {
      const check = async (): Promise<Checked> => {
        runtime.noteProgram(news);
        const checked = checkSnapshot(olds, news, { isUnknown, random: runtime.random });
        const asked = runtime.demand(news, checked.inputs, 1, "serverId");
        const all = {
          inputs: checked.inputs,
          failures: [...checked.failures, ...runtime.problems(), ...asked],
        };
        // What state already holds was adopted before, and an unchanged `up` asks the API nothing.
        const { __import: adopts, serverId, name, __autoName } = checked.inputs;
        if (all.failures.length > 0) return all;
        if (typeof adopts !== "string") {
          if (!isNew(olds)) return all;
          const wanted = { serverId, name: known(name), ...omitUndefined({ __autoName: known(__autoName) }) };
          return { ...all, failures: await runtime.expect(news, wanted) };
        }
        if (!isNew(olds)) {
          runtime.ownership.holds(adopts);
          return all;
        }
        runtime.ownership.claims(adopts, String(news["__resource"]));
        const look = async (): Promise<Checked> =>
          checkAdoption(await runtime.operation(runtime.log.forCheck(news)), all, isUnknown);
        return runtime.preview.foresee(look, all);
      };
      return runtime.call(news, () => runtime.log.checked(news, check()));
    },

    diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
      return runtime.call(news, async () => {
        const recorded = readOutputs(olds);
        runtime.noteHeld(id, recorded);
        const urn = runtime.log.urnOf(news);
        const open = () => runtime.open();
        const diff = await diffSnapshot(
          open,
          id,
          olds,
          news,
          isUnknown,
          runtime.log.forUrn(urn, id),
          runtime.endpoint(),
          urn,
          (look, otherwise) => runtime.preview.foresee(look, otherwise),
        );
        if (diff.replaces.length === 0) runtime.ownership.keeps(id, recorded.__claim);
        return diff;
      });
    },

    create(inputs: Properties): Promise<{ id: string; outs: object }> {
      return runtime.call(inputs, async () => {
        const [wanted, urn] = [readInputs(inputs), runtime.log.urnOf(inputs)];
        const operation = await runtime.operation(runtime.log.forUrn(urn));
        try {
          const { id, outputs } = await createSnapshot(operation, wanted, urn);
          runtime.ownership.keeps(id, outputs.__claim);
          return { id, outs: outputs };
        } finally {
          runtime.slots.releaseNew(wanted, urn);
        }
      });
    },

    read(id: string, props: Properties): Promise<ReadResult> {
      return runtime.call(props, async () => {
        const recorded = readOutputs(props);
        // `Snapshot.get` brings nothing but the id.
        if (recorded.serverId !== "")
          runtime.refuseElsewhere(snapshotLabel({ ...recorded, id }), recorded, "cannot be read");
        const outputs = await readSnapshot(await runtime.operation(runtime.log.forId(id)), id, props);
        // An empty id tells the engine that the snapshot is gone.
        return outputs === undefined ? { id: "", props: {} } : { id, props: outputs };
      });
    },

    update(id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
      return runtime.call(news, async () => {
        const [recorded, inputs] = [readOutputs(olds), readInputs(news)];
        return {
          outs: await updateSnapshot(
            await runtime.operation(runtime.log.forInputs(news)),
            id,
            recorded,
            inputs,
          ),
        };
      });
    },

    delete(id: string, props: Properties): Promise<void> {
      return runtime.call(props, async () => {
        const recorded = readOutputs(props);
        runtime.ownership.assertDeletable(id, recorded.__claim);
        runtime.refuseElsewhere(snapshotLabel({ ...recorded, id }), recorded, "was not deleted");
        await deleteSnapshot(await runtime.operation(runtime.log.forId(id)), id, recorded);
      });
    },
  };
}

/** A text that a preview knows already. */
function known(value: unknown): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}
