/**
 * What the dynamic provider host evaluates: `require("pulumi-vpsorg/host")` is the handler of a `Snapshot`, and its
 * properties are those of the steps of a `SnapshotRestore`. State files hold these texts, so they are as stable as
 * those are.
 */
import { completionHandler } from "./completion-handler";
import { requestHandler } from "./request-handler";
import { safetyHandler } from "./safety-handler";
import { snapshotHandler } from "./snapshot-handler";

export = {
  ...snapshotHandler,
  safetySnapshot: safetyHandler,
  restoreRequest: requestHandler,
  restoreCompletion: completionHandler,
};
