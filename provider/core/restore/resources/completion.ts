import { isVpsorgError, VpsorgError } from "../../../api";
import { resetEndpoint } from "../../messages/advice";
import type { Reporter } from "../../messages/reporter";
import type { Session } from "../../session";
import type { Diff } from "../../snapshot/diff";
import { isElsewhere, recordedEndpoint } from "../../snapshot/endpoint";
import { omitUndefined } from "../../snapshot/state";
import { allowedMs } from "../../time/duration";
import { formatDuration, asSentence, serverLabel, snapshotLabel } from "../../messages/labels";
import { confirm, waitForEnd } from "../completion";
import type { Confirmation } from "../completion";
import type { RestorePlan } from "../plan";
import { RESTORE_TIMEOUT_MS, whatWasSeen } from "../run";
import { rollbackHint } from "../safety";
import type { CompletionInputs, CompletionOutputs, RestoreAnswer } from "../state";
import type { RestoreWait } from "../wait";
import { InitError } from "../../init-error";

type Raw = Readonly<Record<string, unknown>>;

/** Waits for the end of a recorded request. It sends nothing, and any later run can go on with it. */
export async function createCompletion(
  session: Session,
  inputs: CompletionInputs,
  reporter: Reporter,
): Promise<{ id: string; outputs: CompletionOutputs }> {
  return { id: inputs.requestId, outputs: await complete(session, inputs, inputs.answer, reporter) };
}

/** Another request has another completion; one that has not been seen to end is an update, which waits on. */
export function diffCompletion(olds: CompletionOutputs, news: Raw, reporter: Reporter): Diff {
  const replaces = news["requestId"] === olds.requestId ? [] : ["requestId"];
  if (replaces.length === 0 && olds.answer === "unproven") reporter.warn(neverKnown(olds));
  const changes = replaces.length > 0 || isOpen(olds);
  return { changes, replaces, deleteBeforeReplace: false };
}

export async function updateCompletion(
  session: Session,
  olds: CompletionOutputs,
  inputs: CompletionInputs,
  reporter: Reporter,
): Promise<CompletionOutputs> {
  if (isOpen(olds)) return complete(session, inputs, olds.answer, reporter);
  return omitUndefined({
    ...inputs,
    answer: olds.answer,
    serverStatus: olds.serverStatus,
    restoredAt: olds.restoredAt,
  });
}

function isOpen({ restoredAt, answer }: CompletionOutputs): boolean {
  return restoredAt === "" && answer !== "unproven";
}

async function complete(
  session: Session,
  inputs: CompletionInputs,
  known: RestoreAnswer,
  reporter: Reporter,
): Promise<CompletionOutputs> {
  const { clock } = session;
  const plan = planOf(inputs);
  refuseElsewhere(session, inputs);
  const startedAt = Date.parse(inputs.requestedAt);
  const deadlineAt = clock.now() + allowedMs(inputs.__timeouts?.create, RESTORE_TIMEOUT_MS);
  const wait: RestoreWait = {
    startedAt,
    deadlineAt,
    statusBefore: inputs.__statusBefore,
    pollImmediately: clock.now() - startedAt > session.schedule.settleMs,
  };
  let answer = known;
  // The step of a later one may have been compared before this one began, or since.
  const ended = (): CompletionOutputs | undefined => overtaken(session, inputs, reporter);
  const before = ended();
  if (before !== undefined) return before;
  try {
    if (answer === "lost") {
      const look = await confirm(session, plan, { requestedAt: startedAt, answer }, wait, reporter);
      const meanwhile = ended();
      if (meanwhile !== undefined) return meanwhile;
      if (!look.confirmed) return await unproven(session, inputs, look, wait, reporter);
      answer = "accepted";
    }
    const server = await waitForEnd(session, plan, wait, reporter);
    const meanwhile = ended();
    if (meanwhile !== undefined) return meanwhile;
    const took = formatDuration(clock.now() - startedAt);
    reporter.info(
      `${serverLabel(server.id, server.name)} is "${server.status}" again ${took} after the request.`,
    );
    return outputsOf(inputs, answer, server.status, new Date(clock.now()).toISOString());
  } catch (error) {
    if (!isVpsorgError(error) || error instanceof InitError) throw error;
    throw partial(inputs, answer, error);
  }
}

/** At another endpoint the same id may be another account's server, which says nothing of this restore. */
function refuseElsewhere({ endpoint }: Session, inputs: CompletionInputs): void {
  if (!isElsewhere(endpoint, inputs)) return;
  const recorded = recordedEndpoint(inputs);
  const { snapshot } = planOf(inputs);
  throw new VpsorgError(
    "CONFIGURATION",
    `the restore of ${snapshotLabel(snapshot)} was requested at ${recorded}, and the endpoint is ${endpoint} now, where its ` +
      `end cannot be seen. ${resetEndpoint(recorded)}, or remove the SnapshotRestore.`,
  );
}

/**
 * Nothing proves that this request was accepted. A server that is restoring all the same is waited for, because what
 * follows in the program counts on a server that works; but nothing is recorded as restored.
 */
async function unproven(
  session: Session,
  inputs: CompletionInputs,
  look: Confirmation,
  wait: RestoreWait,
  reporter: Reporter,
): Promise<CompletionOutputs> {
  const server = look.restoring ? await waitForEnd(session, planOf(inputs), wait, reporter) : look.server;
  session.restores.end(inputs.serverId);
  const outputs = outputsOf(inputs, "unproven", server?.status ?? "", "");
  reporter.warn(`${neverKnown(outputs)} ${whatWasSeen(look).trim()}`.trim());
  return outputs;
}

/** Where the stack has requested another restore of the server since: what the server does now is that one's. */
function overtaken(
  session: Session,
  inputs: CompletionInputs,
  reporter: Reporter,
): CompletionOutputs | undefined {
  const later = session.restores.requestedAfter(inputs.serverId, Date.parse(inputs.requestedAt));
  if (later === undefined) return undefined;
  const outputs = outputsOf(inputs, "unproven", "", "");
  const why = `Its end was not seen before another restore of the server was requested at ${new Date(later).toISOString()}.`;
  reporter.warn(`${neverKnown(outputs)} ${why}`);
  return outputs;
}

function neverKnown(completion: CompletionInputs): string {
  const { requestedAt, safetySnapshotId: id } = completion;
  const { snapshot, server } = planOf(completion);
  return (
    `it is not known whether ${snapshotLabel(snapshot)} was restored: it was requested at ${requestedAt}, and nothing ` +
    `has shown that it was. It is not requested again. Look at the data on ` +
    `${serverLabel(server.id, server.name)}; to restore once more change \`triggers\`.${rollbackHint(id === undefined ? undefined : { id })}`
  );
}

function partial(inputs: CompletionInputs, answer: RestoreAnswer, error: VpsorgError): InitError {
  const { safetySnapshotId: id } = inputs;
  const message =
    `${asSentence(error.message)} The request is recorded: the next \`pulumi up\` looks again and does not restore a second ` +
    `time. To restore once more change \`triggers\`.${rollbackHint(id === undefined ? undefined : { id })}`;
  return new InitError(inputs.requestId, outputsOf(inputs, answer, "", ""), error.code, message);
}

function outputsOf(
  inputs: CompletionInputs,
  answer: RestoreAnswer,
  serverStatus: string,
  restoredAt: string,
): CompletionOutputs {
  return omitUndefined({ ...inputs, answer, serverStatus, restoredAt });
}

/** What was recorded, not what is there: the snapshot may be gone by now. */
function planOf({ snapshotId, snapshotName, serverId, serverName }: CompletionInputs): RestorePlan {
  return {
    snapshot: { id: snapshotId, name: snapshotName, serverId, serverName, createdAt: "", status: "" },
    server: { id: serverId, name: serverName, status: "" },
  };
}
