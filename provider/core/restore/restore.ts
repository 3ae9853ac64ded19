import { mayHaveHappened, OutcomeUnknownError, VpsorgError } from "../../api";
import type { ServerRecord, SnapshotRecord } from "../../api";
import { ID_FORM, toId } from "../ids";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { serverState, snapshotProgress } from "../status";
import { duration, serverLabel, snapshotLabel } from "../wording";
import type { RestoreProgress } from "./progress";
import { awaitRestore, awaitRestoring } from "./wait";

export interface RestoreRequest {
  readonly snapshotId: string;
  /** Refuse unless the snapshot is of this server. */
  readonly serverId?: string | undefined;
  /** @default 2700000 (45 minutes) */
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoreOutcome {
  readonly snapshotId: string;
  readonly snapshotName: string;
  readonly serverId: string;
  readonly serverName: string;
  /** What the API called the server's status at the end. */
  readonly serverStatus: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly finishedAt: string;
}

/** What a restore is about to overwrite with what. */
export interface RestorePlan {
  readonly snapshot: SnapshotRecord;
  readonly server: ServerRecord;
}

export const RESTORE_TIMEOUT_MS = 45 * 60_000;

/** Looks before anything is touched, and refuses what cannot be restored. It changes nothing. */
export async function planRestore(session: Session, request: RestoreRequest): Promise<RestorePlan> {
  const id = toId(request.snapshotId);
  if (id === undefined) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `snapshotId must be the id of a snapshot, ${ID_FORM}; nothing was restored`,
    );
  }
  const snapshot = await session.lists.find(id, request.serverId);
  if (snapshot === undefined) {
    throw new VpsorgError("NOT_FOUND", `there is no snapshot ${id} in this account; nothing was restored`);
  }
  const what = snapshotLabel(snapshot);
  if (request.serverId !== undefined && request.serverId !== snapshot.serverId) {
    throw refused(`${what} is not of server ${request.serverId}`);
  }
  if (snapshotProgress(snapshot.status) !== "done") {
    throw refused(`${what} is "${snapshot.status}", only a completed snapshot can be restored`);
  }
  const server = await session.client.getServer(snapshot.serverId, { signal: request.signal });
  if (server === undefined) throw refused(`${what} is of a server that does not exist any more`);
  refuseState(server);
  return { snapshot, server };
}

function refuseState(server: ServerRecord): void {
  const label = serverLabel(server.id, server.name);
  if (serverState(server.status) === "restoring") {
    throw refused(`${label} is being restored already; wait until that has ended`);
  }
  if (server.status.toLowerCase() === "suspended")
    throw refused(`${label} is suspended; have it reactivated first`);
}

function refused(why: string): VpsorgError {
  return new VpsorgError("INVALID_ARGUMENT", `${why}. Nothing was restored.`);
}

/** Restores once and waits until the server has left `restoring`. The request is never sent a second time. */
export async function restore(
  session: Session,
  request: RestoreRequest,
  reporter: Reporter,
): Promise<RestoreOutcome> {
  const plan = await planRestore(session, request);
  const startedAt = session.clock.now();
  const deadlineAt = startedAt + (request.timeoutMs ?? RESTORE_TIMEOUT_MS);
  await start(session, plan, request, deadlineAt, reporter);
  const end = await awaitRestore(session, plan, { ...request, startedAt, deadlineAt }, reporter);
  return {
    snapshotId: plan.snapshot.id,
    snapshotName: plan.snapshot.name,
    serverId: plan.server.id,
    serverName: end.name,
    serverStatus: end.status,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(session.clock.now()).toISOString(),
  };
}

/** Sends the request once. After an answer that proves nothing, the server itself tells whether it was accepted. */
async function start(
  session: Session,
  plan: RestorePlan,
  request: RestoreRequest,
  deadlineAt: number,
  reporter: Reporter,
): Promise<void> {
  const label = serverLabel(plan.server.id, plan.server.name);
  try {
    await session.client.restoreSnapshot(plan.snapshot.id, { signal: request.signal });
  } catch (error) {
    const unproved =
      mayHaveHappened(error) || (error instanceof VpsorgError && error.code === "RATE_LIMITED");
    if (!unproved) throw notStarted(plan, error);
    if (await awaitRestoring(session, plan.server.id, deadlineAt)) {
      reporter.info(
        `${label} is restoring although the answer was lost (${messageOf(error)}); waiting for it.`,
      );
      return;
    }
    if (!mayHaveHappened(error)) throw notStarted(plan, error);
    throw new OutcomeUnknownError(
      `it is not known whether the restore of ${snapshotLabel(plan.snapshot)} was started: ${messageOf(error)}. The ` +
        `server did not show "restoring" for ${duration(session.pace.settleMs)}. It was not asked a second time. Look at ` +
        `${label} before you restore again.`,
      { cause: error },
    );
  }
}

function notStarted(plan: RestorePlan, error: unknown): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED" || error.code === "ABORTED")
    return error;
  return new VpsorgError(error.code, `${snapshotLabel(plan.snapshot)} was not restored: ${error.message}.`, {
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
