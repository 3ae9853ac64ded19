import { readRequestInputs, readRequestOutputs } from "../core/restore/state";
import type { RequestOutputs } from "../core/restore/state";
import { createRequest, diffRequest, droppedRequest, updateRequest } from "../core/restore/resources/request";
import type { Checked } from "../core/snapshot/check";
import type { Diff } from "../core/snapshot/diff";
import { account } from "./account";
import type { ConfigureRequest } from "./account";
import { guarded } from "./guarded";
import type { Properties } from "./guarded";
import { checkedIntent } from "./intent-check";
import { rows } from "./rows";
import { isUnknown } from "./unknown";

/** The life cycle of a `RestoreRequest`: it acts when it is created, and at no other time. */
export const requestHandler = {
  configure(request: ConfigureRequest): void {
    account.configure(request);
  },

  check(olds: Properties, news: Properties): Promise<Checked> {
    return guarded(news, () => rows.checked(news, checkedIntent(olds, news, rows.ofNews(news))));
  },

  diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
    return guarded(news, async () => {
      rows.ofInputs(news, id);
      const recorded = readRequestOutputs(olds);
      const diff = await diffRequest(() => account.open(), recorded, news, isUnknown);
      if (diff.replaces.length > 0) await remember(recorded);
      return diff;
    });
  },

  create(inputs: Properties): Promise<{ id: string; outs: object }> {
    return guarded(inputs, async () => {
      const session = await account.open();
      const { id, outputs } = await createRequest(session, readRequestInputs(inputs), rows.ofInputs(inputs));
      return { id, outs: outputs };
    });
  },

  /** A request is an event of the past: there is nothing to read, and a refresh never restores. */
  read(id: string, props: Properties): Promise<{ id: string; props: object }> {
    return guarded(props, () => ({ id, props: { ...props } }));
  },

  update(_id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
    return guarded(news, () => ({ outs: updateRequest(readRequestOutputs(olds), readRequestInputs(news)) }));
  },

  delete(id: string, props: Properties): Promise<void> {
    return guarded(props, () => rows.ofId(id).info(droppedRequest(readRequestOutputs(props))));
  },
};

/** A server that is still restoring for an earlier request of this resource is refused by name. */
async function remember({ serverId, snapshotId, requestedAt }: RequestOutputs): Promise<void> {
  const session = await account.open();
  session.restores.remember([serverId], { snapshotId, requestedAt });
}
