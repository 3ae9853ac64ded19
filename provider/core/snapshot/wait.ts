import type { ErrorCode, SnapshotRecord } from "../../api";
import { isKnownPending, MISSING } from "../status";
import { formatDuration, asSentence, snapshotLabel } from "../messages/labels";
import { ProgressLine } from "../messages/progress-line";
import { reportUnknownWord } from "../messages/unknown-status";
import type { WaitTarget, WaitOutcome } from "../account/wait-target";
import { mayLag } from "../account/absence";
import { InitError } from "../init-error";
import { toOutputs } from "./state";
import type { SnapshotInputs, SnapshotOutputs } from "./state";
import type { TimedOperation } from "../operation";

/** Waits until the snapshot is `completed`. Every other end is a partial failure that keeps its id. */
export async function awaitCompletion(
  operation: TimedOperation,
  inputs: SnapshotInputs | SnapshotOutputs,
  record: SnapshotRecord,
  resumed: Pick<WaitTarget, "seen" | "pollImmediately"> = {},
): Promise<SnapshotOutputs> {
  const { id } = record;
  const acceptedAt = operation.clock.now();
  const target: WaitTarget = {
    id,
    serverId: inputs.serverId,
    startedAt: resumed.pollImmediately === true ? createdAt(record, acceptedAt) : acceptedAt,
    acceptedAt,
    deadlineAt: operation.deadline.at,
    record,
    ...resumed,
  };
  const line = new ProgressLine(operation);
  const outcome = await operation.waiter.wait(target, {
    onStatus: (now, elapsedMs) => {
      if (!isKnownPending(now.status)) reportUnknownWord(operation, snapshotLabel(now), now.status);
      line.show(
        now.status,
        `${snapshotLabel(now)}: ${now.status}, ${formatDuration(elapsedMs)} of usually 3 to 10 minutes`,
      );
    },
  });
  if (outcome.kind === "completed") {
    operation.unfinished.delete(id);
    const took = formatDuration(operation.clock.now() - target.startedAt);
    line.end(`${snapshotLabel(outcome.record)}: completed, ${took} after its start`);
    return toOutputs(inputs, outcome.record);
  }
  const last = outcome.record ?? record;
  const status = outcome.kind === "vanished" ? MISSING : last.status;
  const [code, message] = explain(operation, outcome, last, { acceptedAt, imported: isImport(inputs) });
  const recorded = toOutputs(inputs, { ...last, status });
  const unlisted = outcome.kind === "neverListed" ? { __unlisted: true } : {};
  throw new InitError(id, { ...recorded, ...unlisted }, code, message);
}

/** Goes on waiting for a snapshot that state holds; it may have been completed long ago. */
export function resumeWait(
  operation: TimedOperation,
  id: string,
  recorded: SnapshotOutputs,
): Promise<SnapshotOutputs> {
  const { __unlisted: unlisted, ...inputs } = recorded;
  const { serverId, serverName, name, status, createdAt } = recorded;
  const record: SnapshotRecord = { id, serverId, serverName, name, status, createdAt };
  const seen = unlisted !== true && !mayLag(operation, recorded);
  return awaitCompletion(operation, inputs, record, { seen, pollImmediately: true });
}

/** When the API says that it began, which is before now unless the clocks differ. */
function createdAt(record: SnapshotRecord, now: number): number {
  const said = Date.parse(record.createdAt);
  return Number.isNaN(said) ? now : Math.min(said, now);
}

function explain(
  { clock, advice, deadline }: TimedOperation,
  outcome: Exclude<WaitOutcome, { kind: "completed" }>,
  last: SnapshotRecord,
  { acceptedAt, imported }: { acceptedAt: number; imported: boolean },
): [ErrorCode, string] {
  const elapsedMs = clock.now() - deadline.startedAt;
  const what = snapshotLabel(last);
  const resume = advice.resume(last.id, last.serverId);
  const replace = imported ? advice.replaceImported() : advice.replace(last.id);
  switch (outcome.kind) {
    case "failed":
      return [
        "OPERATION_FAILED",
        `${what} ended as "${last.status}" after ${formatDuration(elapsedMs)}. ${replace}`,
      ];
    case "vanished":
      return [
        "NOT_FOUND",
        `${what} is in no list any more: someone else has deleted it while it was being made. ${imported ? advice.replaceImported() : advice.gone()}`,
      ];
    case "neverListed":
      return [
        "NOT_FOUND",
        `${what} was accepted by VPS.org, but no list has shown it for ${formatDuration(clock.now() - acceptedAt)}. ${resume} ` +
          advice.forget(),
      ];
    case "timedOut": {
      const why =
        outcome.error instanceof Error ? ` The last look failed: ${asSentence(outcome.error.message)}` : "";
      return [
        "WAIT_TIMEOUT",
        `${what} is still "${last.status}" after ${formatDuration(elapsedMs)}, the time allowed is ${formatDuration(deadline.ms)}.` +
          `${why} ${resume} ${advice.moreTime("create", "60")}`,
      ];
    }
    case "unreadable": {
      const why = asSentence(
        outcome.error instanceof Error ? outcome.error.message : "the API cannot be read",
      );
      return ["API_ERROR", `${what} was started, but its progress cannot be read: ${why} ${resume}`];
    }
  }
}

function isImport(inputs: SnapshotInputs | SnapshotOutputs): boolean {
  return "__import" in inputs && inputs.__import !== undefined;
}
