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
import { allowedMs } from "../timespan";
import { duration, sentence, serverLabel } from "../wording";
import { serverState } from "../status";
import { journalKey, leftOver } from "./journal";
import type { RestoreNote } from "./journal";
import { PartialRestore } from "./partial";
import type { Phase, RestoreInputs, RestoreOutputs } from "./properties";
import { SafetyPending, takeSafetySnapshot, wayBack } from "./safety";
import type { SafetySnapshot } from "./safety";

/** A restore that is to be: of what, for which resource, and after which safety snapshot. */
export interface Intended {
  readonly id: string;
  readonly inputs: RestoreInputs;
  readonly plan: RestorePlan;
  /** One that was taken already. */
  readonly safety: SafetySnapshot | undefined;
}

/** A restore under way: everything that its record needs. */
export interface Running extends Intended {
  readonly startedAt: number;
  readonly deadlineAt: number;
}

/** Restores once. From the moment the request is sent, every end that is not a good one is recorded. */
export async function createRestore(
  session: Session,
  inputs: RestoreInputs,
  reporter: Reporter,
): Promise<{ id: string; outputs: RestoreOutputs }> {
  const plan = await lookAt(session, inputs);
  const id = `${plan.snapshot.id}-${new Date(session.clock.now()).toISOString()}`;
  const intended: Intended = { id, inputs, plan, safety: undefined };
  const left = leftOver(session, inputs);
  if (left !== undefined)
    return { id, outputs: await takeUp(session, running(session, intended), left, reporter) };
  if (isRestoring(plan)) {
    reporter.warn(
      `${serverLabel(plan.server.id, plan.server.name)} is being restored already, by an interrupted run or by somebody ` +
        "else: that restore is waited for, and no second one is started.",
    );
    return { id, outputs: await finish(session, running(session, intended), reporter) };
  }
  return { id, outputs: await begin(session, intended, reporter) };
}

/** From the safety snapshot (or without one) to the end. */
export async function begin(
  session: Session,
  intended: Intended,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const { inputs, plan } = intended;
  const wanted = inputs.safetySnapshot && intended.safety === undefined;
  const safety = wanted ? await safetyOf(session, intended, reporter) : intended.safety;
  const begun = running(session, { ...intended, safety });
  const key = journalKey(session, inputs);
  const at = new Date(begun.startedAt).toISOString();
  session.journal.write(key, { phase: "asked", at });
  try {
    await startRestore(session, plan, begun.deadlineAt, reporter);
    session.journal.write(key, { phase: "accepted", at });
  } catch (error) {
    // Whatever is known is known to the state from here on.
    session.journal.forget(key);
    if (isVpsorgError(error, "OUTCOME_UNKNOWN")) throw partial(begun, "unknown", plan.server.status, error);
    if (safety === undefined || !isVpsorgError(error)) throw error;
    // The safety snapshot exists, so the record has to say so; the next run goes on from here.
    throw partial(begun, "safety", plan.server.status, error);
  }
  return finish(session, begun, reporter);
}

/** Waits for the end of a restore that is under way. */
export async function finish(session: Session, begun: Running, reporter: Reporter): Promise<RestoreOutputs> {
  const { plan, startedAt, deadlineAt } = begun;
  try {
    const server = await awaitRestore(session, plan, { startedAt, deadlineAt }, reporter);
    session.journal.forget(journalKey(session, begun.inputs));
    const took = duration(session.clock.now() - startedAt);
    reporter.info(`${serverLabel(server.id, server.name)} is "${server.status}" again after ${took}.`);
    return outputsOf(begun, server.status, new Date(session.clock.now()).toISOString());
  } catch (error) {
    if (!isVpsorgError(error)) throw error;
    const status = "lastStatus" in error && typeof error.lastStatus === "string" ? error.lastStatus : "";
    throw partial(begun, "started", status, error);
  }
}

/** Goes on with the restore of a run that was killed: it was asked for once, and that is enough. */
async function takeUp(
  session: Session,
  begun: Running,
  note: RestoreNote,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  reporter.warn(
    `a run that was interrupted has asked for this restore at ${note.at}: it is not asked for a second time. To restore ` +
      "once more change `triggers`.",
  );
  if (note.phase === "accepted" || isRestoring(begun.plan)) return finish(session, begun, reporter);
  return settleUnknown(session, begun, reporter);
}

/** Nobody knows whether it was accepted. It is not asked for again: a server at work is taken as it is, and said so. */
export async function settleUnknown(
  session: Session,
  begun: Running,
  reporter: Reporter,
): Promise<RestoreOutputs> {
  const { plan, safety } = begun;
  const server = await session.client.getServer(plan.server.id);
  if (server === undefined || serverState(server.status) !== "working")
    return finish(session, begun, reporter);
  session.journal.forget(journalKey(session, begun.inputs));
  reporter.warn(
    `it was never known whether snapshot ${plan.snapshot.id} was restored on server ${server.name}, which is ` +
      `"${server.status}". Look at its data; to restore change \`triggers\`.${wayBack(safety)}`,
  );
  return outputsOf(begun, server.status, "");
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

function partial(begun: Running, phase: Phase, status: string, error: VpsorgError): PartialRestore {
  const next =
    phase === "safety"
      ? "The next `pulumi up` goes on with the restore."
      : "It is recorded as started: the next `pulumi up` looks again and does not restore a second time. To restore " +
        "once more change `triggers`.";
  const message = `${sentence(error.message)} ${next}${wayBack(begun.safety)}`;
  return new PartialRestore(begun.id, outputsOf(begun, status, "", phase), error.code, message);
}

async function safetyOf(session: Session, intended: Intended, reporter: Reporter): Promise<SafetySnapshot> {
  const { inputs, plan } = intended;
  try {
    return await takeSafetySnapshot(session, plan, reporter, inputs.__timeouts?.create);
  } catch (error) {
    if (!(error instanceof SafetyPending)) throw error;
    const pending = running(session, { ...intended, safety: error.safety });
    throw partial(pending, "safety", plan.server.status, error);
  }
}

/** Its time begins now. */
export function running(session: Session, intended: Intended): Running {
  const startedAt = session.clock.now();
  const allowed = allowedMs(intended.inputs.__timeouts?.create, RESTORE_TIMEOUT_MS);
  return { ...intended, startedAt, deadlineAt: startedAt + allowed };
}
