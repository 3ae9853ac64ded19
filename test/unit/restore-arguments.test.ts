import { restoreSnapshot } from "../../provider";
import type { RestoreSnapshotArgs } from "../../provider";

/** No token, no endpoint, no engine: what is refused here is refused before anything is read. */
const CASES: readonly (readonly [unknown, string])[] = [
  [undefined, "snapshotId is missing: give the id of a snapshot; nothing was restored"],
  [{}, "snapshotId is missing: give the id of a snapshot; nothing was restored"],
  [
    { snapshotId: 801, timeoutSeconds: 0 },
    "timeoutSeconds must be a positive number of seconds; nothing was restored",
  ],
  ...["true", 1, null, {}].map(
    (everyRun) =>
      [{ snapshotId: 801, everyRun }, "everyRun must be true or false; nothing was restored"] as const,
  ),
  [
    { snapshotId: 801, everyrun: true },
    '"everyrun" is not an argument of restoreSnapshot; remove it. The arguments are snapshotId, serverId, ' +
      "timeoutSeconds, onProgress, signal, everyRun; nothing was restored",
  ],
];

test.each(CASES)("restoreSnapshot(%j) is refused", async (args, message) => {
  await expect(restoreSnapshot(args as RestoreSnapshotArgs)).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message,
  });
});
