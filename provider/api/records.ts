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

/**
 * An entry of a list of which something that may matter cannot be read. Whoever does not need that goes on: its id says
 * that it is there, and its server that it takes a slot. Whoever needs it fails with the problem.
 */
export interface OddSnapshot extends Partial<Pick<SnapshotRecord, "serverId" | "name" | "status">> {
  readonly id: string;
  /** For a message: `server should be object`. */
  readonly problem: string;
}

export interface ServerRecord {
  readonly id: string;
  readonly name: string;
  /** In a list empty where it cannot be read: whoever needs it has to refuse that. */
  readonly status: string;
}

export interface RestoreAccepted {
  readonly snapshotId: string;
  readonly snapshotName: string;
  readonly server: ServerRecord;
}
