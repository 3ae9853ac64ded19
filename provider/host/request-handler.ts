import { readRequestInputs, readRequestOutputs } from "../core/restore/state";
import { createRequest, diffRequest, droppedRequest, updateRequest } from "../core/restore/resources/request";
import type { Checked } from "../core/check";
import type { Diff } from "../core/diff";
import { isUnknown } from "./boundary";
import type { Properties } from "./boundary";
import { checkedIntent } from "./intent-check";
import type { ProviderRuntime } from "./runtime";

/** The life cycle of a `RestoreRequest`: it acts when it is created, and at no other time. */
export function requestHandler(runtime: ProviderRuntime) {
  return {
    check(olds: Properties, news: Properties): Promise<Checked> {
      return runtime.call(news, () =>
        runtime.log.checked(news, checkedIntent(runtime, olds, news, runtime.log.forCheck(news))),
      );
    },

    diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
      return runtime.call(news, () => {
        runtime.log.forInputs(news, id);
        const recorded = readRequestOutputs(olds);
        runtime.restores.remember([recorded.serverId], recorded);
        return diffRequest(() => runtime.open(), recorded, news, isUnknown);
      });
    },

    create(inputs: Properties): Promise<{ id: string; outs: object }> {
      return runtime.call(inputs, async () => {
        const { id, outputs } = await createRequest(
          await runtime.operation(runtime.log.forInputs(inputs)),
          readRequestInputs(inputs),
        );
        return { id, outs: outputs };
      });
    },

    /** A request is an event of the past: there is nothing to read, and a refresh never restores. */
    read(id: string, props: Properties): Promise<{ id: string; props: object }> {
      return runtime.call(props, () => ({ id, props: { ...props } }));
    },

    update(_id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
      return runtime.call(news, () => ({
        outs: updateRequest(readRequestOutputs(olds), readRequestInputs(news)),
      }));
    },

    delete(id: string, props: Properties): Promise<void> {
      return runtime.call(props, () => runtime.log.forId(id).info(droppedRequest(readRequestOutputs(props))));
    },
  };
}
