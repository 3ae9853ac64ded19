import {
  AbortedError,
  isVpsorgError,
  mayHaveHappened,
  OutcomeUnknownError,
  reworded,
  VpsorgError,
} from "../../api";
import { askedToWait } from "../busy";
import type { Reporter } from "../report";
import type { Session } from "../session";
import { duration, said, sentence, serverLabel, snapshotLabel } from "../wording";
import { seeAcceptance } from "./accepted";
import type { Acceptance } from "./accepted";
import type { RestorePlan } from "./plan";

/**
 * Asks for the restore, once. After an answer that proves nothing the server itself tells whether it was accepted;
 * it is never asked a second time, because a restore that runs twice overwrites what was written in between.
 */
export async function startRestore(
  session: Session,
  plan: RestorePlan,
  deadlineAt: number,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await session.client.restoreSnapshot(plan.snapshot.id, { signal });
  } catch (error) {
    if (isVpsorgError(error, "ABORTED")) throw aborted(plan);
    // A gateway can send a 429 after the server has acted: then, too, the server is asked what it does.
    if (!mayHaveHappened(error) && !isVpsorgError(error, "RATE_LIMITED")) throw notStarted(plan, error);
    const label = serverLabel(plan.server.id, plan.server.name);
    const look = await seeAcceptance(session, plan.server.id, deadlineAt, askedToWait(error), signal).catch(
      (stopped: unknown) => {
        throw signal?.aborted === true ? aborted(plan) : stopped;
      },
    );
    if (look.restoring) {
      reporter.info(`${label} is restoring although the answer was lost (${said(error)}); waiting for it.`);
      return;
    }
    if (look.disproved && !mayHaveHappened(error)) throw notStarted(plan, error);
    throw unknown(plan, error, look);
  }
}

function unknown(plan: RestorePlan, error: unknown, { blindMs, lookedForMs, disproved }: Acceptance): Error {
  const blind = blindMs > 0 ? `The server could not be looked at for ${duration(blindMs)} after that. ` : "";
  const looked = lookedForMs > 0 ? `It did not show "restoring" for ${duration(lookedForMs)}. ` : "";
  const meanwhile = disproved ? "" : "It may have run while nobody looked. ";
  return new OutcomeUnknownError(
    `it is not known whether the restore of ${snapshotLabel(plan.snapshot)} was started: ${sentence(said(error))} ` +
      `${blind}${looked}${meanwhile}It was not asked a second time. Look at ` +
      `${serverLabel(plan.server.id, plan.server.name)} before you restore again.`,
    { cause: error },
  );
}

function aborted(plan: RestorePlan): Error {
  return new AbortedError(
    `stopped while the restore of ${snapshotLabel(plan.snapshot)} was being requested: it may or may not have started. ` +
      `Look at ${serverLabel(plan.server.id, plan.server.name)} before you restore again.`,
  );
}

function notStarted(plan: RestorePlan, error: unknown): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED") return error;
  const message = `${snapshotLabel(plan.snapshot)} was not restored: ${sentence(error.message)}`;
  return reworded(error, message);
}
