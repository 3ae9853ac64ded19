import { announceRestore } from "../core/restore/announce";
import type { Announced } from "../core/restore/announce";
import { checkIntent } from "../core/restore/arguments";
import { VpsorgError } from "../api/errors";
import { asSentence } from "../core/messages/labels";
import { renewedUnseen } from "../core/restore/intent";
import type { Reporter } from "../core/messages/reporter";
import type { Checked } from "../core/check";
import { isNew, isUnknown } from "./boundary";
import type { Properties } from "./boundary";
import type { ProviderRuntime } from "./runtime";

/**
 * The check that a safety snapshot and a request share: what refuses the one refuses the other, so no safety snapshot
 * is taken for a restore that cannot follow it.
 */
export async function checkedIntent(
  runtime: ProviderRuntime,
  olds: Properties,
  news: Properties,
  reporter: Reporter,
): Promise<Checked> {
  runtime.noteProgram(news);
  const { inputs, failures } = checkIntent(news, { isUnknown });
  const all = [...failures, ...runtime.problems()];
  if (all.length > 0) return { inputs, failures: all };
  // Only a new one (or the new half of a replacement) acts: then the olds are empty.
  if (!isNew(olds))
    return { inputs, failures: await renewedUnseen(() => runtime.open(), olds, inputs, isUnknown) };
  const operation = await runtime.operation(reporter);
  const announce = (): Promise<void> => announceRestore(operation, inputs, componentOf(news), isUnknown);
  try {
    await runtime.preview.foresee(announce, undefined);
    return { inputs, failures: [] };
  } catch (error) {
    if (!(error instanceof VpsorgError)) throw error;
    // Of a snapshot that is not known yet nothing can be wrong.
    const argument = isUnknown(inputs["snapshotId"]) ? "serverId" : "snapshotId";
    const property = error.code === "AUTH_FAILED" ? "" : argument;
    return { inputs, failures: [{ property, reason: asSentence(error.message) }] };
  }
}

/** The component that a step belongs to, as its class hands it on. */
function componentOf(news: Properties): Announced {
  const resource = textOf(news["__resource"]);
  return { resource, component: textOf(news["__component"]) || resource };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
