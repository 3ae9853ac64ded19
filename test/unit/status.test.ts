import { isKnownPending, MISSING, serverState, snapshotProgress } from "../../provider/core/status";
import type { Progress, ServerState } from "../../provider/core/status";

test.each<[string, Progress]>([
  ["completed", "done"],
  ["Completed", "done"],
  ["in_progress", "pending"],
  ["pending", "pending"],
  ["failed", "failed"],
  ["ERROR", "failed"],
  ["cancelled", "failed"],
  ["canceled", "failed"],
  ["deleted", "failed"],
  ["deleting", "failed"],
  ["failure", "failed"],
  ["errored", "failed"],
  ["aborted", "failed"],
  ["rejected", "failed"],
  ["corrupt", "failed"],
  ["corrupted", "failed"],
  ["expired", "failed"],
  [MISSING, "failed"],
  ["", "pending"],
  ["verifying", "pending"],
  ["not_completed", "pending"],
  ["constructor", "pending"],
])("a snapshot that is %j is %s", (status, expected) => {
  expect(snapshotProgress(status)).toBe(expected);
});

test.each([
  ["in_progress", true],
  ["IN_PROGRESS", true],
  ["queued", true],
  ["completed", false],
  ["verifying", false],
  ["", false],
])("%j is an expected word for not yet: %s", (status, expected) => {
  expect(isKnownPending(status)).toBe(expected);
});

test.each<[string, ServerState]>([
  ["active", "working"],
  ["Active", "working"],
  ["running", "working"],
  ["restoring", "restoring"],
  ["stopped", "down"],
  ["suspended", "down"],
  ["starting", "down"],
  ["stopping", "down"],
  ["restore_failed", "failed"],
  ["error", "failed"],
  ["migrating", "unknown"],
  ["", "unknown"],
])("a server that is %j is %s", (status, expected) => {
  expect(serverState(status)).toBe(expected);
});

test.each(["constructor", "__proto__"])(
  "a server that is %j is unknown, although every object has that key",
  (status) => {
    expect(serverState(status)).toBe("unknown");
  },
);
