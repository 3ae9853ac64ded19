import { isVpsorgError } from "../../api";
import type { VpsorgError } from "../../api";
import type { Reporter } from "../report";
import { isRestoring, lookAt } from "../restore/plan";
import type { RestorePlan } from "../restore/plan";
import { RESTORE_TIMEOUT_MS } from "../restore/restore";
import { startRestore } from "../restore/start";
import { awaitRestore } from "../restore/wait";
import type { Session } from "../session";
import { defined } from "../snapshot/properties";
import { parseTimespan } from "../timespan";
import { duration, sentence, serverLabel } from "../wording";
import { serverState } from "../status";
import { journalKey, leftOver } from "./journal";
import type { RestoreNote } from "./journal";
import { PartialRestore } from "./partial";
import type { Phase, RestoreInputs, RestoreOutputs } from "./properties";
import { SafetyPending, takeSafetySnapshot, wayBack } from "./safety";
import type { SafetySnapshot } from "./safety";

/** A restore under way: everything that its record needs. */
export interface Running {
  readonly id: string;
  readonly inputs: RestoreInputs;
  readonly plan: RestorePlan;
  readonly startedAt: number;
  readonly deadlineAt: number;
  readonly safety: SafetySnapshot | undefined;
}

/** Restores once. From the moment the request is sent, every end that is not a good one is recorded. */
export async function createRestore(
  session: Session,
  inputs: RestoreInputs,
  reporter: Reporter,
): Promise<{ id: string; outputs: RestoreOutputs }> {
  const plan = await lookAt(session, inputs);
  const id = `${plan.snapshot.id}-${new Date(session.clock.now()).toISOString()}`;
  const left = leftOver(session, inputs);
  if (left !== undefined) return { id, outputs: await takeUp(session, { id, inputs, plan }, left, reporter) };
  if (isRestoring(plan)) {
    reporter.warn(
      `${serverLabel(plan.server.id, plan.server.name)} is being restored already, by an interrupted run or by somebody ` +
        "else: that restore is waited for, and no second one is started.",
    );
    const running = { id, inputs, plan, safety: undefined, ...startClock(session, inputs) };
    return { id, outputs: await finish(session, running, reporter) };
  }
  return { id, outputs: await begin(session, id, inputs, plan, undefined, reporter) };
}

/** From the safety snapshot (or without one) to the end. */
export async function begin(
  session: Session,
  id: string,
  inputs: RestoreInputs,
  plan: RestorePlan,
  made: SafetySnapshot | undefined,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const safety =
    made ?? (inputs.safetySnapshot ? await safetyOf(session, id, inputs, plan, reporter) : undefined);
  const running: Running = { id, inputs, plan, safety, ...startClock(session, inputs) };
  const key = journalKey(session, inputs);
  const at = new Date(running.startedAt).toISOString();
  session.journal.write(key, { phase: "asked", at });
  try {
    await startRestore(session, plan, running.deadlineAt, reporter);
    session.journal.write(key, { phase: "accepted", at });
  } catch (error) {
    // Whatever is known is known to the state from here on.
    session.journal.forget(key);
    if (isVpsorgError(error, "OUTCOME_UNKNOWN")) throw partial(running, "unknown", plan.server.status, error);
    if (safety === undefined || !isVpsorgError(error)) throw error;
    // The safety snapshot exists, so the record has to say so; the next run goes on from here.
    throw partial(running, "safety", plan.server.status, error);
  }
  return finish(session, running, reporter);
}

/** Waits for the end of a restore that is under way. */
export async function finish(
  session: Session,
  running: Running,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const { plan, startedAt, deadlineAt } = running;
  try {
    const server = await awaitRestore(session, plan, { startedAt, deadlineAt }, reporter);
    session.journal.forget(journalKey(session, running.inputs));
    const took = duration(session.clock.now() - startedAt);
    reporter.info(`${serverLabel(server.id, server.name)} is "${server.status}" again after ${took}.`);
    return outputsOf(running, server.status, new Date(session.clock.now()).toISOString());
  } catch (error) {
    if (!isVpsorgError(error)) throw error;
    const status = "lastStatus" in error && typeof error.lastStatus === "string" ? error.lastStatus : "";
    throw partial(running, "started", status, error);
  }
}

/** Goes on with the restore of a run that was killed: it was asked for once, and that is enough. */
async function takeUp(
  session: Session,
  begun: Pick<Running, "id" | "inputs" | "plan">,
  note: RestoreNote,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  reporter.warn(
    `a run that was interrupted has asked for this restore at ${note.at}: it is not asked for a second time. To restore ` +
      "once more change `triggers`.",
  );
  const running = { ...begun, safety: undefined, ...startClock(session, begun.inputs) };
  if (note.phase === "accepted" || isRestoring(begun.plan)) return finish(session, running, reporter);
  return settleUnknown(session, running, reporter);
}

/** Nobody knows whether it was accepted. It is not asked for again: a server at work is taken as it is, and said so. */
export async function settleUnknown(
  session: Session,
  running: Running,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const { plan, safety } = running;
  const server = await session.client.getServer(plan.server.id);
  if (server === undefined || serverState(server.status) !== "working")
    return finish(session, running, reporter);
  session.journal.forget(journalKey(session, running.inputs));
  reporter.warn(
    `it was never known whether snapshot ${plan.snapshot.id} was restored on server ${server.name}, which is ` +
      `"${server.status}". Look at its data; to restore change \`triggers\`.${wayBack(safety)}`,
  );
  return outputsOf(running, server.status, "");
}

export function outputsOf(
  { inputs, plan, safety, startedAt }: Running,
  serverStatus: string,
  restoredAt: string,
  phase?: Phase,
): RestoreOutputs {
  return defined({
    ...inputs,
    snapshotName: plan.snapshot.name,
    restoredServerId: plan.server.id,
    serverName: plan.server.name,
    serverStatus,
    restoredAt,
    safetySnapshotId: safety?.id,
    safetySnapshotName: safety?.name,
    __phase: phase,
    __startedAt: phase === undefined ? undefined : new Date(startedAt).toISOString(),
  });
}

function partial(running: Running, phase: Phase, status: string, error: VpsorgError): PartialRestore {
  const next =
    phase === "safety"
      ? "The next `pulumi up` goes on with the restore."
      : "It is recorded as started: the next `pulumi up` looks again and does not restore a second time. To restore " +
        "once more change `triggers`.";
  const message = `${sentence(error.message)} ${next}${wayBack(running.safety)}`;
  return new PartialRestore(running.id, outputsOf(running, status, "", phase), error.code, message);
}

async function safetyOf(
  session: Session,
  id: string,
  inputs: RestoreInputs,
  plan: RestorePlan,
  reporter: Reporter,
): Promise<SafetySnapshot> {
  try {
    return await takeSafetySnapshot(session, plan, reporter, inputs.__timeouts?.create);
  } catch (error) {
    if (!(error instanceof SafetyPending)) throw error;
    const running = { id, inputs, plan, safety: error.safety, ...startClock(session, inputs) };
    throw partial(running, "safety", plan.server.status, error);
  }
}

export function startClock(
  session: Session,
  inputs: RestoreInputs,
): Pick<Running, "startedAt" | "deadlineAt"> {
  const given = inputs.__timeouts?.create;
  const startedAt = session.clock.now();
  return {
    startedAt,
    deadlineAt: startedAt + ((given === undefined ? undefined : parseTimespan(given)) ?? RESTORE_TIMEOUT_MS),
  };
}
