import type { SnapshotRecord } from "../../api";

/** A snapshot that is waited for. */
export interface WaitTarget {
  readonly id: string;
  readonly serverId: string;
  /** When its creation began, as far as is known: the polling schedule counts from there. */
  readonly startedAt: number;
  /** When the API confirmed it: from then on the lists have their time to show it. */
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  /** The last that is known of it. */
  readonly record?: SnapshotRecord;
  /** A list has shown it before. */
  readonly seen?: boolean;
  /** Look at once: it may have been completed long ago. */
  readonly pollImmediately?: boolean;
}

export interface WaitEvents {
  /** Each look that finds it neither completed nor failed. */
  onStatus(record: SnapshotRecord, elapsedMs: number): void;
}

export type WaitOutcome =
  | { readonly kind: "completed"; readonly record: SnapshotRecord }
  | { readonly kind: "failed"; readonly record: SnapshotRecord }
  /** It had been listed, and a whole list of the account lacks it. */
  | { readonly kind: "vanished"; readonly record: SnapshotRecord | undefined }
  /** The API confirmed its creation, and no list has shown it within the grace period. */
  | { readonly kind: "neverListed"; readonly record: SnapshotRecord | undefined }
  | { readonly kind: "timedOut"; readonly record: SnapshotRecord | undefined; readonly error: unknown }
  /** The lists cannot be read any more: the token is refused, or the endpoint is. */
  | { readonly kind: "unreadable"; readonly record: SnapshotRecord | undefined; readonly error: unknown };
