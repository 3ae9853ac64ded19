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

export interface RestoreOutcome {
  readonly snapshotId: string;
  readonly snapshotName: string;
  readonly serverId: string;
  readonly serverName: string;
  /** What the API called the server's status at the end. */
  readonly serverStatus: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly finishedAt: string;
}
