import { AbortedError, isVpsorgError, mayHaveHappened, OutcomeUnknownError } from "../../api";
import { formatDuration, messageOf, asSentence, serverLabel, snapshotLabel } from "../messages/labels";
import { confirm, waitForEnd } from "./completion";
import type { Confirmation } from "./completion";
import { planRestore } from "./plan";
import type { RestorePlan } from "./plan";
import { aborted, notStarted, requestRestore } from "./request";
import type { SentRequest } from "./request";
import type { RestoreResult } from "./progress";
import type { RestoreRequest } from "./types";
import type { RestoreWait } from "./wait";
import type { Operation } from "../operation";
import { OPERATION_TIMES } from "../../api/times";

/** Restores once and waits until the server has left `restoring`. The request is never sent a second time. */
export async function restore(operation: Operation, request: RestoreRequest): Promise<RestoreResult> {
  const plan = await planRestore(operation, request, request.signal).catch((error: unknown) => {
    throw isVpsorgError(error, "ABORTED")
      ? new AbortedError("stopped before the restore was requested. Nothing was restored.")
      : error;
  });
  const startedAt = operation.clock.now();
  const deadlineAt = startedAt + (request.timeoutMs ?? OPERATION_TIMES.restore);
  const sent = await requestRestore(operation, plan, request.serverId, request.signal);
  const wait = { ...request, startedAt, deadlineAt, statusBefore: plan.server.status };
  if (sent.answer === "lost") await confirmOrThrow(operation, plan, sent, wait);
  const end = await waitForEnd(operation, plan, wait);
  return {
    snapshotId: plan.snapshot.id,
    snapshotName: plan.snapshot.name,
    serverId: plan.server.id,
    serverName: end.name,
    serverStatus: end.status,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(operation.clock.now()).toISOString(),
  };
}

async function confirmOrThrow(
  operation: Operation,
  plan: RestorePlan,
  sent: SentRequest,
  wait: RestoreWait,
): Promise<void> {
  const look = await confirm(operation, plan, sent, wait).catch((stopped: unknown) => {
    throw wait.signal?.aborted === true ? aborted(plan) : stopped;
  });
  if (look.confirmed) return;
  if (look.disproved && !mayHaveHappened(sent.failure)) throw notStarted(plan, sent.failure);
  throw unknown(plan, sent.failure, look);
}

function unknown(plan: RestorePlan, error: unknown, look: Confirmation): Error {
  return new OutcomeUnknownError(
    `it is not known whether the restore of ${snapshotLabel(plan.snapshot)} was started: ${asSentence(messageOf(error))} ` +
      `${whatWasSeen(look)}It was not requested a second time. Look at ` +
      `${serverLabel(plan.server.id, plan.server.name)} before you restore again.`,
    { cause: error },
  );
}

/** For how long nobody could look, for how long the server did not show it, and what that leaves open. */
export function whatWasSeen({ restoring, blindMs, lookedForMs, disproved }: Confirmation): string {
  const blind =
    blindMs > 0 ? `The server could not be looked at for ${formatDuration(blindMs)} after that. ` : "";
  const looked =
    !restoring && lookedForMs > 0 ? `It did not show "restoring" for ${formatDuration(lookedForMs)}. ` : "";
  const meanwhile = disproved ? "" : "It may have run while nobody looked. ";
  return `${blind}${looked}${meanwhile}`;
}
