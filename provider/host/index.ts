/**
 * What the dynamic provider host evaluates: `require("pulumi-vpsorg/host")` is the handler of a `Snapshot`, and its
 * properties are those of a `SnapshotRotation` and of the steps of a `SnapshotRestore`. State files hold these texts, so
 * they are as stable as those are.
 */
import { createProvider } from "./provider";

const { snapshot, ...others } = createProvider();

export = { ...snapshot, ...others };
