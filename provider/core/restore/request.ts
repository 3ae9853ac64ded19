import {
  AbortedError,
  isVpsorgError,
  mayHaveHappened,
  NotFoundError,
  ResponseShapeError,
  withMessage,
  VpsorgError,
} from "../../api";
import { isOtherId } from "../../api/ids";
import { isBusy } from "../busy";
import type { Session } from "../session";
import { asSentence, serverLabel, snapshotLabel } from "../messages/labels";
import type { RestorePlan } from "./plan";

/** A request that has left. */
export interface SentRequest {
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** `lost`: it may or may not have been accepted. */
  readonly answer: "accepted" | "lost";
  /** Why the answer proves nothing. */
  readonly failure?: unknown;
}

/**
 * Requests the restore, once. It is never sent a second time, because a restore that runs twice overwrites what was
 * written in between. Only a request that certainly had no effect is an error.
 */
export async function requestRestore(
  session: Session,
  plan: RestorePlan,
  serverId: string | undefined,
  signal?: AbortSignal,
): Promise<SentRequest> {
  // Not within the request: what is seen of the server afterwards counts from the moment when it is sent.
  await session.client.gate.pass(undefined, signal).catch(() => Promise.reject(aborted(plan)));
  const requestedAt = session.clock.now();
  session.restores.request([plan.server.id, serverId ?? plan.server.id], { plan, requestedAt });
  try {
    await send(session, plan, signal);
    return { requestedAt, answer: "accepted" };
  } catch (error) {
    if (isVpsorgError(error, "ABORTED")) throw aborted(plan);
    if (!mayHaveHappened(error) && !mayBeProxys(error)) {
      session.restores.end(plan.server.id);
      throw isBusy(error) ? refusedAsBusy(plan, error) : notStarted(plan, error);
    }
    return { requestedAt, answer: "lost", failure: error };
  }
}

/** A gateway can send a 429, or a 404 page, after the server has acted: only the server's status can tell. */
function mayBeProxys(error: unknown): boolean {
  return isVpsorgError(error, "RATE_LIMITED") || (error instanceof NotFoundError && error.notFromApi);
}

/** An answer that speaks of another snapshot or server confirms nothing. */
async function send(session: Session, plan: RestorePlan, signal?: AbortSignal): Promise<void> {
  const { snapshot } = plan;
  const { snapshotId, server } = await session.client.restoreSnapshot(snapshot.id, { signal });
  const request = { method: "POST", path: `/snapshots/${snapshot.id}/restore/` };
  if (isOtherId(snapshotId, snapshot.id))
    throw new ResponseShapeError(request, `it speaks of snapshot ${snapshotId}`);
  if (isOtherId(server.id, plan.server.id))
    throw new ResponseShapeError(request, `it speaks of server ${server.id}`);
}

export function aborted(plan: RestorePlan): Error {
  return new AbortedError(
    `stopped while the restore of ${snapshotLabel(plan.snapshot)} was being requested: it may or may not have started. ` +
      `Look at ${serverLabel(plan.server.id, plan.server.name)} before you restore again.`,
  );
}

/** It was free when it was looked at, and a gateway that sends a request twice passes on the second answer. */
function refusedAsBusy({ snapshot, server }: RestorePlan, error: VpsorgError): unknown {
  const label = serverLabel(server.id, server.name);
  return withMessage(
    error,
    `the restore of ${snapshotLabel(snapshot)} was refused: ${asSentence(error.message)} When it was looked at just ` +
      `before, ${label} was "${server.status}": something else has begun since, or a gateway has sent this request twice, ` +
      `and then the restore runs. Look at ${label} before you restore again.`,
  );
}

export function notStarted(plan: RestorePlan, error: unknown): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED") return error;
  return withMessage(error, `${snapshotLabel(plan.snapshot)} was not restored: ${asSentence(error.message)}`);
}
