import { readSafetyInputs, readSafetyOutputs } from "../core/restore/state";
import { createSafety, diffSafety, updateSafety } from "../core/restore/resources/safety";
import { silentReporter } from "../core/report";
import type { Checked } from "../core/snapshot/check";
import type { Diff } from "../core/snapshot/diff";
import { account } from "./account";
import type { ConfigureRequest } from "./account";
import { guarded } from "./guarded";
import type { Properties } from "./guarded";
import { checkedIntent } from "./intent-check";
import { rows } from "./rows";
import { isUnknown } from "./unknown";

/** The life cycle of a `SafetySnapshot`: taken before a restore, and kept on the server whatever happens here. */
export const safetyHandler = {
  configure(request: ConfigureRequest): void {
    account.configure(request);
  },

  check(olds: Properties, news: Properties): Promise<Checked> {
    const check = async (): Promise<Checked> => {
      // What is overwritten is said once, by the request.
      const checked = await checkedIntent(olds, news, silentReporter);
      if (checked.failures.length === 0 && Object.keys(olds).length === 0)
        rows
          .ofNews(news)
          .info("a snapshot of the present state is taken, before anything is restored, and kept.");
      return checked;
    };
    return guarded(news, () => rows.checked(news, check()));
  },

  diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
    return guarded(news, () => {
      rows.ofInputs(news, id);
      return diffSafety(() => account.open(), readSafetyOutputs(olds), news, isUnknown);
    });
  },

  create(inputs: Properties): Promise<{ id: string; outs: object }> {
    return guarded(inputs, async () => {
      const session = await account.open();
      const { id, outputs } = await createSafety(session, readSafetyInputs(inputs), rows.ofInputs(inputs));
      return { id, outs: outputs };
    });
  },

  /** What it was taken for does not change, whatever became of the snapshot. */
  read(id: string, props: Properties): Promise<{ id: string; props: object }> {
    return guarded(props, () => ({ id, props: { ...props } }));
  },

  update(id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
    return guarded(news, async () => {
      const [recorded, inputs] = [readSafetyOutputs(olds), readSafetyInputs(news)];
      const session = await account.open();
      return { outs: await updateSafety(session, id, recorded, inputs, rows.ofInputs(news)) };
    });
  },

  delete(id: string, props: Properties): Promise<void> {
    return guarded(props, () => {
      const { name } = readSafetyOutputs(props);
      rows
        .ofId(id)
        .info(
          `safety snapshot ${id} "${name}" is kept on the server; \`npx --no-install pulumi-vpsorg delete ${id}\` deletes it.`,
        );
    });
  },
};
