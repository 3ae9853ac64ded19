import { AbortedError, isVpsorgError } from "../../api";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { planRestore } from "./plan";
import { startRestore } from "./start";
import type { RestoreOutcome, RestoreRequest } from "./types";
import { awaitRestore } from "./wait";

export const RESTORE_TIMEOUT_MS = 45 * 60_000;

/** Restores once and waits until the server has left `restoring`. The request is never sent a second time. */
export async function restore(
  session: Session,
  request: RestoreRequest,
  reporter: Reporter,
): Promise<RestoreOutcome> {
  const plan = await planRestore(session, request, request.signal).catch((error: unknown) => {
    throw isVpsorgError(error, "ABORTED")
      ? new AbortedError("stopped before the restore was asked for. Nothing was restored.")
      : error;
  });
  const startedAt = session.clock.now();
  const deadlineAt = startedAt + (request.timeoutMs ?? RESTORE_TIMEOUT_MS);
  await startRestore(session, plan, deadlineAt, reporter, request.signal);
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

export type { RestoreOutcome, RestoreRequest } from "./types";
