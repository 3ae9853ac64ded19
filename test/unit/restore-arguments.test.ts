import { restoreSnapshot } from "../../provider";
import type { RestoreSnapshotArgs } from "../../provider";
import { checkIntent } from "../../provider/core/restore/arguments";

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

describe("the arguments of a SnapshotRestore", () => {
  const isUnknown = (value: unknown): boolean => value === "?";
  const FORM = "a positive whole number or a UUID";

  test.each([
    [
      { snapshotId: 801, serverId: "12345" },
      { snapshotId: "801", serverId: "12345" },
    ],
    [
      { snapshotId: "?", serverId: "?", triggers: "?" },
      { snapshotId: "?", serverId: "?", triggers: "?" },
    ],
    [
      { snapshotId: "801", serverId: "1", triggers: null, safetySnapshot: true, __linked: false, __urn: "u" },
      { snapshotId: "801", serverId: "1" },
    ],
    [
      {
        snapshotId: "801",
        serverId: "1",
        triggers: ["a"],
        __linked: true,
        safety: { id: "9" },
      },
      { snapshotId: "801", serverId: "1", triggers: ["a"], __linked: true, safety: { id: "9" } },
    ],
    [
      {
        snapshotId: "801",
        serverId: "1",
        __provider: "",
        __component: "",
        __resource: "",
      },
      { snapshotId: "801", serverId: "1" },
    ],
    [
      { snapshotId: "801", serverId: "1", __endpoint: "https://x.example" },
      { snapshotId: "801", serverId: "1" },
    ],
  ])("%j pass", (news, inputs) => {
    expect(checkIntent(news, { isUnknown })).toEqual({ inputs, failures: [] });
  });

  test.each([
    [{ snapshotId: undefined }, "snapshotId", `is missing: give the id of the snapshot to restore, ${FORM}`],
    [{ snapshotId: null }, "snapshotId", `is missing: give the id of the snapshot to restore, ${FORM}`],
    [
      { serverId: undefined },
      "serverId",
      `is missing: give the id of the server whose data is overwritten, ${FORM}`,
    ],
    [{ snapshotId: "x" }, "snapshotId", `must be the id of the snapshot to restore, ${FORM}; it is "x"`],
    [
      { serverId: -1 },
      "serverId",
      `must be the id of the server whose data is overwritten, ${FORM}; it is -1`,
    ],
    [{ triggers: "a" }, "triggers", 'must be a list of values, for example [incident]; it is "a"'],
    [
      { keep: 1 },
      "keep",
      '"keep" is not an argument of SnapshotRestore; remove it. The arguments are snapshotId, serverId, triggers, safetySnapshot',
    ],
  ])("%j fail", (change, property, reason) => {
    const news = { snapshotId: "801", serverId: "1", ...change };
    expect(checkIntent(news, { isUnknown }).failures).toEqual([{ property, reason }]);
  });
});
