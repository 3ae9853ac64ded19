export interface RestoreProgress {
  /** `waiting` from the accepted request until the server has been seen restoring, then `restoring`. */
  readonly phase: "waiting" | "restoring" | "settling";
  readonly elapsedMs: number;
  /** The API's word; empty while it cannot be read. */
  readonly serverStatus: string;
}
