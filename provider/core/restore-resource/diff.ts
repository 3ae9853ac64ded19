import { isDeepStrictEqual } from "node:util";
import { toId } from "../ids";
import type { Diff } from "../snapshot/diff";
import { readRestoreOutputs } from "./properties";

/**
 * A restore happens again only where `snapshotId` or `triggers` change; everything else is recorded and does nothing
 * on the server. One whose end was not seen is an update, which looks again.
 */
export function diffRestore(recorded: unknown, news: Readonly<Record<string, unknown>>): Diff {
  const olds = readRestoreOutputs(recorded);
  const replaces: string[] = [];
  if ((toId(news["snapshotId"]) ?? news["snapshotId"]) !== olds.snapshotId) replaces.push("snapshotId");
  if (!isDeepStrictEqual(news["triggers"] ?? [], olds.triggers ?? [])) replaces.push("triggers");
  const updated =
    olds.__phase !== undefined ||
    news["serverId"] !== olds.serverId ||
    news["safetySnapshot"] !== olds.safetySnapshot ||
    !isDeepStrictEqual(news["__timeouts"] ?? {}, olds.__timeouts ?? {});
  return { changes: replaces.length > 0 || updated, replaces, deleteBeforeReplace: false };
}
