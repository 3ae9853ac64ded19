/**
 * What the dynamic provider host evaluates: `require("pulumi-vpsorg/host")` is the handler of a `Snapshot`. State
 * files hold that text, so it is as stable as they are.
 */
import { snapshotHandler } from "./snapshot-handler";

export = snapshotHandler;
