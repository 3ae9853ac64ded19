import { isVpsorgError, VpsorgError } from "../../../api";
import { resetEndpoint } from "../../messages/advice";
import type { Reporter } from "../../messages/reporter";
import type { Session } from "../../session";
import type { Diff } from "../../diff";
import { isElsewhere, recordedEndpoint } from "../../snapshot/endpoint";
import { omitUndefined } from "../../snapshot/state";
import { startDeadline } from "../../time/deadline";
import { formatDuration, asSentence, serverLabel, snapshotLabel } from "../../messages/labels";
import { confirm, waitForEnd } from "../completion";
import type { Confirmation } from "../completion";
import type { RestorePlan } from "../plan";
import { whatWasSeen } from "../run";
import { rollbackHint } from "../safety";
import type { CompletionInputs, CompletionOutputs, RestoreAnswer } from "../state";
import type { RestoreWait } from "../wait";
import { InitError } from "../../init-error";
import type { Operation } from "../../operation";

type Raw = Readonly<Record<string, unknown>>;

/** Waits for the end of a recorded request. It sends nothing, and any later run can go on with it. */
export async function createCompletion(
  operation: Operation,
  inputs: CompletionInputs,
): Promise<{ id: string; outputs: CompletionOutputs }> {
  return { id: inputs.requestId, outputs: await complete(operation, inputs, inputs.answer) };
}

/** Another request has another completion; one that has not been seen to end is an update, which waits on. */
export function diffCompletion(olds: CompletionOutputs, news: Raw, reporter: Reporter): Diff {
  const replaces = news["requestId"] === olds.requestId ? [] : ["requestId"];
  if (replaces.length === 0 && olds.answer === "unproven") reporter.warn(neverKnown(olds));
  const changes = replaces.length > 0 || isOpen(olds);
  return { changes, replaces, deleteBeforeReplace: false };
}

export async function updateCompletion(
  operation: Operation,
  olds: CompletionOutputs,
  inputs: CompletionInputs,
): Promise<CompletionOutputs> {
  if (isOpen(olds)) return complete(operation, inputs, olds.answer);
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
  operation: Operation,
  inputs: CompletionInputs,
  known: RestoreAnswer,
): Promise<CompletionOutputs> {
  const { clock } = operation;
  const plan = planOf(inputs);
  refuseElsewhere(operation, inputs);
  const startedAt = Date.parse(inputs.requestedAt);
  const deadlineAt = startDeadline(clock, "restore", inputs.__timeouts).at;
  const wait: RestoreWait = {
    startedAt,
    deadlineAt,
    statusBefore: inputs.__statusBefore,
    pollImmediately: clock.now() - startedAt > operation.schedule.settleMs,
  };
  let answer = known;
  // The step of a later one may have been compared before this one began, or since.
  const ended = (): CompletionOutputs | undefined => overtaken(operation, inputs);
  const before = ended();
  if (before !== undefined) return before;
  try {
    if (answer === "lost") {
      const look = await confirm(operation, plan, { requestedAt: startedAt, answer }, wait);
      const meanwhile = ended();
      if (meanwhile !== undefined) return meanwhile;
      if (!look.confirmed) return await unproven(operation, inputs, look, wait);
      answer = "accepted";
    }
    const server = await waitForEnd(operation, plan, wait);
    const meanwhile = ended();
    if (meanwhile !== undefined) return meanwhile;
    const took = formatDuration(clock.now() - startedAt);
    operation.reporter.info(
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
  operation: Operation,
  inputs: CompletionInputs,
  look: Confirmation,
  wait: RestoreWait,
): Promise<CompletionOutputs> {
  const server = look.restoring ? await waitForEnd(operation, planOf(inputs), wait) : look.server;
  operation.restores.end(inputs.serverId);
  const outputs = outputsOf(inputs, "unproven", server?.status ?? "", "");
  operation.reporter.warn(`${neverKnown(outputs)} ${whatWasSeen(look).trim()}`.trim());
  return outputs;
}

/** Where the stack has requested another restore of the server since: what the server does now is that one's. */
function overtaken(operation: Operation, inputs: CompletionInputs): CompletionOutputs | undefined {
  const later = operation.restores.requestedAfter(inputs.serverId, Date.parse(inputs.requestedAt));
  if (later === undefined) return undefined;
  const outputs = outputsOf(inputs, "unproven", "", "");
  const why = `Its end was not seen before another restore of the server was requested at ${new Date(later).toISOString()}.`;
  operation.reporter.warn(`${neverKnown(outputs)} ${why}`);
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
