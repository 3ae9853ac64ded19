import { AuthError, RateLimitError } from "../../api";
import type { ServerRecord } from "../../api";
import type { Session } from "../session";
import { serverState } from "../status";
import { serverLabel } from "../messages/labels";
import { ProgressLine } from "../messages/progress-line";
import { reportUnknownWord } from "../messages/unknown-status";
import type { RestoreProgress } from "./progress";
import type { RestorePlan } from "./plan";
import type { Operation } from "../operation";
import { WaitMessages } from "./wait-messages";

export interface RestoreWait {
  /** When it was requested: the polling schedule counts from there. */
  readonly startedAt: number;
  readonly deadlineAt: number;
  /** The server's status right before the request, where that is known. */
  readonly statusBefore?: string | undefined;
  /** Look at once: it may have ended long ago. */
  readonly pollImmediately?: boolean;
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How many settling times a server that was never seen restoring may be down before that counts as its end. */
const DOWN_FACTOR = 10;

/** What has been seen of the server since the request. */
interface Observation {
  seenRestoring: boolean;
  /** Since when the server has been in the state that it is in, without a break. */
  steadySince: number;
  last: ServerRecord | undefined;
  failure: unknown;
}

/**
 * Waits until the server has left `restoring` for a working status.
 *
 * A working status right after the request may be stale: it counts once the server has been seen restoring and the
 * settling time is over, or when it holds for that time. A stopped or suspended server is an end only when it stays
 * so for that time, because a restore stops the server first; a good one where it was so before the request.
 */
export async function awaitRestore(
  operation: Operation,
  plan: RestorePlan,
  wait: RestoreWait,
): Promise<ServerRecord> {
  const sight: Observation = {
    seenRestoring: false,
    steadySince: operation.clock.now(),
    last: undefined,
    failure: undefined,
  };
  const elapsed = (): number => operation.clock.now() - wait.startedAt;
  const line = new ProgressLine(operation);
  const messages = new WaitMessages(plan);
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst || wait.pollImmediately !== true) await pause(operation, messages, wait, sight);
    await look(operation, plan, messages, wait, sight);
    const ended = sight.failure === undefined ? verdict(operation, messages, wait, sight) : undefined;
    if (ended !== undefined) {
      line.end(messages.over(ended, elapsed(), sight.seenRestoring));
      return ended;
    }
    if (operation.clock.now() >= wait.deadlineAt) throw messages.timedOut(elapsed(), sight);
    tell(messages, elapsed(), wait, sight, line);
  }
}

async function pause(
  session: Session,
  messages: WaitMessages,
  wait: RestoreWait,
  sight: Observation,
): Promise<void> {
  const { clock, schedule, client } = session;
  const elapsed = clock.now() - wait.startedAt;
  const delay = Math.max(schedule.pollDelay("restore", elapsed), client.gate.closedMs);
  const ms = Math.min(delay, Math.max(0, wait.deadlineAt - clock.now()));
  try {
    await clock.sleep(ms, wait.signal);
  } catch {
    throw messages.stopped(clock.now() - wait.startedAt, sight);
  }
}

async function look(
  operation: Operation,
  plan: RestorePlan,
  messages: WaitMessages,
  wait: RestoreWait,
  sight: Observation,
): Promise<void> {
  if (operation.client.gate.closedMs > 0) return;
  let server: ServerRecord | undefined;
  try {
    const { signal, deadlineAt } = wait;
    server = await operation.client.getServer(plan.server.id, { attempts: 1, signal, deadlineAt });
    sight.failure = undefined;
  } catch (error) {
    // A look that fails says nothing about the server; only a refused token will not pass by itself.
    if (error instanceof AuthError) throw messages.blind(error);
    if (error instanceof RateLimitError) operation.schedule.slowDown();
    sight.failure = error;
    return;
  }
  if (server === undefined) throw messages.disappeared();
  if (server.status !== sight.last?.status) sight.steadySince = operation.clock.now();
  sight.last = server;
  if (serverState(server.status) === "restoring") sight.seenRestoring = true;
  if (serverState(server.status) === "unknown") {
    reportUnknownWord(operation, serverLabel(server.id, server.name), server.status);
  }
}

/** The server, where it has ended well; an error where it has not; `undefined` while it is not over. */
function verdict(
  session: Session,
  messages: WaitMessages,
  wait: RestoreWait,
  sight: Observation,
): ServerRecord | undefined {
  const server = sight.last;
  if (server === undefined) return undefined;
  const elapsed = session.clock.now() - sight.steadySince;
  const steady = elapsed >= session.schedule.settleMs;
  switch (serverState(server.status)) {
    case "working": {
      // So soon it may be a stale status from before the request, even after the server was seen restoring.
      const soon = session.clock.now() - wait.startedAt < session.schedule.settleMs;
      return (sight.seenRestoring && !soon) || steady ? server : undefined;
    }
    case "failed":
      throw messages.failed(server, sight.seenRestoring);
    case "down":
      // Before it has been seen restoring it may just be on its way there: a restore stops the server first.
      if (!steady || (!sight.seenRestoring && elapsed < DOWN_FACTOR * session.schedule.settleMs))
        return undefined;
      if (isStopped(server.status) && isStopped(wait.statusBefore ?? "")) return server;
      throw messages.failed(server, sight.seenRestoring);
    case "restoring":
    case "unknown":
      return undefined;
  }
}

/** The one state that a server is left in on purpose: in any other one it is on its way, or kept from it. */
function isStopped(status: string): boolean {
  return status.toLowerCase() === "stopped";
}

/** A display that fails must not end the watching of a restore that goes on. */
function showQuietly(wait: RestoreWait, progress: RestoreProgress): void {
  try {
    wait.onProgress?.(progress);
  } catch {
    // The caller's own display; the outcome is in the promise.
  }
}

function tell(
  messages: WaitMessages,
  elapsedMs: number,
  wait: RestoreWait,
  sight: Observation,
  line: ProgressLine,
): void {
  const serverStatus = sight.failure === undefined ? (sight.last?.status ?? "") : "";
  const left = sight.seenRestoring && serverState(sight.last?.status ?? "") !== "restoring";
  const phase = !sight.seenRestoring ? "waiting" : left ? "settling" : "restoring";
  showQuietly(wait, { phase, elapsedMs, serverStatus });
  const now = serverStatus === "" ? "its status cannot be read just now" : serverStatus;
  line.show(now, messages.progress(now, elapsedMs, sight.seenRestoring));
}
