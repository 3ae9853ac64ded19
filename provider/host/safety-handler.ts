import { readSafetyInputs, readSafetyOutputs } from "../core/restore/state";
import { createSafety, diffSafety, updateSafety } from "../core/restore/resources/safety";
import { commandLine } from "../core/messages/advice";
import { silentReporter } from "../core/messages/reporter";
import type { Checked } from "../core/check";
import type { Diff } from "../core/diff";
import { isNew, isUnknown } from "./boundary";
import type { Properties } from "./boundary";
import { checkedIntent } from "./intent-check";
import type { ProviderRuntime } from "./runtime";

/** The life cycle of a `SafetySnapshot`: taken before a restore, and kept on the server whatever happens here. */
export function safetyHandler(runtime: ProviderRuntime) {
  return {
    check(olds: Properties, news: Properties): Promise<Checked> {
      const check = async (): Promise<Checked> => {
        // What is overwritten is said once, by the request.
        const checked = await checkedIntent(runtime, olds, news, silentReporter);
        if (checked.failures.length > 0 || !isNew(olds)) return checked;
        runtime.log
          .forCheck(news)
          .info("a snapshot of the present state is taken, before anything is restored, and kept.");
        const { serverId } = checked.inputs;
        return { ...checked, failures: await runtime.expect(news, { serverId, name: undefined }) };
      };
      return runtime.call(news, () => runtime.log.checked(news, check()));
    },

    diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
      return runtime.call(news, async () => {
        const reporter = runtime.log.forInputs(news, id);
        const recorded = readSafetyOutputs(olds);
        const diff = await diffSafety(() => runtime.open(), recorded, news, isUnknown);
        // Pulumi shows a replacement, and that reads as if the way back were deleted.
        if (diff.replaces.length > 0)
          reporter.info(
            `safety snapshot ${id} "${recorded.name}" stays on the server; another one is taken.`,
          );
        return diff;
      });
    },

    create(inputs: Properties): Promise<{ id: string; outs: object }> {
      return runtime.call(inputs, async () => {
        const urn = runtime.log.urnOf(inputs);
        const operation = await runtime.operation(runtime.log.forUrn(urn));
        runtime.slots.release(urn ?? "");
        const { id, outputs } = await createSafety(operation, readSafetyInputs(inputs));
        return { id, outs: outputs };
      });
    },

    /** What it was taken for does not change, whatever became of the snapshot. */
    read(id: string, props: Properties): Promise<{ id: string; props: object }> {
      return runtime.call(props, () => ({ id, props: { ...props } }));
    },

    update(id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
      return runtime.call(news, async () => {
        const [recorded, inputs] = [readSafetyOutputs(olds), readSafetyInputs(news)];
        return {
          outs: await updateSafety(
            await runtime.operation(runtime.log.forInputs(news)),
            id,
            recorded,
            inputs,
          ),
        };
      });
    },

    delete(id: string, props: Properties): Promise<void> {
      return runtime.call(props, () => {
        const { name } = readSafetyOutputs(props);
        runtime.log
          .forId(id)
          .info(
            `safety snapshot ${id} "${name}" is kept on the server; ${commandLine(`delete ${id}`)} deletes it.`,
          );
      });
    },
  };
}
