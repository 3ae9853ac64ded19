import { isDeepStrictEqual } from "node:util";
import { VpsorgError } from "../../api/errors";
import { explainFailure } from "../messages/explain";
import { toId } from "../../api/ids";
import { findById } from "../account/absence";
import type { Session } from "../session";
import type { CheckFailure } from "../check";
import { serverLabel } from "../messages/labels";
import { refused } from "./plan";
import type { RestoreIntent } from "./state";

type Raw = Readonly<Record<string, unknown>>;

/** What state holds of the restore (or the safety snapshot) that an intent was carried out with. */
export interface CarriedOut extends RestoreIntent {
  readonly serverName: string;
  /** ISO 8601, by VPS.org's clock where it is known: a snapshot that is younger was made after this. */
  readonly at: string;
}

/**
 * The properties by which a restore is another one: it is requested again where one of them changes. Before the engine
 * deletes a `Snapshot` first, it asks what would be replaced after it, with the inputs of the last run and an id that is
 * not known: the program's own triggers are not in that question, so nothing is decided there.
 */
export function changedIntent(
  olds: RestoreIntent,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
): string[] {
  if (isRenewedUnseen(olds, news, isUnknown)) return [];
  const changed: string[] = [];
  if ((toId(news["snapshotId"]) ?? news["snapshotId"]) !== olds.snapshotId) changed.push("snapshotId");
  if (!isDeepStrictEqual(news["triggers"] ?? [], olds.triggers ?? [])) changed.push("triggers");
  return changed;
}

/** Whether two intents are one, whatever id of the server each of them names. */
export function sameIntent(
  a: Pick<RestoreIntent, "snapshotId" | "triggers">,
  b: Pick<RestoreIntent, "snapshotId" | "triggers">,
): boolean {
  return a.snapshotId === b.snapshotId && isDeepStrictEqual(a.triggers ?? [], b.triggers ?? []);
}

/** A `Snapshot` of the program is renewed, its new id is not known yet, and the triggers stay. */
function isRenewedUnseen(
  olds: Raw | RestoreIntent,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
): boolean {
  const { triggers } = olds as Raw;
  return (
    news["__linked"] !== undefined &&
    isUnknown(news["snapshotId"]) &&
    isDeepStrictEqual(news["triggers"] ?? [], triggers ?? [])
  );
}

/** Says in the preview, where the new id is not known yet, what {@link refuseRenewed} is going to refuse. */
export async function renewedUnseen(
  session: () => Promise<Session>,
  olds: Raw,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
): Promise<CheckFailure[]> {
  if (!isRenewedUnseen(olds, news, isUnknown)) return [];
  const [snapshotId, serverId] = [String(olds["snapshotId"]), String(olds["serverId"])];
  const { client } = await session();
  const server = await client.getServer(serverId, { attempts: 1 }).catch(() => undefined);
  const recorded = { snapshotId, serverId, serverName: server?.name };
  const { message } = renewed(recorded, "a snapshot that this run makes");
  return [{ property: "snapshotId", reason: message }];
}

/**
 * Refuses a restore that nobody asked for: the `Snapshot` that a restore points to was renewed, for a new release say,
 * and with it the id, while the triggers stayed. What was taken after the last restore is not restored for that. The
 * rule looks at the program and at the state alone, so that the next run refuses as well.
 */
export async function refuseRenewed(
  session: Session,
  olds: CarriedOut,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
): Promise<void> {
  const changed = changedIntent(olds, news, isUnknown);
  const { snapshotId } = news;
  if (changed.length !== 1 || changed[0] !== "snapshotId" || isUnknown(snapshotId)) return;
  const id = String(snapshotId);
  if (session.lists.writes.hasCreated(id)) throw renewed(olds, `snapshot ${id}, which this run has made`);
  // It goes back too, where the newest one was deleted by hand, and to what was adopted.
  if (news["__linked"] === "rotation") throw renewed(olds, `snapshot ${id}, which a rotation gives`);
  if (news["__linked"] !== true && !session.ownership.isOurs(id)) return;
  const found = await explainFailure(
    session,
    findById(session, id, undefined),
    (why) => `snapshot ${id} could not be looked up: ${why} Nothing was restored.`,
  );
  if (found === undefined || Date.parse(found.createdAt) <= Date.parse(olds.at)) return;
  throw renewed(olds, `snapshot ${id} of ${found.createdAt}, which is newer than the last restore`);
}

function renewed(
  olds: Pick<RestoreIntent, "snapshotId" | "serverId"> & { readonly serverName?: string | undefined },
  what: string,
): VpsorgError {
  return refused(
    `snapshotId changes from ${olds.snapshotId} to ${what}, but triggers stay the same: a renewed snapshot alone does not ` +
      `overwrite ${serverLabel(olds.serverId, olds.serverName)}. To restore the new one change \`triggers\` as well; to keep ` +
      `this resource as it is give snapshotId "${olds.snapshotId}" or the resource option { ignoreChanges: ["snapshotId"] }`,
  );
}

/** Refuses a `serverId` that names another server than the one that was restored: it changes nothing there. */
export async function refuseOtherServer(
  session: Session,
  olds: CarriedOut,
  serverId: unknown,
): Promise<void> {
  if (typeof serverId !== "string" || serverId === olds.serverId) return;
  const [before, after] = await Promise.all([
    session.client.getServer(olds.serverId),
    session.client.getServer(serverId),
  ]);
  if (before !== undefined && before.id === after?.id) return;
  throw refused(
    `serverId changes from ${olds.serverId} to ${serverId}, but snapshot ${olds.snapshotId} is of ` +
      `${serverLabel(olds.serverId, olds.serverName)}. Give back the old serverId, or change snapshotId to a snapshot of server ` +
      serverId,
  );
}
