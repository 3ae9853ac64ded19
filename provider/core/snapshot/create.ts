import { WaitTimeoutError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { waitForRestoreOf } from "../restore/completion";
import { snapshotProgress } from "../status";
import type { Reporter } from "../messages/reporter";
import type { Session } from "../session";
import { formatDuration, serverLabel } from "../messages/labels";
import type { WaitTarget } from "../account/wait-target";
import { adopt } from "./adopt";
import { awaitCompletion } from "./wait";
import { startDeadline } from "../time/deadline";
import type { Deadline } from "../time/deadline";
import { endpointMark } from "./endpoint";
import { toOutputs } from "./state";
import type { SnapshotInputs, SnapshotOutputs } from "./state";
import { submit } from "./submit";

export interface Created {
  readonly id: string;
  readonly outputs: SnapshotOutputs;
}

/**
 * Takes a snapshot and, unless told not to, waits until it is completed. A replacement is always waited for: what it
 * replaces is deleted next.
 */
export async function createSnapshot(
  session: Session,
  inputs: SnapshotInputs,
  reporter: Reporter,
  /** The resource that is created, where the engine has told. */
  urn?: string,
): Promise<Created> {
  const deadline = startDeadline(session.clock, "create", inputs.__timeouts);
  if (inputs.__import !== undefined) {
    const existing = await adopt(session, inputs, inputs.__import);
    const given = { ...inputs, ...endpointMark(session.endpoint) };
    const known = { seen: true, pollImmediately: true };
    return settle(session, given, existing, inputs.waitForCompletion, deadline, reporter, known);
  }
  const { settled, replaces } = await session.serverMutex.runExclusive(inputs.serverId, async () => {
    await waitForRestoreOf(session, inputs.serverId, deadline.at, reporter);
    refuseLate(session, inputs, deadline);
    const submitted = await submit(session, inputs, deadline, reporter, urn);
    const { record } = submitted;
    const replacement = submitted.replaces === undefined ? {} : { __replaces: submitted.replaces };
    const given = { ...inputs, ...endpointMark(session.endpoint), ...replacement };
    const waits = inputs.waitForCompletion || submitted.replaces !== undefined;
    // A restore of the server waits for it, and has to know of it before the mutex is released.
    const work = settle(session, given, record, waits, deadline, reporter);
    return { settled: session.restores.creating(inputs.serverId, work), replaces: submitted.replaces };
  });
  const created = await settled;
  // What it has replaced is of no interest any more, completed or not.
  for (const id of replaces ?? []) session.unfinished.delete(id);
  return created;
}

async function settle(
  session: Session,
  inputs: SnapshotInputs,
  record: SnapshotRecord,
  waits: boolean,
  deadline: Deadline,
  reporter: Reporter,
  known: Pick<WaitTarget, "seen" | "pollImmediately"> = {},
): Promise<Created> {
  const { id } = record;
  const done = snapshotProgress(record.status) === "done";
  if (done && (known.seen === true || !waits)) return { id, outputs: toOutputs(inputs, record) };
  // The answer to a POST alone proves no end, and what it replaces is deleted next: a list has to show it.
  const begun = done ? { ...record, status: "in_progress" } : record;
  const outputs = toOutputs(inputs, begun);
  session.unfinished.set(id, outputs);
  if (!waits) return { id, outputs };
  const how = done ? { pollImmediately: true } : known;
  return { id, outputs: await awaitCompletion(session, inputs, begun, deadline, reporter, how) };
}

function refuseLate(session: Session, inputs: SnapshotInputs, deadline: Deadline): void {
  const elapsed = session.clock.now() - deadline.startedAt;
  if (elapsed < deadline.ms) return;
  throw new WaitTimeoutError(
    `snapshot "${inputs.name}" of ${serverLabel(inputs.serverId)} was not created: other snapshots of the same server ` +
      `took the ${formatDuration(deadline.ms)} that were allowed. ${session.advice.moreTime("create", "60")}`,
    undefined,
    elapsed,
  );
}
