import { isDeepStrictEqual } from "node:util";
import { findById } from "../../account/absence";
import { explainFailure } from "../../messages/explain";
import type { Session } from "../../session";
import { endpointMark } from "../../snapshot/endpoint";
import { omitUndefined } from "../../snapshot/state";
import type { Diff } from "../../diff";
import { snapshotProgress } from "../../status";
import { formatDuration, messageOf, asSentence, serverLabel, snapshotLabel } from "../../messages/labels";
import { changedIntent, refuseOtherServer, refuseRenewed, sameIntent } from "../intent";
import type { CarriedOut } from "../intent";
import { planRestore, refused } from "../plan";
import { requestRestore } from "../request";
import { rollbackHint } from "../safety";
import type { RequestInputs, RequestOutputs } from "../state";
import type { Operation } from "../../operation";
import { AGE_LIMITS } from "../../../api/times";

type Raw = Readonly<Record<string, unknown>>;

/**
 * Requests a restore and ends: every check comes before the request and none after it, so that it is recorded within the
 * time of one request. What becomes of it is the completion's to see.
 */
export async function createRequest(
  operation: Operation,
  inputs: RequestInputs,
): Promise<{ id: string; outputs: RequestOutputs }> {
  // No create of this run may come between the checks and the request, nor be running on the server.
  return operation.serverMutex.runExclusive(inputs.serverId, async () => {
    await operation.restores.createsEnded([inputs.serverId]);
    const plan = await planRestore(operation, inputs);
    await refuseSafety(operation, inputs);
    warnOfEarlierSafety(operation, inputs);
    const newestAt = await newestOn(operation, inputs.serverId);
    const { requestedAt, answer, failure } = await requestRestore(operation, plan, inputs.serverId);
    const at = new Date(requestedAt).toISOString();
    const { snapshot, server } = plan;
    operation.restores.remember([server.id, inputs.serverId], { snapshotId: snapshot.id, requestedAt: at });
    const what = `the restore of ${snapshotLabel(snapshot)}`;
    if (answer === "accepted") {
      operation.reporter.info(
        `${what} was requested at ${at}. It continues on the server whatever happens to this run.`,
      );
    } else {
      operation.reporter.warn(
        `${what} was requested at ${at}, and nothing in the answer proves whether it was accepted: ` +
          `${asSentence(messageOf(failure))} It may be running on the server. It is not requested a second time.`,
      );
    }
    const names = {
      snapshotName: snapshot.name,
      serverName: server.name,
      safetySnapshotId: inputs.safety?.id,
      __statusBefore: server.status,
      __newestAt: newestAt,
    };
    const outputs = { ...inputs, ...names, requestedAt: at, answer, ...endpointMark(operation.endpoint) };
    return { id: `${snapshot.id}-${at}`, outputs: omitUndefined(outputs) };
  });
}

/** A request is made again only for another intent; whatever else changes is recorded and does nothing. */
export async function diffRequest(
  session: () => Promise<Session>,
  olds: RequestOutputs,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
): Promise<Diff> {
  const replaces = changedIntent(olds, news, isUnknown);
  const others = ["serverId", "safety", "__linked"] as const;
  const updates = others.filter((key) => !isDeepStrictEqual(news[key], olds[key]));
  if (replaces.length === 0 && updates.length === 0)
    return { changes: false, replaces, deleteBeforeReplace: false };
  const opened = await session();
  if (replaces.length > 0) await refuseRenewed(opened, carriedOut(olds), news, isUnknown);
  else if (!isUnknown(news["serverId"])) await refuseOtherServer(opened, carriedOut(olds), news["serverId"]);
  return { changes: true, replaces, deleteBeforeReplace: false };
}

/** The request itself is never changed, and nothing is sent. */
export function updateRequest(recorded: RequestOutputs, inputs: RequestInputs): RequestOutputs {
  // A safety snapshot that came later does not hold the state before this request.
  const {
    snapshotId: _snapshot,
    serverId: _server,
    triggers: _triggers,
    safety: _safety,
    __linked: _linked,
    ...kept
  } = recorded;
  return omitUndefined({ ...inputs, ...kept });
}

function carriedOut(olds: RequestOutputs): CarriedOut {
  return { ...olds, at: olds.__newestAt ?? olds.requestedAt };
}

/** When the newest snapshot of a server was made, in a list that was read a moment ago; absent where it cannot be. */
async function newestOn({ lists }: Session, serverId: string): Promise<string | undefined> {
  const listing = await lists.batchedServerList(serverId).catch(() => undefined);
  const times = (listing?.snapshots ?? [])
    .map(({ createdAt }) => Date.parse(createdAt))
    .filter(Number.isFinite);
  return times.length === 0 ? undefined : new Date(Math.max(...times)).toISOString();
}

/** A safety snapshot is of use only if it holds the state right before this very restore, and is still there. */
async function refuseSafety(session: Session, { safety, ...intent }: RequestInputs): Promise<void> {
  if (safety === undefined) return;
  const what = `safety snapshot ${safety.id} "${safety.name}"`;
  const remedy =
    "Have a new one taken: `pulumi up --replace` with the URN of the SafetySnapshot, or change `triggers`";
  if (!sameIntent(safety, intent)) throw refused(`${what} was taken for another restore. ${remedy}`);
  const age = session.clock.now() - Date.parse(safety.completedAt);
  if (!(age <= AGE_LIMITS.safetyMs)) {
    const old = Number.isNaN(age) ? "was never seen completed" : `was completed ${formatDuration(age)} ago`;
    throw refused(`${what} ${old} and may not hold the present state. ${remedy}`);
  }
  const there = await explainFailure(
    session,
    findById(session, safety.id, intent.serverId),
    (why) => `${what} could not be looked up: ${why} Nothing was restored.`,
  );
  if (there === undefined) throw refused(`${what} is not on the server any more. ${remedy}`);
  if (snapshotProgress(there.status) !== "done") throw refused(`${what} is "${there.status}". ${remedy}`);
}

/**
 * It may be of a run that took it and could not request the restore, or the used one of a request that
 * `pulumi up --replace` makes again; the engine tells no difference.
 */
function warnOfEarlierSafety(operation: Operation, { safety }: RequestInputs): void {
  if (safety === undefined || operation.lists.writes.hasCreated(safety.id)) return;
  const age = formatDuration(operation.clock.now() - Date.parse(safety.completedAt));
  operation.reporter.warn(
    `safety snapshot ${safety.id} "${safety.name}" was completed ${age} ago, by an earlier run: what was written to the ` +
      "server since then is in no snapshot.",
  );
}

/** What to say when the record of a request is dropped. */
export function droppedRequest(recorded: RequestOutputs): string {
  const { serverId, serverName, requestedAt, safetySnapshotId: id } = recorded;
  return (
    `the record of the restore of ${serverLabel(serverId, serverName)} that was requested at ${requestedAt} is dropped; ` +
    `that changes nothing on the server.${rollbackHint(id === undefined ? undefined : { id })}`
  );
}
