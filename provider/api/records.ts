/**
 * What the API's answers become inside. Apart from the schemas, so that the public types do not drag a schema library
 * into every program that is compiled against them.
 */

/** A snapshot as the rest of the package knows it. */
export interface SnapshotRecord {
  readonly id: string;
  readonly serverId: string;
  readonly serverName: string;
  readonly name: string;
  /** The API's word; `completed` when it can be restored. */
  readonly status: string;
  /** In megabytes; absent until the API knows it. */
  readonly sizeMb?: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly description?: string;
}

export interface ServerRecord {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

export interface RestoreAccepted {
  readonly snapshotId: string;
  readonly snapshotName: string;
  readonly server: ServerRecord;
}
