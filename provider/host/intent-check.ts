import { announceRestore } from "../core/restore/announce";
import type { Announced } from "../core/restore/announce";
import { checkIntent } from "../core/restore/arguments";
import { renewedUnseen } from "../core/restore/intent";
import type { Reporter } from "../core/report";
import type { Checked } from "../core/snapshot/check";
import { account } from "./account";
import type { Properties } from "./guarded";
import { isUnknown } from "./unknown";

/**
 * The check that a safety snapshot and a request share, so that no safety snapshot is taken for a restore that can
 * never follow it. Only a request is announced as one of its component.
 */
export async function checkedIntent(
  olds: Properties,
  news: Properties,
  announced: Announced | undefined,
  reporter: Reporter,
): Promise<Checked> {
  const { inputs, failures } = checkIntent(news, { isUnknown });
  const all = [...failures, ...account.problems()];
  if (all.length > 0) return { inputs, failures: all };
  const open = () => account.open();
  // Only a new one (or the new half of a replacement) acts: then the olds are empty.
  if (Object.keys(olds).length > 0)
    return { inputs, failures: await renewedUnseen(open, olds, inputs, isUnknown) };
  const session = await open();
  return { inputs, failures: await announceRestore(session, inputs, announced, isUnknown, reporter) };
}

/** The component that a request belongs to, as its class hands it on. */
export function componentOf(news: Properties): Announced {
  const resource = textOf(news["__resource"]);
  return { resource, component: textOf(news["__component"]) || resource };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
