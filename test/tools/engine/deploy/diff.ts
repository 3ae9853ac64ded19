import type { ResourceState } from "../state/resource-state";
import type { Run } from "./run";
import { changedKeys, hasChanges, type Props, type Value } from "./values";

export interface Decision {
  change: "none" | "update" | "replace";
  keys?: string[];
  deleteBeforeReplace: boolean;
}

const covers = (paths: string[], key: string) => paths.some((path) => path === "*" || path === key);

/**
 * Asks the provider; where it has no opinion, inputs that differ are a change. A replaceOnChanges path applies only
 * to names that are known to differ, and a provider that answers for itself names none.
 */
export async function decide(
  run: Run,
  old: ResourceState,
  news: Props,
  { ignoreChanges, replaceOnChanges }: Pick<ResourceState, "ignoreChanges" | "replaceOnChanges">,
): Promise<Decision> {
  const answer = await (await run.providers.client()).diff(old, news, ignoreChanges);
  const own = answer.changes === "unknown" ? changedKeys(old.inputs, news) : undefined;
  const changed = own ? hasChanges(own) || inner(old.inputs, news) : answer.changes === "some";
  if (!changed) return { change: "none", deleteBeforeReplace: false };
  const differing = own ? [...own.added, ...own.deleted, ...own.updated] : [];
  const forced = differing.filter((key) => covers(replaceOnChanges, key));
  const keys = [...new Set([...answer.replaces, ...forced])];
  const change = keys.length > 0 ? "replace" : "update";
  return { change, keys, deleteBeforeReplace: answer.deleteBeforeReplace };
}

/** Whether one of the names that are not shown differs, such as the provider's own text. */
function inner(olds: Props, news: Props): boolean {
  const visible = (props: Props) =>
    Object.fromEntries(Object.entries(props).map(([key, value]) => [key.replace(/^__/, "inner:"), value]));
  return hasChanges(changedKeys(visible(olds), visible(news)));
}

/** Puts back the old value of every name in `ignoreChanges`; what was not there before stays away. */
export function keepIgnored(olds: Props, news: Props, ignoreChanges: string[]): Props {
  const kept: Props = { ...news };
  for (const path of ignoreChanges) {
    if (path === "*") return olds;
    if (/[.[]/.test(path))
      throw new Error(`the offline engine knows ignoreChanges of whole properties only: ${path}`);
    const value: Value | undefined = olds[path];
    if (value === undefined) Reflect.deleteProperty(kept, path);
    else kept[path] = value;
  }
  return kept;
}
