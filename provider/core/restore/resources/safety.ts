import type { Session } from "../../session";
import { resumeWait } from "../../snapshot/wait";
import type { Diff } from "../../diff";
import { InitError } from "../../init-error";
import { omitUndefined, readOutputs } from "../../snapshot/state";
import type { SnapshotOutputs } from "../../snapshot/state";
import { snapshotProgress } from "../../status";
import { safetyAdvice } from "../../messages/advice";
import { serverLabel } from "../../messages/labels";
import { changedIntent, refuseRenewed } from "../intent";
import { waitForRestoreOf } from "../completion";
import { planRestore } from "../plan";
import { takeSafetySnapshot } from "../safety";
import type { SafetyInputs, SafetyOutputs } from "../state";
import { limitTime } from "../../operation";
import type { Operation } from "../../operation";

type Raw = Readonly<Record<string, unknown>>;

/** Takes a snapshot of the present state, once everything says that the restore after it can be requested. */
export async function createSafety(
  operation: Operation,
  inputs: SafetyInputs,
): Promise<{ id: string; outputs: SafetyOutputs }> {
  // Switched on after its restore, it may meet another resource's one.
  const what = `the safety snapshot of ${serverLabel(inputs.serverId)}`;
  await waitForRestoreOf(limitTime(operation, "create"), inputs.serverId, what);
  const { server } = await planRestore(operation, inputs);
  const target = { serverId: server.id, snapshotId: inputs.snapshotId };
  const made = await recorded(operation, inputs, () =>
    takeSafetySnapshot({ ...operation, advice: safetyAdvice }, target),
  );
  return { id: made.id, outputs: toOutputs(operation, inputs, made.outputs) };
}

/**
 * Another intent needs another safety snapshot; the old one is kept on the server. One that is not completed is waited
 * for, and one that failed is replaced.
 */
export async function diffSafety(
  session: () => Promise<Session>,
  olds: SafetyOutputs,
  news: Raw,
  isUnknown: (value: unknown) => boolean,
): Promise<Diff> {
  const replaces = changedIntent(olds, news, isUnknown);
  if (snapshotProgress(olds.status) === "failed") replaces.push("status");
  if (replaces.length > 0) {
    const carriedOut = { ...olds, at: olds.createdAt };
    await refuseRenewed(await session(), carriedOut, news, isUnknown);
  }
  const changes = replaces.length > 0 || olds.completedAt === "";
  return { changes, replaces, deleteBeforeReplace: false };
}

/** Goes on waiting for one that was not completed. */
export async function updateSafety(
  operation: Operation,
  id: string,
  olds: SafetyOutputs,
  inputs: SafetyInputs,
): Promise<SafetyOutputs> {
  if (olds.completedAt !== "") return omitUndefined({ ...olds, ...inputs });
  const { serverId, name, status, serverName, createdAt } = olds;
  const made = { serverId, name, status, serverName, createdAt, waitForCompletion: true };
  const timed = { ...limitTime(operation, "update"), advice: safetyAdvice };
  const outputs = await recorded(operation, inputs, () => resumeWait(timed, id, made));
  return toOutputs(operation, inputs, outputs);
}

/** A wait that ends early is recorded with the intent, so that the next run goes on with it. */
async function recorded<T>(session: Session, inputs: SafetyInputs, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InitError)) throw error;
    const outputs = toOutputs(session, inputs, readOutputs(error.outputs));
    throw new InitError(error.id, outputs, error.code, error.message);
  }
}

function toOutputs(session: Session, inputs: SafetyInputs, made: SnapshotOutputs): SafetyOutputs {
  const done = snapshotProgress(made.status) === "done";
  return omitUndefined({
    ...inputs,
    name: made.name,
    status: made.status,
    serverName: made.serverName,
    createdAt: made.createdAt,
    completedAt: done ? new Date(session.clock.now()).toISOString() : "",
  });
}
