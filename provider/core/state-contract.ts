/** The type token of a snapshot, as state files hold it. */
export const SNAPSHOT_TYPE = "pulumi-nodejs:dynamic/vpsorg:Snapshot";

/**
 * What the dynamic provider host evaluates to reach the handlers. It replaces the closure that `dynamic.Resource`
 * would serialise into every resource: it is short, it captures nothing, and an upgrade of the package takes
 * effect on resources that exist. State files hold this text, so it must never change its meaning.
 */
export const SNAPSHOT_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host")';

/** The type token of a ring of snapshots. */
export const ROTATION_TYPE = "pulumi-nodejs:dynamic/vpsorg:SnapshotRotation";

export const ROTATION_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host").snapshotRotation';

/** The type token of a restore, a component. */
export const RESTORE_TYPE = "vpsorg:index:SnapshotRestore";

/** The steps of a restore are resources of their own, so that each is recorded as soon as it is done. */
export const SAFETY_TYPE = "pulumi-nodejs:dynamic/vpsorg:SafetySnapshot";
export const REQUEST_TYPE = "pulumi-nodejs:dynamic/vpsorg:RestoreRequest";
export const COMPLETION_TYPE = "pulumi-nodejs:dynamic/vpsorg:RestoreCompletion";

export const SAFETY_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host").safetySnapshot';
export const REQUEST_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host").restoreRequest';
export const COMPLETION_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host").restoreCompletion';
