/**
 * What the dynamic provider host evaluates: `require("pulumi-vpsorg/host")` is the handler of a `Snapshot`, and
 * `require("pulumi-vpsorg/host").restore` that of a `SnapshotRestore`. State files hold these texts, so they are as
 * stable as those are.
 */
import { restoreHandler } from "./restore-handler";
import { snapshotHandler } from "./snapshot-handler";

export = { ...snapshotHandler, restore: restoreHandler };
