import type { RestoreProgress } from "./progress";

/** What to restore, as it was asked for. */
export interface RestoreTarget {
  readonly snapshotId: string;
  /** Refuse unless the snapshot is of this server. */
  readonly serverId?: string | undefined;
}

export interface RestoreRequest extends RestoreTarget {
  /** @default 2700000 (45 minutes) */
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
