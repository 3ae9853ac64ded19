import { readCompletionInputs, readCompletionOutputs } from "../core/restore/state";
import { createCompletion, diffCompletion, updateCompletion } from "../core/restore/resources/completion";
import type { Checked } from "../core/snapshot/check";
import type { Diff } from "../core/snapshot/diff";
import { account } from "./account";
import type { ConfigureRequest } from "./account";
import { guarded } from "./guarded";
import type { Properties } from "./guarded";
import { rows } from "./rows";

/** The life cycle of a `RestoreCompletion`: it waits for a recorded request, in whichever run that takes. */
export const completionHandler = {
  configure(request: ConfigureRequest): void {
    account.configure(request);
  },

  /** All of it comes from the request, which has checked it. */
  check(_olds: Properties, news: Properties): Promise<Checked> {
    const { __urn: _urn, __provider: _provider, ...inputs } = news;
    return guarded(news, () => rows.checked(news, Promise.resolve({ inputs, failures: [] })));
  },

  /** Its id is that of its request, whose messages stay on their own row. */
  diff(_id: string, olds: Properties, news: Properties): Promise<Diff> {
    return guarded(news, () => diffCompletion(readCompletionOutputs(olds), news, rows.ofInputs(news)));
  },

  create(inputs: Properties): Promise<{ id: string; outs: object }> {
    return guarded(inputs, async () => {
      const session = await account.open();
      const given = readCompletionInputs(inputs);
      const { id, outputs } = await createCompletion(session, given, rows.ofInputs(inputs));
      return { id, outs: outputs };
    });
  },

  /** What was seen stays as it was seen. */
  read(id: string, props: Properties): Promise<{ id: string; props: object }> {
    return guarded(props, () => ({ id, props: { ...props } }));
  },

  update(_id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
    return guarded(news, async () => {
      const [recorded, inputs] = [readCompletionOutputs(olds), readCompletionInputs(news)];
      return { outs: await updateCompletion(await account.open(), recorded, inputs, rows.ofInputs(news)) };
    });
  },

  /** Nothing was made, so nothing is taken away. */
  delete(_id: string, props: Properties): Promise<void> {
    return guarded(props, () => undefined);
  },
};
