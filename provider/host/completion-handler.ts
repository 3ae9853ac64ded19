import { readCompletionInputs, readCompletionOutputs } from "../core/restore/state";
import { createCompletion, diffCompletion, updateCompletion } from "../core/restore/resources/completion";
import type { Checked } from "../core/check";
import type { Diff } from "../core/diff";
import type { Properties } from "./boundary";
import type { ProviderRuntime } from "./runtime";

/** The life cycle of a `RestoreCompletion`: it waits for a recorded request, in whichever run that takes. */
export function completionHandler(runtime: ProviderRuntime) {
  return {
    /** All of it comes from the request, which has checked it. */
    check(_olds: Properties, news: Properties): Promise<Checked> {
      const { __urn: _urn, __provider: _provider, ...inputs } = news;
      return runtime.call(news, () => runtime.log.checked(news, Promise.resolve({ inputs, failures: [] })));
    },

    /** Its id is that of its request, whose messages stay on their own row. */
    diff(_id: string, olds: Properties, news: Properties): Promise<Diff> {
      return runtime.call(news, () =>
        diffCompletion(readCompletionOutputs(olds), news, runtime.log.forInputs(news)),
      );
    },

    create(inputs: Properties): Promise<{ id: string; outs: object }> {
      return runtime.call(inputs, async () => {
        const given = readCompletionInputs(inputs);
        const { id, outputs } = await createCompletion(
          await runtime.operation(runtime.log.forInputs(inputs)),
          given,
        );
        return { id, outs: outputs };
      });
    },

    /** What was seen stays as it was seen. */
    read(id: string, props: Properties): Promise<{ id: string; props: object }> {
      return runtime.call(props, () => ({ id, props: { ...props } }));
    },

    update(_id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
      return runtime.call(news, async () => {
        const [recorded, inputs] = [readCompletionOutputs(olds), readCompletionInputs(news)];
        return {
          outs: await updateCompletion(
            await runtime.operation(runtime.log.forInputs(news)),
            recorded,
            inputs,
          ),
        };
      });
    },

    /** Nothing was made, so nothing is taken away. */
    delete(_id: string, props: Properties): Promise<void> {
      return runtime.call(props, () => undefined);
    },
  };
}
