import type { SnapshotRecord } from "../../provider/api";
import {
  age,
  formatDuration,
  snapshotTable,
  moment,
  asSentence,
  serverLabel,
  snapshotLabel,
} from "../../provider/core/messages/labels";

const NOW = Date.parse("2026-01-15T12:00:00Z");

function snapshot(id: string, createdAt: string, more: Partial<SnapshotRecord> = {}): SnapshotRecord {
  return { id, serverId: "1", serverName: "web", name: `n${id}`, status: "completed", createdAt, ...more };
}

test.each([
  [0, "0 seconds"],
  [0.4, "0 seconds"],
  [1, "under a second"],
  [499, "under a second"],
  [500, "1 second"],
  [1000, "1 second"],
  [1499, "1 second"],
  [45_000, "45 seconds"],
  [59_600, "1 minute"],
  [61_000, "1 minute 1 second"],
  [120_000, "2 minutes"],
  [3_600_000, "1 hour"],
  [7_500_000, "2 hours 5 minutes"],
  [7_503_000, "2 hours 5 minutes"],
  [86_400_000, "1 day"],
  [90_061_000, "1 day 1 hour"],
  [3_605_000, "1 hour"],
  [314 * 86_400_000 + 900_000, "314 days"],
  [-5000, "0 seconds"],
])("duration(%d) is %s", (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

test.each([
  ["2026-01-15T11:00:00Z", "1 hour old"],
  ["2026-01-12T12:00:00Z", "3 days old"],
  ["2026-01-15T14:00:00+02:00", "0 seconds old"],
  ["2026-01-16T12:00:00Z", "0 seconds old"],
  ["yesterday", "of unknown age"],
  ["", "of unknown age"],
])("age of %j is %s", (createdAt, expected) => {
  expect(age(createdAt, NOW)).toBe(expected);
});

test.each([
  ["1", undefined, "server 1"],
  ["1", "", "server 1"],
  ["1", "web", "server 1 (web)"],
  ["1", "a\nb\u001b[2J", "server 1 (a b[2J)"],
])("server %j named %j is %s", (id, name, expected) => {
  expect(serverLabel(id, name)).toBe(expected);
});

test("a snapshot is named by id, name and server, in one line", () => {
  expect(snapshotLabel({ id: "8", name: "a\u202eb\nc", serverId: "1", serverName: "web" })).toBe(
    'snapshot 8 "ab c" of server 1 (web)',
  );
  expect(snapshotLabel({ id: "8", name: "a", serverId: "1" })).toBe('snapshot 8 "a" of server 1');
});

test.each([
  ["gone", "gone."],
  ["gone.", "gone."],
  [
    "one of these:\n  801  golden  3 days old  completed",
    "one of these:\n  801  golden  3 days old  completed",
  ],
  ["one of these:\n  801  golden\nor none", "one of these:\n  801  golden\nor none."],
])("as a sentence, %j is %j", (text, expected) => {
  expect(asSentence(text)).toBe(expected);
});

test.each([
  ["2026-01-15T11:00:00Z", "2026-01-15T11:00:00Z"],
  ["", "a time that is not known"],
])("since %j is since %s", (createdAt, expected) => {
  expect(moment(createdAt)).toBe(expected);
});

describe("a listing", () => {
  const order = (...snapshots: readonly SnapshotRecord[]): string[] =>
    snapshotTable(snapshots, NOW)
      .split("\n")
      .map((line) => line.trim().split("  ")[0] ?? "");

  test("one line each, newest first", () => {
    const held = [
      snapshot("1", "2026-01-12T12:00:00Z"),
      snapshot("2", "2026-01-15T11:00:00Z", { status: "a\nb" }),
    ];
    expect(snapshotTable(held, NOW)).toBe("  2  n2  1 hour old  a b\n  1  n1  3 days old  completed");
    expect(held.map(({ id }) => id)).toEqual(["1", "2"]);
  });

  test.each([
    ["whole seconds", "2026-01-15T11:00:00Z", "2026-01-15T11:00:01Z"],
    ["a fraction of the same second", "2026-01-15T11:00:00Z", "2026-01-15T11:00:00.500000Z"],
    ["another time zone", "2026-01-15T11:00:00+05:00", "2026-01-15T10:00:00Z"],
  ])("newest first by time: %s", (_what, older, newer) => {
    expect(order(snapshot("old", older), snapshot("new", newer))).toEqual(["new", "old"]);
    expect(order(snapshot("new", newer), snapshot("old", older))).toEqual(["new", "old"]);
  });

  test("of nothing is nothing", () => {
    expect(snapshotTable([], NOW)).toBe("");
  });
});
