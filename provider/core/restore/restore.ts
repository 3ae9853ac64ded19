import type { Reporter } from "../report";
import type { Session } from "../session";
import { planRestore } from "./plan";
import type { RestoreTarget } from "./plan";
import type { RestoreProgress } from "./progress";
import { startRestore } from "./start";
import { awaitRestore } from "./wait";

export interface RestoreRequest extends RestoreTarget {
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

export const RESTORE_TIMEOUT_MS = 45 * 60_000;

/** Restores once and waits until the server has left `restoring`. The request is never sent a second time. */
export async function restore(
  session: Session,
  request: RestoreRequest,
  reporter: Reporter,
): Promise<RestoreOutcome> {
  const plan = await planRestore(session, request, request.signal);
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
