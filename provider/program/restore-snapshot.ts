import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";
import type { RestorePlan } from "../core/restore/plan";
import type { RestoreOutcome, RestoreRequest } from "../core/restore/types";
import type { RestoreProgress } from "../core/restore/progress";
import { openSession } from "./connection";
import type { Connection } from "./connection-args";
import { programReporter } from "./reporter";

export type { RestoreProgress } from "../core/restore/progress";

export interface RestoreSnapshotArgs {
  /** The snapshot to restore. Everything on its server is overwritten. */
  snapshotId: string | number;
  /** Refuse unless the snapshot is of this server. */
  serverId?: string | number;
  /**
   * How long to wait, in seconds.
   *
   * @default 2700 (45 minutes)
   */
  timeoutSeconds?: number;
  /** Called after each look at the server. */
  onProgress?: (progress: RestoreProgress) => void;
  /** Ends the waiting. The restore itself goes on on the server. */
  signal?: AbortSignal;
}

/** How a restore ended. In a Pulumi preview `startedAt` and `finishedAt` are empty: nothing was started. */
export type RestoreResult = RestoreOutcome;

/**
 * Restores a snapshot and waits until its server has left `restoring`.
 *
 * **Everything on the server is overwritten. This cannot be undone, and the server is stopped meanwhile** (5 to 15
 * minutes by VPS.org's documentation). The request is sent once and never repeated.
 *
 * In a Pulumi preview nothing is changed: it looks, says what it would do, and resolves. A plain call in a program
 * restores at **every** `pulumi up`.
 *
 * @throws an error with a `code`: `NOT_FOUND`, `INVALID_ARGUMENT` (it cannot be restored, nothing was touched),
 * `OPERATION_FAILED` (the server has ended in a status that is not a working one), `WAIT_TIMEOUT`,
 * `OUTCOME_UNKNOWN`, `ABORTED`, `AUTH_FAILED`, `CONNECTION`.
 */
export async function restoreSnapshot(
  args: RestoreSnapshotArgs,
  connection?: Connection,
): Promise<RestoreResult> {
  const request = toRequest(args);
  const session = await openSession(connection);
  if (pulumi.runtime.isDryRun()) {
    const { planRestore } = await import("../core/restore/plan.js");
    return announce(await planRestore(session, request, request.signal));
  }
  const { restore } = await import("../core/restore/run.js");
  const reporter = programReporter();
  reporter.warn(
    "restoreSnapshot: a plain call in a program restores at every `pulumi up`; the resource SnapshotRestore restores once.",
  );
  return restore(session, request, reporter);
}

function toRequest(args: RestoreSnapshotArgs | undefined): RestoreRequest {
  if (args?.snapshotId === undefined) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      "snapshotId is missing: give the id of a snapshot; nothing was restored",
    );
  }
  const { timeoutSeconds, serverId } = args;
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0)) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      "timeoutSeconds must be a positive number of seconds; nothing was restored",
    );
  }
  return {
    snapshotId: String(args.snapshotId),
    serverId: serverId === undefined ? undefined : String(serverId),
    timeoutMs: timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000,
    onProgress: args.onProgress,
    signal: args.signal,
  };
}

function announce({ snapshot, server }: RestorePlan): RestoreResult {
  void pulumi.log.warn(
    `restoreSnapshot: an update would overwrite all data on server ${server.name} (${server.id}) with snapshot ` +
      `${snapshot.id} "${snapshot.name}" of ${snapshot.createdAt}. This is a preview: nothing is changed.`,
  );
  return {
    snapshotId: snapshot.id,
    snapshotName: snapshot.name,
    serverId: server.id,
    serverName: server.name,
    serverStatus: server.status,
    startedAt: "",
    finishedAt: "",
  };
}
