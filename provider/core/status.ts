/**
 * What the API's status words mean. Only `in_progress` and `completed`, and a few of a server's, are
 * documented: so the words of success and of failure are listed, and any other one means "not yet".
 */
export type Progress = "done" | "failed" | "pending";

const FAILED = new Set([
  "failed",
  "failure",
  "error",
  "errored",
  "cancelled",
  "canceled",
  "aborted",
  "rejected",
  "corrupt",
  "corrupted",
  "expired",
  "deleting",
  "deleted",
  // Ours, recorded for a snapshot that vanished while it was being made.
  "missing",
]);

/** Recorded as the status of a snapshot that vanished while it was being made. */
export const MISSING = "missing";

const KNOWN_PENDING = new Set(["in_progress", "pending", "queued", "creating"]);

export function snapshotProgress(status: string): Progress {
  const word = status.toLowerCase();
  if (word === "completed") return "done";
  return FAILED.has(word) ? "failed" : "pending";
}

/** Whether a word that means "not yet" is one that was expected. */
export function isKnownPending(status: string): boolean {
  return KNOWN_PENDING.has(status.toLowerCase());
}

export type ServerState = "working" | "restoring" | "down" | "failed" | "unknown";

const SERVER_STATES = new Map<string, ServerState>(
  Object.entries({
    active: "working",
    running: "working",
    restoring: "restoring",
    stopped: "down",
    stopping: "down",
    starting: "down",
    suspended: "down",
    failed: "failed",
    error: "failed",
    restore_failed: "failed",
  }),
);

export function serverState(status: string): ServerState {
  return SERVER_STATES.get(status.toLowerCase()) ?? "unknown";
}
