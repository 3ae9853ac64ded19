import { WaitTimeoutError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { waitForRestoreOf } from "../restore/completion";
import { snapshotProgress } from "../status";
import { formatDuration, newSnapshotLabel } from "../messages/labels";
import type { WaitTarget } from "../account/wait-target";
import { adopt } from "./adopt";
import { awaitCompletion } from "./wait";
import { endpointMark } from "./endpoint";
import { toOutputs } from "./state";
import type { SnapshotInputs, SnapshotOutputs } from "./state";
import { orphanWarnings } from "./preconditions";
import { submit } from "./submit";
import { limitTime } from "../operation";
import type { Operation, TimedOperation } from "../operation";

export interface Created {
  readonly id: string;
  readonly outputs: SnapshotOutputs;
}

/**
 * Takes a snapshot and, unless told not to, waits until it is completed. A replacement is always waited for: what it
 * replaces is deleted next.
 */
export async function createSnapshot(
  started: Operation,
  inputs: SnapshotInputs,
  /** The resource that is created, where the engine has told. */
  urn?: string,
  /** Called before the POST, when nobody else of this run can take a slot of the server. */
  makeRoom?: () => Promise<void>,
): Promise<Created> {
  const operation = limitTime(started, "create", inputs.__timeouts);
  if (inputs.__import !== undefined) {
    const existing = await adopt(operation, inputs, inputs.__import);
    const given = { ...inputs, ...endpointMark(operation.endpoint) };
    const known = { seen: true, pollImmediately: true };
    return settle(operation, given, existing, inputs.waitForCompletion, known);
  }
  const { settled, replaces, known } = await operation.serverMutex.runExclusive(inputs.serverId, async () => {
    await waitForRestoreOf(operation, inputs.serverId, newSnapshotLabel(inputs));
    await makeRoom?.();
    refuseLate(operation, inputs);
    const submitted = await submit(operation, inputs, urn);
    const { record, listed } = submitted;
    const replacement = submitted.replaces === undefined ? {} : { __replaces: submitted.replaces };
    const given = { ...inputs, ...endpointMark(operation.endpoint), ...replacement };
    const waits = inputs.waitForCompletion || submitted.replaces !== undefined;
    // A restore of the server waits for it, and has to know of it before the mutex is released.
    const work = settle(operation, given, record, waits, { seen: listed });
    return { ...submitted, settled: operation.restores.creating(inputs.serverId, work) };
  });
  const created = await settled;
  // The list before the POST may have lagged: what an interrupted run had left has appeared since.
  const shown = operation.lists.latest(inputs.serverId)?.snapshots ?? [];
  const late = shown.filter((other) => other.id !== created.id && !known.has(other.id));
  for (const warning of orphanWarnings(operation, late, inputs)) operation.reporter.warn(warning);
  // What it has replaced is of no interest any more, completed or not.
  for (const id of replaces ?? []) operation.unfinished.delete(id);
  return created;
}

async function settle(
  operation: TimedOperation,
  inputs: SnapshotInputs,
  record: SnapshotRecord,
  waits: boolean,
  known: Pick<WaitTarget, "seen" | "pollImmediately"> = {},
): Promise<Created> {
  const { id } = record;
  const done = snapshotProgress(record.status) === "done";
  if (done && (known.seen === true || !waits)) return { id, outputs: toOutputs(inputs, record) };
  // The answer to a POST alone proves no end, and what it replaces is deleted next: a list has to show it.
  const begun = done ? { ...record, status: "in_progress" } : record;
  const outputs = toOutputs(inputs, begun);
  operation.unfinished.set(id, outputs);
  if (!waits) return { id, outputs };
  const how = done ? { pollImmediately: true } : known;
  return { id, outputs: await awaitCompletion(operation, inputs, begun, how) };
}

function refuseLate(operation: TimedOperation, inputs: SnapshotInputs): void {
  const elapsed = operation.clock.now() - operation.deadline.startedAt;
  if (elapsed < operation.deadline.ms) return;
  throw new WaitTimeoutError(
    `${newSnapshotLabel(inputs)} was not created: other snapshots of the same server ` +
      `took the ${formatDuration(operation.deadline.ms)} that were allowed. ${operation.advice.moreTime("create", "60")}`,
    undefined,
    elapsed,
  );
}
