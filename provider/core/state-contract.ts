/** The type token of a snapshot, as state files hold it. */
export const SNAPSHOT_TYPE = "pulumi-nodejs:dynamic/vpsorg:Snapshot";

/**
 * What the dynamic provider host evaluates to reach the handlers. It replaces the closure that `dynamic.Resource`
 * would serialise into every resource: it is short, it captures nothing, and an upgrade of the package takes
 * effect on resources that exist. State files hold this text, so it must never change its meaning.
 */
export const SNAPSHOT_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host")';

/** The type token of a restore. */
export const RESTORE_TYPE = "pulumi-nodejs:dynamic/vpsorg:SnapshotRestore";

/** The same for a restore. */
export const RESTORE_PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host").restore';
