/**
 * Snapshots of VPS.org servers as Pulumi resources. Importing this loads nothing heavier than `@pulumi/pulumi`.
 */
export { Snapshot } from "./program/snapshot";
export type { SnapshotArgs } from "./program/snapshot";
export { SnapshotRotation } from "./program/snapshot-rotation";
export type { RotationSnapshot, SnapshotRotationArgs } from "./program/snapshot-rotation";
export { SnapshotRestore } from "./program/snapshot-restore";
export type { SnapshotRestoreArgs } from "./program/snapshot-restore";
export { restoreSnapshot } from "./program/restore-snapshot";
export { getSnapshot, getSnapshotOutput, getSnapshots, getSnapshotsOutput } from "./program/look-ups";
export type {
  GetSnapshotArgs,
  GetSnapshotsArgs,
  GetSnapshotsResult,
  Inputs,
  SnapshotInfo,
} from "./program/look-ups";
export type { Connection } from "./program/connection-args";
export type { RestoreProgress, RestoreResult, RestoreSnapshotArgs } from "./program/restore-snapshot";
export {
  AbortedError,
  ApiError,
  AuthError,
  ConnectionError,
  IncompleteListError,
  isVpsorgError,
  NotFoundError,
  OperationFailedError,
  OutcomeUnknownError,
  QuotaError,
  RateLimitError,
  ResponseShapeError,
  VpsorgError,
  WaitTimeoutError,
} from "./api/errors";
export type { ErrorCode } from "./api/errors";
