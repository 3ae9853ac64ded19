import type { RestorePlan } from "../../provider/core/restore/plan";
import { RunRestores } from "../../provider/core/restore/run-restores";
import type { PlannedRestore } from "../../provider/core/restore/run-restores";

const planned = (change: Partial<PlannedRestore> = {}): PlannedRestore => ({
  ...{ resource: "back", serverId: "1", serverName: "web", snapshotId: "801" },
  ...change,
});
const plan = {} as RestorePlan;
const at = (minute: number): string => `2026-01-15T12:0${minute}:00.000Z`;
const MINUTE = 60_000;

const refusal = (message: string): Error =>
  expect.objectContaining({ code: "INVALID_ARGUMENT", message }) as Error;

let restores: RunRestores;
beforeEach(() => {
  restores = new RunRestores();
});

describe("a restore is planned", () => {
  test("once for each server of a run, with both resources named", () => {
    restores.plan("urn:a", planned());
    expect(() => restores.plan("urn:b", planned({ resource: "again" }))).toThrow(
      refusal(
        'server 1 (web) would be restored twice in this run, by the resources "back" and "again", and each overwrites all ' +
          'data on it. Keep one of them. "again" was not restored.',
      ),
    );
  });

  test("again by the same component, and of another server", () => {
    restores.plan("urn:a", planned());
    restores.plan("urn:a", planned());
    restores.plan("urn:b", planned({ serverId: "2" }));
  });

  test("not of a snapshot that is deleted first; of another one, or one that is not known yet, it is", () => {
    restores.deleteFirst({ id: "801" }, "it failed");
    expect(() => restores.plan("urn:a", planned())).toThrow(
      refusal(
        'snapshot 801 is deleted first in this run (it failed), so "back" could not restore it. Delete another snapshot of ' +
          "the server, or run the restore alone first, with `--target`. Nothing was restored.",
      ),
    );
    restores.plan("urn:a", planned({ snapshotId: "802" }));
    restores.plan("urn:a", planned({ snapshotId: undefined }));
  });

  test("and its snapshot is not deleted first then, another one is", () => {
    restores.plan("urn:a", planned());
    restores.deleteFirst({ id: "802" }, "it failed");
    expect(() => restores.deleteFirst({ id: "801" }, "it failed")).toThrow(
      refusal(
        'snapshot 801 was not deleted: it would go first in this run (it failed), and "back" restores it. Delete another ' +
          "snapshot of the server, or run the restore alone first, with `--target`.",
      ),
    );
  });
});

describe("what state holds of requests", () => {
  const remember = (minute: number, snapshotId = "801"): void =>
    restores.remember(["1", "1", "uuid"], { snapshotId, requestedAt: at(minute) });

  test("is known by each id of the server, the last one whatever order they come in", () => {
    for (const minute of [2, 5, 3]) remember(minute, String(minute));
    expect(restores.lastRecorded("1")).toEqual({ snapshotId: "5", requestedAt: at(5) });
    expect(restores.lastRecorded("uuid")).toEqual({ snapshotId: "5", requestedAt: at(5) });
    expect(restores.lastRecorded("2")).toBeUndefined();
  });

  test("tells a later one", () => {
    expect(restores.requestedAfter("1", 0)).toBeUndefined();
    remember(3);
    expect(restores.requestedAfter("1", Date.parse(at(2)))).toBe(Date.parse(at(3)));
    expect(restores.requestedAfter("1", Date.parse(at(3)))).toBeUndefined();
  });

  test.each([
    [3, false],
    [4, true],
    [5, true],
    [6, false],
    [2, false],
  ])("one of 12:03, seen from 12:0%d, was requested within two minutes before: %s", (minute, before) => {
    remember(3);
    expect(restores.hasRequestedBefore("1", Date.parse(at(minute)), 2 * MINUTE)).toBe(before);
  });

  test("of another server tells nothing", () => {
    remember(3);
    expect(restores.hasRequestedBefore("2", Date.parse(at(4)), 2 * MINUTE)).toBe(false);
  });
});

test("a request ends under each id of its server, and no other one does", () => {
  const request = { plan, requestedAt: 0 };
  restores.request(["1", "uuid"], request);
  restores.request(["2"], { plan, requestedAt: 0 });
  expect(restores.requestedFor("uuid")).toBe(request);

  restores.end("1");

  expect(["1", "uuid", "2"].map((id) => restores.requestedFor(id) !== undefined)).toEqual([
    false,
    false,
    true,
  ]);
});

test("a restore waits for the creates of its server, however they end, and for no others", async () => {
  const ends: (() => void)[] = [];
  const running = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  const failing = running().then(() => Promise.reject(new Error("refused")));
  const creates = [
    restores.creating("1", running()),
    restores.creating("1", failing).catch(() => "refused"),
    restores.creating("2", running()),
  ];
  let isFree = false;
  const waiting = restores.createsEnded(["1", "uuid"]).then(() => (isFree = true));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  ends[1]?.();
  await turn();
  expect(isFree).toBe(false);
  ends[0]?.();
  await waiting;
  expect(await creates[1]).toBe("refused");

  // What has ended is not waited for again.
  await restores.createsEnded(["1"]);
  ends[2]?.();
  await Promise.all(creates);
});
