import { changedIntent, sameIntent } from "../../provider/core/restore/intent";
import { droppedRequest, updateRequest } from "../../provider/core/restore/resources/request";
import { whatWasSeen } from "../../provider/core/restore/run";
import { rollbackHint } from "../../provider/core/restore/safety";
import {
  readCompletionInputs,
  readRequestOutputs,
  readSafetyOutputs,
} from "../../provider/core/restore/state";
import type { RequestOutputs } from "../../provider/core/restore/state";

/** What is said of a restore, and what makes it another one. */
describe("what was seen after a lost answer", () => {
  const nothing = { restoring: false, blindMs: 0, lookedForMs: 0, disproved: false };
  const look = { server: undefined, timely: true, confirmed: false };

  test.each([
    [nothing, "It may have run while nobody looked. "],
    [{ ...nothing, disproved: true }, ""],
    [{ ...nothing, lookedForMs: 60_000, disproved: true }, 'It did not show "restoring" for 1 minute. '],
    [
      { ...nothing, blindMs: 120_000 },
      "The server could not be looked at for 2 minutes after that. It may have run while nobody looked. ",
    ],
    [{ ...nothing, restoring: true, lookedForMs: 60_000 }, "It may have run while nobody looked. "],
  ])("%j", (seen, said) => {
    expect(whatWasSeen({ ...look, ...seen })).toBe(said);
  });
});

test.each([
  [undefined, ""],
  [{}, ""],
  [{ name: "before" }, ""],
  [
    { id: "9" },
    " Safety snapshot 9 holds the state before: `npx --no-install pulumi-vpsorg restore 9` brings it back.",
  ],
  [
    { id: "9", name: "before" },
    ' Safety snapshot 9 "before" holds the state before: `npx --no-install pulumi-vpsorg restore 9` brings it back.',
  ],
])("the way back by %j", (safety, said) => {
  expect(rollbackHint(safety)).toBe(said);
});

const recorded: RequestOutputs = {
  ...{ snapshotId: "801", serverId: "1", triggers: ["a"], snapshotName: "golden", serverName: "web" },
  ...{ requestedAt: "2026-01-15T12:00:00.000Z", answer: "accepted", __statusBefore: "active" },
};

describe("a request that was sent", () => {
  const inputs = { snapshotId: "801", serverId: "uuid", triggers: ["a"] };

  test("keeps what was recorded of it, and takes over what the program says now", () => {
    const known = { ...recorded, safetySnapshotId: "9", __endpoint: "https://other.example/api/v1" };
    expect(updateRequest(known, inputs)).toEqual({ ...known, serverId: "uuid" });
    expect(updateRequest(recorded, { ...inputs, safety: undefined })).toEqual({
      ...recorded,
      serverId: "uuid",
    });
  });

  test("is dropped with a word on what that does, and on the way back", () => {
    const said =
      "the record of the restore of server 1 (web) that was requested at 2026-01-15T12:00:00.000Z is dropped; that changes " +
      "nothing on the server.";
    expect(droppedRequest(recorded)).toBe(said);
    expect(droppedRequest({ ...recorded, safetySnapshotId: "9" })).toBe(
      `${said}${rollbackHint({ id: "9" })}`,
    );
  });
});

describe("a restore is another one", () => {
  const isUnknown = (value: unknown): boolean => value === "?";
  const olds = { snapshotId: "801", serverId: "1" };

  test.each([
    [{}, {}, []],
    [{}, { snapshotId: 801 }, []],
    [{}, { serverId: "2" }, []],
    [{}, { snapshotId: "802" }, ["snapshotId"]],
    [{}, { snapshotId: "?" }, ["snapshotId"]],
    [{}, { triggers: [] }, []],
    [{ triggers: [] }, {}, []],
    [{}, { triggers: ["a"] }, ["triggers"]],
    [{ triggers: ["a"] }, {}, ["triggers"]],
    [{ triggers: [{ a: 1 }] }, { triggers: [{ a: 1 }] }, []],
    [{ triggers: ["a"] }, { snapshotId: "802", triggers: ["b"] }, ["snapshotId", "triggers"]],
    [{ triggers: ["a"] }, { snapshotId: "?", triggers: ["a"], __linked: true }, []],
    [{}, { snapshotId: "?", __linked: true }, []],
    [{}, { snapshotId: "?", triggers: ["a"], __linked: true }, ["snapshotId", "triggers"]],
    [{}, { snapshotId: "802", __linked: true }, ["snapshotId"]],
  ])("after %j, with %j: by %j", (state, news, changed) => {
    expect(changedIntent({ ...olds, ...state }, { ...olds, ...news }, isUnknown)).toEqual(changed);
  });

  test("but not by the server's id", () => {
    expect(sameIntent(olds, { snapshotId: "801", triggers: [] })).toBe(true);
    expect(sameIntent({ ...olds, triggers: [] }, { snapshotId: "801" })).toBe(true);
    expect(sameIntent(olds, { snapshotId: "802" })).toBe(false);
    expect(sameIntent(olds, { snapshotId: "801", triggers: ["a"] })).toBe(false);
  });
});

test("a state with little in it can be read, and one of another kind says what is wrong", () => {
  const safety = { snapshotId: "801", serverId: "1" };
  const texts = { name: "", status: "", serverName: "", createdAt: "", completedAt: "" };
  expect(readSafetyOutputs(safety)).toEqual({ ...safety, ...texts });
  expect(readRequestOutputs({ ...safety, requestedAt: "x" })).toMatchObject({
    answer: "lost",
    snapshotName: "",
  });
  expect(() => readCompletionInputs(safety)).toThrow(
    expect.objectContaining({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^the recorded restore cannot be read: requestId/) as string,
    }) as Error,
  );
});
