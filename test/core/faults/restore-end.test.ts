import { restore } from "../../../provider/core/restore/run";
import type { RestoreRequest } from "../../../provider/core/restore/types";
import type { RestoreProgress, RestoreResult } from "../../../provider/core/restore/progress";
import type { ServerChange } from "../../tools/emulator";
import { errorOf, valueOf } from "./outcome";
import type { Outcome } from "./outcome";
import { singleStage } from "./single-stage";
import { count, NAME, OURS, restorePosts, restores, SERVER } from "./stage";
import type { Stage } from "./stage";

const { open, attempt, removes } = singleStage();

const MINUTE = 60_000;
const WHAT = `snapshot ${OURS} "${NAME}" of server 12345 (web-server-01)`;

const run = (stage: Stage, request: Partial<RestoreRequest> = {}): Promise<Outcome> =>
  attempt(() => restore(stage.operation, { snapshotId: OURS, ...request }));

/** What other people, or the platform, make of the server so long after the start. */
function later(stage: Stage, afterMs: number, change: ServerChange): void {
  void stage.clock.sleep(afterMs).then(() => stage.emulator.outside.setServer(SERVER, change));
}

const elapsed = (outcome: Outcome): number => {
  const { startedAt, finishedAt } = valueOf(outcome) as RestoreResult;
  return Date.parse(finishedAt) - Date.parse(startedAt);
};

describe("a restore is done", () => {
  test("not while a stale active shows, but when the restore has ended", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ restoringLagMs: 45_000 });
    const done = await run(stage);
    expect(elapsed(done)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(restores(stage)).toHaveLength(1);
  });

  test("after a settling time, where it was over before anybody saw it", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ restoringLagMs: MINUTE });
    stage.emulator.outside.setServer(SERVER, { restoreMs: 5000 });
    const done = await run(stage);
    expect(elapsed(done)).toBeGreaterThanOrEqual(MINUTE);
    expect(elapsed(done)).toBeLessThanOrEqual(2 * MINUTE);
  });

  test("although the server is shown stopped at first, and for a moment at the end", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ restoringLagMs: 30_000, finalServerStatus: "stopped" });
    stage.emulator.outside.setServer(SERVER, { status: "stopped" });
    later(stage, 5 * MINUTE + 30_000, { status: "active" });
    const done = await run(stage);
    expect(valueOf(done)).toMatchObject({ serverStatus: "active" });
    expect(elapsed(done)).toBeGreaterThanOrEqual(5 * MINUTE + 30_000);
  });

  test("although the server is shown stopped for more than a minute before it is restoring", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ restoringLagMs: 100_000 });
    stage.emulator.outside.setServer(SERVER, { status: "stopped" });
    later(stage, 6 * MINUTE, { status: "active" });
    expect(valueOf(await run(stage))).toMatchObject({ serverStatus: "active" });
  });

  test("where the server was stopped before it and stays stopped after it", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ restoringLagMs: 30_000, finalServerStatus: "stopped" });
    stage.emulator.outside.setServer(SERVER, { status: "stopped" });
    const done = await run(stage);
    expect(valueOf(done)).toMatchObject({ serverStatus: "stopped" });
    expect(elapsed(done)).toBeGreaterThanOrEqual(6 * MINUTE);
  });

  test("where only the list of servers can be asked", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ serverDetail: 405, pageSize: 2 });
    valueOf(await run(stage));
    expect(restores(stage)).toHaveLength(1);
  });
});

describe("a restore tells how it is going", () => {
  const progressOf = async (stage: Stage): Promise<RestoreProgress[]> => {
    const told: RestoreProgress[] = [];
    valueOf(await run(stage, { onProgress: (progress) => void told.push(progress) }));
    return told;
  };
  const phases = (told: readonly RestoreProgress[]): string[] =>
    told.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);

  test("from the request to the end, with the time since then and the API's word", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ restoringLagMs: 25_000, finalServerStatus: "starting" });
    later(stage, 5 * MINUTE + 30_000, { status: "active" });

    const told = await progressOf(stage);

    expect(phases(told)).toEqual(["waiting", "restoring", "settling"]);
    expect(told.slice(0, 3)).toEqual([
      { phase: "waiting", elapsedMs: 10_000, serverStatus: "active" },
      { phase: "waiting", elapsedMs: 20_000, serverStatus: "active" },
      { phase: "restoring", elapsedMs: 30_000, serverStatus: "restoring" },
    ]);
    const settling = told.filter(({ phase }) => phase === "settling");
    expect(settling.map(({ serverStatus }) => serverStatus)).toEqual(settling.map(() => "starting"));
    const times = told.map(({ elapsedMs }) => elapsedMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  test("without a word of the API's while it cannot be read", async () => {
    const stage = await open();
    const match = { method: "GET", path: "^/servers/" };
    // The first two are the look before the request and the first one after it.
    stage.emulator.fault({ match, skip: 2, times: 2, action: { kind: "status", status: 502 } });

    const told = await progressOf(stage);

    expect(told.slice(0, 4).map(({ phase, serverStatus }) => [phase, serverStatus])).toEqual([
      ["restoring", "restoring"],
      ["restoring", ""],
      ["restoring", ""],
      ["restoring", "restoring"],
    ]);
  });

  test("and goes on where that fails each time", async () => {
    const stage = await open();
    let calls = 0;
    const onProgress = (): void => {
      calls++;
      throw new Error("the display is gone");
    };
    const done = await run(stage, { onProgress });
    expect(valueOf(done)).toMatchObject({ serverStatus: "active" });
    expect(elapsed(done)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(calls).toBeGreaterThan(5);
  });
});

describe("a restore whose answer is lost in an outage", () => {
  const loseAnswer = (stage: Stage): void =>
    void stage.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });

  test("is looked for until the API is back, and waited for", async () => {
    const stage = await open();
    loseAnswer(stage);
    stage.outage(/\/restore\/$/, 2 * MINUTE);
    const done = await run(stage);
    expect(elapsed(done)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(stage.told.infos.join()).toMatch(
      /is restoring although the answer was lost \(no answer from VPS\.org .*\); waiting for it\.$/,
    );
    expect(restorePosts(stage)).toBe(1);
  });

  test("that does not end is given up after ten minutes, without a word on what nobody has seen", async () => {
    const stage = await open();
    loseAnswer(stage);
    stage.outage(/\/restore\/$/, undefined);
    const started = stage.clock.now();
    const failed = errorOf(await run(stage));
    expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(failed.message).toMatch(
      /it is not known whether .* was started: .*The server could not be looked at for 9 minutes \d+ seconds after that\. It may have run while nobody looked\. It was not requested a second time\./s,
    );
    expect(stage.clock.now() - started).toBeLessThanOrEqual(10 * MINUTE);
    expect(restorePosts(stage)).toBe(1);
  });

  test("and that is over when the API comes back says for how long nobody looked, and for how long somebody did", async () => {
    const stage = await open();
    loseAnswer(stage);
    stage.outage(/\/restore\/$/, 8 * MINUTE);
    const failed = errorOf(await run(stage));
    expect(failed.message).toMatch(
      /could not be looked at for 8 minutes.* after that\. It did not show "restoring" for (1 minute|5\d seconds)\. It may have run while nobody looked\. It was/,
    );
    expect(restores(stage)).toHaveLength(1);
  });

  test("ends at once when it is aborted", async () => {
    const stage = await open();
    loseAnswer(stage);
    stage.outage(/\/restore\/$/, undefined);
    const [started, stop] = [stage.clock.now(), new AbortController()];
    void stage.clock.sleep(30_000).then(() => stop.abort());
    const failed = errorOf(await run(stage, { signal: stop.signal }));
    expect(failed).toMatchObject({ code: "ABORTED" });
    expect(failed.message).toContain(
      "it may or may not have started. Look at server 12345 (web-server-01) before you restore again.",
    );
    expect(stage.clock.now() - started).toBe(30_000);
  });
});

describe("a restore that a gateway answers with 429 although it was accepted", () => {
  const refuse = (stage: Stage, retryAfterSeconds?: number): void =>
    void stage.emulator.fault({
      match: { method: "POST" },
      when: "after",
      action: {
        kind: "status",
        status: 429,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      },
    });

  test("is never called not started because the API asked to be left alone for longer than it took", async () => {
    const stage = await open();
    refuse(stage, 600);
    const failed = errorOf(await run(stage));
    expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(failed.message).not.toContain("was not restored");
    expect(restores(stage)).toHaveLength(1);
  });

  test("nor because the token was refused after one look", async () => {
    const stage = await open();
    refuse(stage);
    stage.emulator.setBehaviour({ restoringLagMs: 20_000 });
    const match = { method: "GET", path: "^/servers/" };
    stage.emulator.fault({ match, skip: 2, times: 0, action: { kind: "status", status: 401 } });
    expect(errorOf(await run(stage))).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(restores(stage)).toHaveLength(1);
  });

  test("nor because the time was over before the server can show it", async () => {
    const stage = await open();
    refuse(stage, 5);
    stage.emulator.setBehaviour({ restoringLagMs: 20_000 });
    expect(errorOf(await run(stage, { timeoutMs: 10_000 }))).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(restores(stage)).toHaveLength(1);
  });
});

describe("a restore has failed", () => {
  test.each(["error", "restore_failed"])("when the server ends as %s", async (word) => {
    const stage = await open();
    stage.emulator.setBehaviour({ finalServerStatus: word });
    const failed = errorOf(await run(stage));
    expect(failed).toMatchObject({ code: "OPERATION_FAILED", lastStatus: word });
    expect(failed.message).toBe(
      `the restore of ${WHAT} has ended with the server "${word}", which is not a working status. Look at the server ` +
        "before you restore again.",
    );
    expect(restorePosts(stage)).toBe(1);
  });

  test("when the server stays stopped", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ finalServerStatus: "stopped" });
    const started = stage.clock.now();
    const failed = errorOf(await run(stage));
    expect(failed).toMatchObject({ code: "OPERATION_FAILED", lastStatus: "stopped" });
    expect(stage.clock.now() - started).toBeGreaterThanOrEqual(6 * MINUTE);
  });

  test("when the server disappears, but not when one look says 404 while the list still has it", async () => {
    const stage = await open();
    const match = { method: "GET", path: "^/servers/\\d+/$" };
    stage.emulator.fault({ match, skip: 1, action: { kind: "status", status: 404 } });
    valueOf(await run(stage));
    await stage.faultsOver();
    expect(count(stage, "GET", /^\/servers\/$/)).toBe(1);
  });

  test("when the server is gone from detail and list", async () => {
    const stage = await open();
    removes("702");
    void stage.clock.sleep(2 * MINUTE).then(() => stage.emulator.outside.removeServer(SERVER));
    const failed = errorOf(await run(stage));
    expect(failed.message).toBe(`server 12345 (web-server-01) disappeared while ${WHAT} was being restored.`);
  });
});

describe("a restore whose end cannot be seen", () => {
  test("ends at its deadline, 45 minutes by default, with the last status", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverEndsRestoring: true });
    const failed = errorOf(await run(stage));
    expect(failed).toMatchObject({ code: "WAIT_TIMEOUT", lastStatus: "restoring", elapsedMs: 45 * MINUTE });
    expect(failed.message).toMatch(
      /has not ended after 45 minutes; the server is "restoring"\. It may still end/,
    );
  });

  test("in an unknown word waits on, and says so once", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ finalServerStatus: "rebooting" });
    later(stage, 10 * MINUTE, { status: "active" });
    valueOf(await run(stage));
    expect(stage.told.warnings).toEqual([
      'server 12345 (web-server-01) has the status "rebooting", which is not documented; waiting on.',
    ]);
  });

  test("because the token is refused meanwhile, says that it goes on", async () => {
    const stage = await open();
    const match = { method: "GET", path: "^/servers/" };
    stage.emulator.fault({ match, skip: 2, action: { kind: "status", status: 401 } });
    const failed = errorOf(await run(stage));
    expect(failed).toMatchObject({ code: "AUTH_FAILED" });
    expect(failed.message).toMatch(
      /was requested and continues on the server, but its end cannot be seen: .*vpsorg:token/s,
    );
    expect(restorePosts(stage)).toBe(1);
  });

  test("because it was aborted, says so and leaves it running", async () => {
    const stage = await open();
    const stop = new AbortController();
    void stage.clock.sleep(MINUTE).then(() => stop.abort());
    const failed = errorOf(await run(stage, { signal: stop.signal }));
    expect(failed).toMatchObject({ code: "ABORTED" });
    expect(failed.message).toMatch(/stopped waiting .* last seen "restoring".*continues on the server/);
    expect(restores(stage)).toHaveLength(1);
  });
});

describe("nothing is restored", () => {
  test.each([
    [
      { snapshotId: "x" },
      "snapshotId must be the id of a snapshot, a positive whole number or a UUID. Nothing was restored.",
    ],
    [
      { serverId: "x" },
      "serverId must be the id of a server, a positive whole number or a UUID. Nothing was restored.",
    ],
    [{ snapshotId: "999" }, "there is no snapshot 999 in this account. Nothing was restored."],
    [{ serverId: "12346" }, `${WHAT} is not of server 12346. Nothing was restored.`],
  ])("by %j", async (request, message) => {
    const stage = await open();
    expect(errorOf(await run(stage, request)).message).toBe(message);
    expect(stage.requests("writes")).toEqual([]);
  });

  test("where the server is gone", async () => {
    const stage = await open();
    const action = { kind: "replaceBody", body: { count: 0, results: [] } } as const;
    stage.emulator.fault({ match: { path: "^/servers/\\d+/$" }, action: { kind: "status", status: 404 } });
    stage.emulator.fault({ match: { path: "^/servers/$" }, action });
    expect(errorOf(await run(stage)).message).toBe(
      `${WHAT} is of a server that does not exist any more. Nothing was restored.`,
    );
  });

  test.each([
    [
      "restoring",
      /is being restored already \(by another run or by somebody else\); wait until that has ended\. Nothing was restored\./,
    ],
    ["suspended", /is suspended; have it reactivated first\. Nothing was restored\./],
  ])("on a server that is %s", async (status, message) => {
    const stage = await open();
    stage.emulator.outside.setServer(SERVER, { status });
    expect(errorOf(await run(stage)).message).toMatch(message);
    expect(stage.requests("writes")).toEqual([]);
  });

  test.each([
    ["in_progress", /is "in_progress", only a completed snapshot can be restored\. Nothing was restored\./],
    ["failed", /is "failed", only a completed snapshot can be restored\. Nothing was restored\./],
  ])("from a snapshot that is %s", async (status, message) => {
    const stage = await open();
    stage.emulator.outside.setSnapshot(OURS, { status });
    expect(errorOf(await run(stage)).message).toMatch(message);
    expect(stage.requests("writes")).toEqual([]);
  });

  test.each([400, 409, 423])("where the API answers %i: it is busy", async (status) => {
    const stage = await open();
    stage.emulator.setBehaviour({
      busy: { status: status as 400, text: "Server is busy", operations: ["restore"] },
    });
    const failed = errorOf(await run(stage));
    expect(failed.message).toMatch(
      new RegExp(
        `^the restore of snapshot 701 .* was refused: VPS\\.org answered ${status} .*Server is busy.* When it was ` +
          'looked at just before, server 12345 .* was "active": .* a gateway has sent this request twice',
      ),
    );
    expect([restorePosts(stage), restores(stage).length]).toEqual([1, 0]);
  });
});
