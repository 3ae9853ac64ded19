import { CANARY } from "../support/account";
import { Deployment, program } from "../support/deployment";
import { killAllIn } from "../support/processes";

jest.setTimeout(120_000);

const UP = ["up", "--yes", "--skip-preview"];
const RESTORE_POST = "POST /snapshots/801/restore/";

/** A program that restores snapshot 801; the configuration changes what a test is about. */
const files = program(`
const restore = new SnapshotRestore("back", {
  snapshotId: config.get("snapshotId") ?? 801,
  serverId: 12345,
  triggers: [config.get("incident") ?? "1"],
  safetySnapshot: config.getBoolean("safety"),
}, { customTimeouts: { create: config.get("create") ?? "30s" } });
exports.restoredAt = restore.restoredAt; exports.status = restore.serverStatus; exports.safety = restore.safetySnapshotId;
`);
const imported = {
  ...files,
  "index.js": (files["index.js"] ?? "").replace("{ Snapshot,", "{ Snapshot, SnapshotRestore,"),
};
const snapshots = [{ id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" }];
const WARNING =
  /all data on server web-server-01 \(12345\) will be overwritten with snapshot 801 "golden": everything written since 2026-01-10T08:00:00Z/;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("SnapshotRestore", () => {
  let stack: Deployment;
  const restores = (): number => stack.writes().filter((write) => write.endsWith("/restore/")).length;

  describe("through its life", () => {
    beforeAll(async () => {
      stack = await Deployment.open({ files: imported }, { speed: 600, snapshots });
    });
    afterAll(() => stack.close());

    it("says in the preview what is lost, and touches nothing", async () => {
      expect((await stack.must("preview")).output).toMatch(WARNING);
      expect(stack.writes()).toEqual([]);
    });

    it("restores once when it is created, and waits", async () => {
      expect((await stack.up()).output).toMatch(WARNING);
      expect(stack.writes()).toEqual([RESTORE_POST]);
      const { status, restoredAt } = await stack.project.outputs();
      expect(status).toBe("active");
      expect(Date.parse(String(restoredAt))).toBeGreaterThan(0);
    });

    it("never restores on an unchanged up or a refresh", async () => {
      stack.emulator.clearRequests();
      await stack.up("--expect-no-changes");
      await stack.must("refresh", "--yes", "--skip-preview");
      expect(stack.emulator.requests()).toEqual([]);
    });

    it("restores once more for a changed trigger, after a safety snapshot", async () => {
      await stack.must("config", "set", "incident", "2");
      await stack.must("config", "set", "safety", "true");
      await stack.up();

      expect(stack.writes()).toEqual(["POST /snapshots/", RESTORE_POST]);
      const [safety] = stack.emulator.model.listSnapshots().filter((s) => s.id !== 801);
      expect(safety).toMatchObject({ status: "completed", server: { id: 12345 } });
      expect(safety?.name).toMatch(/^before-restore-801-\d{8}T\d{6}Z$/);
      expect((await stack.project.outputs())["safety"]).toBe(String(safety?.id));
    });

    it("refuses at a full server before anything is touched, and lists what fills it", async () => {
      stack.emulator.outside.fillServer(12345);
      stack.emulator.clearRequests();
      await stack.must("config", "set", "incident", "3");

      const { code, output } = await stack.run(...UP);

      expect(code).not.toBe(0);
      expect(output).toMatch(/holds 5 of 5 snapshots.*Nothing was created/);
      expect(output).toMatch(/801 {2}golden/);
      expect(output).toContain("Nothing was restored.");
      expect(stack.writes()).toEqual([]);
    });

    it("does nothing to the server when it is deleted, and says so", async () => {
      const { output } = await stack.must("destroy", "--yes", "--skip-preview");

      expect(output).toContain("nothing happens to the server");
      expect(stack.writes()).toEqual([]);
      expect(stack.emulator.model.listSnapshots()).toHaveLength(5);
      expect(stack.traces()).not.toContain(CANARY);
    });
  });

  it("of a snapshot of the same program waits until that is completed", async () => {
    const fresh = program(`
const snapshot = new Snapshot("fresh", { serverId: 12345 });
new SnapshotRestore("back", { snapshotId: snapshot.id, serverId: 12345 });
`);
    stack = await Deployment.open({
      files: {
        ...fresh,
        "index.js": (fresh["index.js"] ?? "").replace("{ Snapshot,", "{ Snapshot, SnapshotRestore,"),
      },
    });
    try {
      const { output } = await stack.must("preview");
      expect(output).toContain("all data on server web-server-01 (12345) will be overwritten");
      await stack.up();
      expect(stack.writes()).toEqual(["POST /snapshots/", expect.stringMatching(/\/restore\/$/)]);
    } finally {
      await stack.close();
    }
  });

  describe("that does not end well", () => {
    beforeEach(async () => {
      stack = await Deployment.open({ files: imported }, { speed: 600, snapshots });
    });
    afterEach(async () => {
      killAllIn(stack.project.dir);
      await stack.close();
    });

    it("is recorded as started when its time is over, and the next up waits on", async () => {
      stack.emulator.setBehaviour({ neverEndsRestoring: true });
      await stack.must("config", "set", "create", "2s");

      const failed = await stack.run(...UP);
      expect(failed.code).not.toBe(0);
      expect(failed.output).toMatch(/has not ended after 2 seconds.*does not restore a second time/s);

      stack.emulator.setBehaviour({ neverEndsRestoring: null });
      await stack.up();
      expect(restores()).toBe(1);
      expect((await stack.project.outputs())["status"]).toBe("active");
    });

    it.each(["stopped", "suspended"])(
      "fails where the server ends %s, and never restores again by itself",
      async (status) => {
        stack.emulator.setBehaviour({ finalServerStatus: status });

        const failed = await stack.run(...UP);
        expect(failed.code).not.toBe(0);
        expect(failed.output).toContain(
          `has ended with the server "${status}", which is not a working status`,
        );

        stack.emulator.outside.setServer(12345, { status: "active" });
        await stack.up();
        expect(restores()).toBe(1);
      },
    );

    it("is seen on the server where the answer gets lost", async () => {
      stack.emulator.fault({
        match: { method: "POST" },
        when: "after",
        action: { kind: "status", status: 502 },
      });

      const { output } = await stack.up();

      expect(output).toContain("is restoring although the answer was lost");
      expect(restores()).toBe(1);
    });

    it("is seen on the server where the connection breaks after it was accepted", async () => {
      stack.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });

      expect((await stack.up()).output).toContain("is restoring although the answer was lost");
      expect(restores()).toBe(1);
    });

    it("is not done while the server still shows its old status", async () => {
      stack.emulator.setBehaviour({ restoringLagMs: 400 });
      await stack.up();

      const [restore] = stack.emulator.model.state().restores;
      const { restoredAt } = await stack.project.outputs();
      expect(Date.parse(String(restoredAt))).toBeGreaterThanOrEqual(
        Date.parse(String(restore?.finished_at)) - 1,
      );
    });

    it("is waited for while the API is down", async () => {
      const running = stack.run(...UP);
      const accepted = (): boolean => stack.emulator.model.state().restores.length > 0;
      for (let i = 0; !accepted() && i < 400; i++) await pause(20);
      await stack.emulator.pause();
      await pause(1500);
      await stack.emulator.resume();

      expect((await running).code).toBe(0);
      expect(restores()).toBe(1);
    });

    it.each<[string, () => void, RegExp]>([
      [
        "an unknown word",
        () => stack.emulator.setBehaviour({ finalServerStatus: "defragmenting" }),
        /"defragmenting"/,
      ],
      [
        "a token that is revoked",
        () =>
          void stack.emulator.fault({
            match: { path: "^/servers/" },
            skip: 2,
            times: 0,
            action: { kind: "status", status: 401 },
          }),
        /was started and goes on on the server, but its end cannot be seen: .*did not accept the API token/,
      ],
    ])("is recorded where the wait ends in %s, and the next up waits on", async (_what, strike, said) => {
      strike();
      await stack.must("config", "set", "create", "3s");

      const failed = await stack.run(...UP);
      expect(failed.code).not.toBe(0);
      expect(failed.output).toMatch(said);

      stack.emulator.clearFaults();
      stack.emulator.outside.setServer(12345, { status: "active" });
      await stack.up();
      expect(restores()).toBe(1);
      expect((await stack.project.outputs())["status"]).toBe("active");
    });

    it("is not asked for again where nobody knows whether it was accepted", async () => {
      stack.emulator.fault({ match: { method: "POST" }, when: "before", action: { kind: "reset" } });

      const failed = await stack.run(...UP);
      expect(failed.code).not.toBe(0);
      expect(failed.output).toContain("it is not known whether the restore of snapshot 801");

      const { output } = await stack.up();
      expect(output).toContain("it was never known whether snapshot 801 was restored");
      expect(restores()).toBe(1);
    });

    it.each([
      ["while the server is still restoring", /not asked for a second time/],
      ["although the server works again by then", /not asked for a second time/],
    ])("is not repeated by the up after a kill in the wait, %s", async (when, said) => {
      stack.emulator.setBehaviour({ neverEndsRestoring: true });
      const running = stack.project.start(UP);
      for (let i = 0; restores() === 0 && i < 400; i++) await pause(50);
      await pause(500);
      process.kill(running.pid, "SIGKILL");
      killAllIn(stack.project.dir);
      await running.finished;
      // A killed engine leaves its lock behind; the offline one takes it over and knows no such command.
      await stack.run("cancel", "--yes");
      const end = (): void => stack.emulator.setBehaviour({ neverEndsRestoring: null });
      if (when.startsWith("while")) setTimeout(end, 3000);
      else end();

      const { output } = await stack.up();

      expect(output).toMatch(said);
      expect(restores()).toBe(1);
      expect((await stack.project.outputs())["status"]).toBe("active");

      // What was left by the killed run does not hinder the next restore that is asked for.
      await stack.must("config", "set", "incident", "2");
      await stack.up();
      expect(restores()).toBe(2);
    });
  });
});
