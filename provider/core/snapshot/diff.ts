import { isDeepStrictEqual } from "node:util";
import { VpsorgError } from "../../api/errors";
import { asName, printable } from "../../api/text";
import type { SnapshotRecord } from "../../api/records";
import { explainFailure } from "../messages/explain";
import { findById } from "../account/absence";
import type { Session } from "../session";
import type { Reporter } from "../messages/reporter";
import { MISSING, snapshotProgress } from "../status";
import { datedLabel, snapshotLabel } from "../messages/labels";
import { toId } from "../../api/ids";
import { elsewhere, isElsewhere, movedNotice } from "./endpoint";
import type { Diff, Foresee } from "../diff";
import { noFreeSlot } from "./slots";
import { readOutputs, waitsOn } from "./state";
import type { SnapshotOutputs } from "./state";
import { startOperation } from "../operation";
import type { Operation } from "../operation";

type Raw = Readonly<Record<string, unknown>>;

const NO_CHANGE: Diff = { changes: false, replaces: [], deleteBeforeReplace: false };

/**
 * What differs between the recorded outputs and the new inputs. It asks the API only when something is to be
 * replaced: an unchanged `up` makes no request.
 */
export async function diffSnapshot(
  session: () => Promise<Session>,
  id: string,
  recorded: Raw,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
  reporter: Reporter,
  endpoint: string,
  /** The resource, where the engine has told. */
  urn?: string,
  foresee: Foresee = (look) => look(),
): Promise<Diff> {
  const state = readOutputs(recorded);
  const moved = isElsewhere(endpoint, state);
  const doubted = !moved && state.status === MISSING;
  const status = doubted
    ? await foresee(async () => statusNow(startOperation(await session(), reporter), id, state), state.status)
    : state.status;
  const olds = { ...state, status };
  const found = status !== state.status;
  const replaces = replacedProperties(olds, news);
  refuseImport(id, olds, news, replaces);
  if (replaces.length === 0) {
    if (moved) reporter.info(movedNotice(endpoint, id, olds));
    return moved || found || updated(olds, news) ? { ...NO_CHANGE, changes: true } : NO_CHANGE;
  }
  if (moved) throw elsewhere(endpoint, snapshotLabel({ ...olds, id }), olds, "is to be replaced");
  const decide = async (): Promise<boolean> =>
    decideOrder(startOperation(await session(), reporter), id, olds, news, isUnknown, urn);
  const deleteBeforeReplace = await foresee(decide, false);
  if (news["waitForCompletion"] === false) {
    reporter.info(
      `${snapshotLabel({ ...olds, id })} is replaced, and the new one is waited for although waitForCompletion is ` +
        "false: that governs first creates.",
    );
  }
  return { changes: true, replaces, deleteBeforeReplace };
}

/** Lists that were wrong for a moment are no reason to delete what is there after all. */
async function statusNow(operation: Operation, id: string, state: SnapshotOutputs): Promise<string> {
  const what = snapshotLabel({ ...state, id });
  const found = await explainFailure(
    operation,
    findById(operation, id, state.serverId),
    (why) =>
      `${what} was in no list, and whether it is there now cannot be seen: ${why} Nothing was changed.`,
  );
  if (found === undefined) return state.status;
  operation.reporter.info(`${snapshotLabel(found)} is there again, "${found.status}".`);
  return found.status;
}

/** An `import` that is left in the program changes nothing; one that contradicts the state is never acted on. */
function refuseImport(id: string, olds: SnapshotOutputs, news: Raw, replaces: readonly string[]): void {
  const wanted = toId(news["__import"]);
  if (wanted === undefined) return;
  const what = snapshotLabel({ ...olds, id });
  if (wanted !== id) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `the resource option import asks for snapshot ${wanted}, but the state already holds ${what}. Nothing was ` +
        "changed. Remove the option to keep that one, or give the other one a resource of its own.",
    );
  }
  if (replaces.length > 0) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `${what} was imported and would be replaced, because of ${replaces.join(", ")}. Nothing was changed. Remove the ` +
        `resource option import to have it replaced${replaces.includes("status") ? "" : ", or give back the old values to keep it"}.`,
    );
  }
}

function replacedProperties(olds: SnapshotOutputs, news: Raw): string[] {
  const replaces: string[] = [];
  if ((toId(news["serverId"]) ?? news["serverId"]) !== olds.serverId) replaces.push("serverId");
  if (!sameText(news["name"], olds.name, asName)) replaces.push("name");
  if (!sameText(news["description"] ?? "", olds.description ?? "", printable)) replaces.push("description");
  if (!isDeepStrictEqual(news["triggers"] ?? [], olds.triggers ?? [])) replaces.push("triggers");
  if (snapshotProgress(olds.status) === "failed") replaces.push("status");
  return replaces;
}

/** State may hold a text as the API's records hold it, after an import, and the program as it really is. */
export function sameText(given: unknown, real: string, asRecorded: (text: string) => string): boolean {
  return typeof given === "string" && asRecorded(given) === asRecorded(real);
}

function updated(olds: SnapshotOutputs, news: Raw): boolean {
  // A refresh in between makes the engine forget that a wait ended early; the status still tells.
  return (
    waitsOn(olds, news["waitForCompletion"]) ||
    news["waitForCompletion"] !== olds.waitForCompletion ||
    !isDeepStrictEqual(news["__timeouts"] ?? {}, olds.__timeouts ?? {})
  );
}

/**
 * Whether the old snapshot has to go before the new one can come: it failed, its name stays the same, or the
 * server has no slot left. Each leaves a time without this restore point, so it is said.
 */
async function decideOrder(
  operation: Operation,
  id: string,
  olds: SnapshotOutputs,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
  urn: string | undefined,
): Promise<boolean> {
  const what = snapshotLabel({ ...olds, id });
  const restorePoint = datedLabel({ ...olds, id }, operation.clock.now());
  const sameServer = news["serverId"] === olds.serverId;
  const plan = {
    urn,
    serverId: String(news["serverId"]),
    prefix: news["__autoName"],
    name: news["name"],
    before: olds.__replaces ?? [],
  };
  // The engine may keep the old one, whatever the answer is.
  const keeps = typeof news["__keeps"] === "string" ? news["__keeps"] : undefined;
  const deleteFirst = (): boolean => {
    operation.slots.reserve(id, { ...plan, takesSlot: false });
    return true;
  };
  if (snapshotProgress(olds.status) === "failed") {
    const fate =
      keeps === undefined ? "is deleted first, then a new one is made" : `stays on the server (${keeps})`;
    operation.reporter.info(`${what} ended as "${olds.status}" and cannot be restored: it ${fate}.`);
    return deleteFirst();
  }
  if (sameServer && news["__autoName"] === undefined && news["name"] === olds.name) {
    operation.restores.deleteFirst({ id }, "its replacement has the same name");
    operation.reporter.warn(
      keeps === undefined
        ? `${restorePoint} keeps its name, so it is deleted before its replacement is made: ${GAP}.`
        : `${what} stays on the server (${keeps}) with the name that its replacement is to have, so the create will ` +
            "be refused. Give another `name`, or none, or leave that option out.",
    );
    return deleteFirst();
  }
  const existing =
    sameServer && !isUnknown(news["serverId"]) ? await existingOn(operation, olds.serverId, what) : [];
  // From here on nothing waits: two replacements that look at the same moment must not both take the last slot.
  if (operation.slots.isFull(olds.serverId, existing, id)) {
    operation.restores.deleteFirst({ id }, "its replacement needs its slot");
    const full = noFreeSlot(olds.serverId, existing, operation.slots.promised(olds.serverId, id));
    operation.reporter.warn(
      keeps === undefined
        ? `${full}, so ${restorePoint} is deleted before its replacement is made: ${GAP}.`
        : `${full}, and ${what} stays (${keeps}), so the create of its replacement will be refused. Delete one of ` +
            "them first, or leave that option out.",
    );
    return deleteFirst();
  }
  operation.slots.reserve(id, { ...plan, takesSlot: true });
  return false;
}

const GAP = "until the new one is completed there is a time without this restore point";

function existingOn(session: Session, serverId: string, what: string): Promise<readonly SnapshotRecord[]> {
  return explainFailure(
    session,
    session.lists.onServer(serverId),
    (why) =>
      `${what} is to be replaced, but whether its server has a free slot cannot be seen: ${why} Nothing was changed.`,
  );
}
