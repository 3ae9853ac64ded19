import * as pulumi from "@pulumi/pulumi";
import { isOfType } from "./instance";
import { RESTORE_PROVIDER, RESTORE_TYPE } from "./tokens";
import { futureUrn } from "./urn";

/** The arguments of a {@link SnapshotRestore}. */
export interface SnapshotRestoreArgs {
  /** The snapshot to restore, a positive whole number or a UUID. A change restores again. */
  snapshotId: pulumi.Input<string | number>;
  /** Refuse unless the snapshot is of this server. A change updates in place and restores nothing. */
  serverId?: pulumi.Input<string | number>;
  /** Any values. A change of one of them restores again. */
  triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
  /**
   * Take a snapshot of the present state first, and keep it: `before-restore-<id>-<time>`. It needs a free place
   * among the server's five snapshots. A change updates in place and does nothing on the server.
   *
   * @default false
   */
  safetySnapshot?: pulumi.Input<boolean>;
}

/**
 * Restores a snapshot, once when the resource is created and once each time `snapshotId` or `triggers` change; never
 * on refresh, import or an unchanged `up`.
 *
 * **All data on the server is overwritten. This cannot be undone, and the server is stopped meanwhile.** The preview
 * names the server and says what is lost. A restore whose wait is interrupted or times out is recorded as started: the
 * next `up` waits on and does not restore again. Deleting the resource does nothing to the server.
 *
 * `customTimeouts.create` sets how long the restore may take (default 45m).
 */
export class SnapshotRestore extends pulumi.CustomResource {
  declare readonly snapshotId: pulumi.Output<string>;
  declare readonly serverId: pulumi.Output<string | undefined>;
  declare readonly triggers: pulumi.Output<unknown[] | undefined>;
  declare readonly safetySnapshot: pulumi.Output<boolean>;
  declare readonly snapshotName: pulumi.Output<string>;
  /** The id of the server that was restored. */
  declare readonly restoredServerId: pulumi.Output<string>;
  declare readonly serverName: pulumi.Output<string>;
  /** VPS.org's word for the server's status at the end. */
  declare readonly serverStatus: pulumi.Output<string>;
  /** ISO 8601, when the server worked again; empty where its end was never seen. */
  declare readonly restoredAt: pulumi.Output<string>;
  /** The snapshot that holds the state before, where `safetySnapshot` was asked for. */
  declare readonly safetySnapshotId: pulumi.Output<string | undefined>;

  constructor(name: string, args: SnapshotRestoreArgs, opts: pulumi.CustomResourceOptions = {}) {
    const __urn = futureUrn(name, RESTORE_TYPE, opts.parent);
    const told = { __timeouts: opts.customTimeouts, __urn, __provider: RESTORE_PROVIDER };
    super(RESTORE_TYPE, name, { ...OUTPUTS, ...args, ...told }, opts);
  }

  /** Whether a value is a SnapshotRestore, also one of another copy of this package. */
  static override isInstance(value: unknown): value is SnapshotRestore {
    return isOfType(value, RESTORE_TYPE);
  }
}

const OUTPUTS = {
  snapshotId: undefined,
  serverId: undefined,
  triggers: undefined,
  safetySnapshot: undefined,
  snapshotName: undefined,
  restoredServerId: undefined,
  serverName: undefined,
  serverStatus: undefined,
  restoredAt: undefined,
  safetySnapshotId: undefined,
};
