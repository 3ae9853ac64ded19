import { AbortedError, OperationFailedError, withMessage, VpsorgError, WaitTimeoutError } from "../../api";
import type { AuthError, ServerRecord } from "../../api";
import { asSentence, formatDuration, serverLabel, snapshotLabel } from "../messages/labels";
import type { RestorePlan } from "./plan";

/** What has been seen of the server. */
export interface Seen {
  readonly seenRestoring: boolean;
  readonly last: ServerRecord | undefined;
  readonly failure: unknown;
}

/**
 * What is said of a restore while it is waited for, and at the end. Of one that is only watched, neither the snapshot nor
 * the beginning is known, and perhaps there is none.
 */
export class WaitMessages {
  private readonly server: string;
  private readonly restore: string;
  private readonly snapshot: string;
  private readonly isWatched: boolean;

  constructor({ server, snapshot }: RestorePlan) {
    this.server = serverLabel(server.id, server.name);
    this.isWatched = snapshot.id === "";
    this.snapshot = snapshotLabel(snapshot);
    this.restore = `the restore of ${this.isWatched ? this.server : this.snapshot}`;
  }

  progress(now: string, elapsedMs: number, seenRestoring: boolean): string {
    const elapsed = formatDuration(elapsedMs);
    if (!this.isWatched) return `${this.server}: ${now}, ${elapsed} of usually 5 to 15 minutes`;
    const usual = seenRestoring ? "; a restore usually takes 5 to 15 minutes" : "";
    return `${this.server}: ${now}, watched for ${elapsed}${usual}`;
  }

  over(server: ServerRecord, elapsedMs: number, seenRestoring: boolean): string {
    const after = this.isWatched ? "" : ` after ${formatDuration(elapsedMs)}`;
    return `${serverLabel(server.id, server.name)}: ${server.status}${seenRestoring ? ` again${after}` : ""}`;
  }

  stopped(elapsedMs: number, seen: Seen): Error {
    const elapsed = formatDuration(elapsedMs);
    const status = seen.last === undefined ? "" : `, last seen "${seen.last.status}"`;
    if (this.isUnseen(seen))
      return new AbortedError(
        `stopped watching ${this.server} after ${elapsed}${status}. It was not seen restoring.`,
      );
    return new AbortedError(
      `stopped waiting for ${this.restore} after ${elapsed}${status}. The restore itself continues on the server.`,
    );
  }

  timedOut(elapsedMs: number, seen: Seen): Error {
    const elapsed = formatDuration(elapsedMs);
    const status = seen.last?.status;
    const why =
      seen.failure instanceof Error ? ` The last look failed: ${asSentence(seen.failure.message)}` : "";
    const now = status === undefined ? "could not be looked at" : `is "${status}"`;
    const text = this.isUnseen(seen)
      ? `${this.server} was watched for ${elapsed}, and was not seen restoring; it ${now}.${why} A restore that was requested ` +
        "just before may not show yet: do not restore again before the server was watched for longer."
      : `${this.restore} has not ended after ${elapsed}; the server ${now}.${why} It may still end: look at the server, and ` +
        "do not restore again before it has.";
    return new WaitTimeoutError(text, status, elapsedMs);
  }

  failed({ status }: ServerRecord, seenRestoring: boolean): Error {
    const what =
      this.isWatched && !seenRestoring
        ? `${this.server} was not seen restoring, and is "${status}"`
        : `${this.restore} has ended with the server "${status}"`;
    return new OperationFailedError(
      `${what}, which is not a working status. Look at the server before you restore again.`,
      status,
    );
  }

  disappeared(): Error {
    const what = this.isWatched ? "it was watched" : `${this.snapshot} was being restored`;
    return new VpsorgError("NOT_FOUND", `${this.server} disappeared while ${what}.`);
  }

  /** The token is not accepted any more. */
  blind(error: AuthError): Error {
    const what = this.isWatched
      ? this.server
      : `${this.restore} was requested and continues on the server, but its end`;
    return withMessage(error, `${what} cannot be seen: ${error.message}`);
  }

  private isUnseen({ seenRestoring }: Seen): boolean {
    return this.isWatched && !seenRestoring;
  }
}
