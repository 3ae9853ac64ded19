import { RESOURCES } from "./expect-restore-resources";
import { restoreByResources } from "./restore-resources";
import { describeColumn } from "./run-cells";

// The same faults at the same requests, and the run after them: what a `SnapshotRestore` makes of each.
describeColumn("restore", { title: "a SnapshotRestore", act: restoreByResources, words: RESOURCES });
describeColumn("restore wait", {
  title: "the wait of a SnapshotRestore",
  act: restoreByResources,
  words: RESOURCES,
});
