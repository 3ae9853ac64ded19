import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";
import type { RestorePlan } from "../core/restore/plan";
import type { RestoreRequest } from "../core/restore/types";
import type { RestoreProgress, RestoreResult } from "../core/restore/progress";
import { openSession } from "./connection";
import type { Connection } from "./connection-args";
import { inProgram, mocked } from "./monitor";
import { programReporter } from "./reporter";

export type { RestoreProgress, RestoreResult } from "../core/restore/progress";

/** What {@link restoreSnapshot} restores, and how it waits. */
export interface RestoreSnapshotArgs {
  /** The snapshot to restore. Everything on its server is overwritten. */
  snapshotId: string | number;
  /**
   * Refuse unless the snapshot is of this server.
   *
   * @default any server
   */
  serverId?: string | number;
  /**
   * How long to wait, in seconds.
   *
   * @default 2700 (45 minutes)
   */
  timeoutSeconds?: number;
  /** Called after each look at the server. */
  onProgress?: (progress: RestoreProgress) => void;
  /** Ends the waiting. The restore itself continues on the server. */
  signal?: AbortSignal;
  /**
   * Allow the call inside a Pulumi program, which then overwrites the server **at every run** of the program: at every
   * `pulumi up`, and at `pulumi refresh --run-program` and `pulumi destroy --run-program`. A preview changes nothing
   * and says what would happen. No effect in a plain script.
   *
   * @default false: inside a program the call is refused, in a preview too
   */
  everyRun?: boolean;
}

/**
 * Restores a snapshot and waits until its server has left `restoring`.
 *
 * **Everything on the server is overwritten. This cannot be undone, and the server is stopped meanwhile** (5 to 15
 * minutes by VPS.org's documentation). The request is sent once and never repeated.
 *
 * It is for scripts, those of the Automation API included. Inside a Pulumi program it is refused without `everyRun`:
 * there the resource `SnapshotRestore` restores once. Under Pulumi's mocks it goes to `mocks.call` as
 * `vpsorg:index:restoreSnapshot`.
 *
 * @throws an error with a `code`: `NOT_FOUND`, `INVALID_ARGUMENT` (it cannot be restored, or not from here; nothing
 * was touched), `OPERATION_FAILED` (the server has ended in a status that is not a working one), `WAIT_TIMEOUT`,
 * `OUTCOME_UNKNOWN`, `ABORTED`, `AUTH_FAILED`, `CONNECTION`.
 *
 * @param args What to restore.
 * @param connection Which account to act in; by default that of the Pulumi configuration, then of the environment.
 * @example
 * ```ts
 * import { restoreSnapshot } from "pulumi-vpsorg";
 *
 * restoreSnapshot({ snapshotId: "801", serverId: 12345 }).then(
 *   ({ serverName, serverStatus }) => console.log(`${serverName} is ${serverStatus}`),
 *   (error: unknown) => console.error(error),
 * );
 * ```
 */
export async function restoreSnapshot(
  args: RestoreSnapshotArgs,
  connection?: Connection,
): Promise<RestoreResult> {
  const request = toRequest(args);
  const { onProgress: _onProgress, signal: _signal, ...inputs } = args;
  const mock = mocked<RestoreResult>("restoreSnapshot", inputs);
  if (mock !== undefined) return mock;
  if (inProgram() && args.everyRun !== true) throw refusedInProgram();
  return carryOut(request, connection);
}

async function carryOut(request: RestoreRequest, connection: Connection | undefined): Promise<RestoreResult> {
  const session = await openSession(connection);
  if (pulumi.runtime.isDryRun()) {
    const { planRestore } = await import("../core/restore/plan.js");
    return announce(await planRestore(session, request, request.signal));
  }
  const { restore } = await import("../core/restore/run.js");
  const reporter = programReporter();
  reporter.warn(
    `restoreSnapshot with everyRun: snapshot ${request.snapshotId} overwrites its server at every run of this program: ` +
      `${EVERY_RUN}. The resource SnapshotRestore restores once.`,
  );
  return restore({ ...session, reporter }, request);
}

const EVERY_RUN =
  "at every `pulumi up`, and at `pulumi refresh --run-program` and `pulumi destroy --run-program`";

const ARGUMENTS = Object.keys({
  snapshotId: true,
  serverId: true,
  timeoutSeconds: true,
  onProgress: true,
  signal: true,
  everyRun: true,
} satisfies Record<keyof RestoreSnapshotArgs, true>);

function toRequest(args: RestoreSnapshotArgs | undefined): RestoreRequest {
  if (args?.snapshotId === undefined) throw malformed("snapshotId is missing: give the id of a snapshot");
  const unknown = Object.keys(args).find((key) => !ARGUMENTS.includes(key));
  if (unknown !== undefined) {
    const known = `The arguments are ${ARGUMENTS.join(", ")}`;
    throw malformed(`"${unknown}" is not an argument of restoreSnapshot; remove it. ${known}`);
  }
  const { timeoutSeconds, serverId, everyRun } = args;
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0)) {
    throw malformed("timeoutSeconds must be a positive number of seconds");
  }
  if (everyRun !== undefined && typeof everyRun !== "boolean") {
    throw malformed("everyRun must be true or false");
  }
  return {
    snapshotId: String(args.snapshotId),
    serverId: serverId === undefined ? undefined : String(serverId),
    timeoutMs: timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000,
    onProgress: args.onProgress,
    signal: args.signal,
  };
}

function malformed(why: string): VpsorgError {
  return new VpsorgError("INVALID_ARGUMENT", `${why}; nothing was restored`);
}

/** The program cannot tell an update from the other runs, so no plain call can be meant for one of them alone. */
function refusedInProgram(): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `restoreSnapshot: in a Pulumi program a plain call would overwrite the server ${EVERY_RUN}. Use the resource ` +
      "SnapshotRestore, which restores once, or pass everyRun: true to restore at every run. Nothing was restored.",
  );
}

function announce({ snapshot, server }: RestorePlan): RestoreResult {
  void pulumi.log.warn(
    `restoreSnapshot with everyRun: the run would overwrite all data on server ${server.name} (${server.id}) with ` +
      `snapshot ${snapshot.id} "${snapshot.name}" of ${snapshot.createdAt}, as would every run: ${EVERY_RUN}. ` +
      "This is a preview: nothing is changed.",
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
