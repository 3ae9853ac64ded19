import { WaitTimeoutError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { waitForRestoreOf } from "../restore/completion";
import { snapshotProgress } from "../status";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { duration, serverLabel } from "../wording";
import type { Watched } from "../wait/watched";
import { adopt, adoptionMark } from "./adopt";
import { awaitCompletion } from "./await-completion";
import { startDeadline } from "./deadline";
import type { Deadline } from "./deadline";
import { toOutputs } from "./properties";
import type { SnapshotInputs, SnapshotOutputs } from "./properties";
import { submit } from "./submit";

export interface Created {
  readonly id: string;
  readonly outputs: SnapshotOutputs;
}

/** Takes a snapshot and, unless told not to, waits until it is completed. */
export async function createSnapshot(
  session: Session,
  inputs: SnapshotInputs,
  reporter: Reporter,
): Promise<Created> {
  const deadline = startDeadline(session.clock, "create", inputs.__timeouts);
  if (inputs.__import !== undefined) {
    const existing = await adopt(session, inputs, inputs.__import);
    const given = { ...inputs, __adoption: adoptionMark(() => session.clock.random()) };
    return settle(session, given, existing, deadline, reporter, { seen: true, lookNow: true });
  }
  const { settled } = await session.turns.take(inputs.serverId, async () => {
    await waitForRestoreOf(session, inputs.serverId, deadline.at, reporter);
    refuseLate(session, inputs, deadline);
    const { record, replaces } = await submit(session, inputs, deadline, reporter);
    const given = replaces.length === 0 ? inputs : { ...inputs, __replaces: replaces };
    // A restore of the server waits for it, and has to know of it before the turn is over.
    const work = settle(session, given, record, deadline, reporter);
    return { settled: session.restores.creating(inputs.serverId, work) };
  });
  return settled;
}

async function settle(
  session: Session,
  inputs: SnapshotInputs,
  record: SnapshotRecord,
  deadline: Deadline,
  reporter: Reporter,
  known: Pick<Watched, "seen" | "lookNow"> = {},
): Promise<Created> {
  const done = snapshotProgress(record.status) === "done";
  const outputs =
    done || !inputs.waitForCompletion
      ? toOutputs(inputs, record)
      : await awaitCompletion(session, inputs, record, deadline, reporter, known);
  return { id: record.id, outputs };
}

function refuseLate(session: Session, inputs: SnapshotInputs, deadline: Deadline): void {
  const elapsed = session.clock.now() - deadline.startedAt;
  if (elapsed < deadline.ms) return;
  throw new WaitTimeoutError(
    `snapshot "${inputs.name}" of ${serverLabel(inputs.serverId)} was not created: other snapshots of the same server ` +
      `took the ${duration(deadline.ms)} that were allowed. ${session.voice.moreTime("create", "60")}`,
    undefined,
    elapsed,
  );
}
