/** What `onProgress` is told after each look at the server. */
export interface RestoreProgress {
  /**
   * `waiting` from the accepted request until the server has been seen restoring, then `restoring`; `settling` once it has
   * left that status, until it has stayed so.
   */
  readonly phase: "waiting" | "restoring" | "settling";
  /** Milliseconds since the request. */
  readonly elapsedMs: number;
  /** The API's word; empty while it cannot be read. */
  readonly serverStatus: string;
}

/** How a restore ended. In a Pulumi preview `startedAt` and `finishedAt` are empty: nothing was started. */
export interface RestoreResult {
  /** The id of the restored snapshot, as text. */
  readonly snapshotId: string;
  /** Its name on the server. */
  readonly snapshotName: string;
  /** The id of the server, as text. */
  readonly serverId: string;
  /** The server's name at VPS.org. */
  readonly serverName: string;
  /** What the API called the server's status at the end. */
  readonly serverStatus: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly finishedAt: string;
}
