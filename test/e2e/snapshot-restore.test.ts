import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";
import { killAllIn } from "../tools/support/processes";

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
exports.snapshot = restore.snapshotName; exports.server = restore.serverName; exports.requestedAt = restore.requestedAt;
`);
const snapshots = [{ id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" }];
const WARNING =
  /all data on server 12345 \(web-server-01\) will be overwritten with snapshot 801 "golden": everything written since 2026-01-10T08:00:00Z/;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let stack: Deployment;

describe("SnapshotRestore", () => {
  const restores = (): number => stack.writes().filter((write) => write.endsWith("/restore/")).length;

  describe("through its life", () => {
    beforeAll(async () => {
      stack = await Deployment.open({ files }, { speed: 600, snapshots });
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
      expect(await stack.project.outputs()).toMatchObject({ snapshot: "golden", server: "web-server-01" });
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
      await stack.up("--expect-no-changes");
      expect(stack.writes()).toHaveLength(2);
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

      expect(output).toContain("that changes nothing on the server");
      expect(stack.writes()).toEqual([]);
      expect(stack.emulator.model.listSnapshots()).toHaveLength(5);
      expect(stack.traces()).not.toContain(CANARY);
    });
  });

  describe("that does not end well", () => {
    beforeEach(async () => {
      stack = await Deployment.open({ files }, { speed: 600, snapshots });
    });
    afterEach(async () => {
      killAllIn(stack.project.dir);
      await stack.close();
    });

    it("is not requested again where nobody knows whether it was accepted, and each up says so", async () => {
      stack.emulator.fault({ match: { method: "POST" }, when: "before", action: { kind: "reset" } });

      const unproven =
        /it is not known whether snapshot 801 "golden" of server 12345 \(web-server-01\) was restored/;
      expect((await stack.up()).output).toMatch(unproven);
      expect((await stack.project.outputs())["restoredAt"]).toBe("");

      expect((await stack.up("--expect-no-changes")).output).toMatch(unproven);
      expect(restores()).toBe(1);
    });

    it("is not repeated by the up after a kill in the wait, although the server works again by then", async () => {
      stack.emulator.setBehaviour({ neverEndsRestoring: true });
      const running = stack.project.start(UP);
      await seen("GET /servers/12345/", 3, "POST /snapshots/801/restore/");
      process.kill(running.pid, "SIGKILL");
      killAllIn(stack.project.dir);
      stack.emulator.setBehaviour({ neverEndsRestoring: null });
      await running.finished;
      // A killed engine leaves its lock behind; the offline one takes it over and knows no such command.
      await stack.run("cancel", "--yes");

      await stack.up();

      expect(restores()).toBe(1);
      expect((await stack.project.outputs())["status"]).toBe("active");

      // The next restore that is asked for is made: nothing of the killed run is in its way.
      await stack.must("config", "set", "incident", "2");
      await stack.up();
      expect(restores()).toBe(2);
    });
  });

  it("says that a restore continues on the server where another resource fails meanwhile", async () => {
    stack = await Deployment.open(
      {
        files: program(`
const back = new SnapshotRestore("back", { snapshotId: 801, serverId: 12345 });
new Snapshot("broken", { serverId: back.requestedAt.apply((at) => at === "" ? 1 : 99999) });
`),
      },
      { speed: 60, snapshots },
    );
    try {
      const { code, output } = await stack.run(...UP);
      expect(code).not.toBe(0);
      expect(output).toMatch(
        /the restore of snapshot 801 "golden" .* was requested at \S+Z\. It continues on the server whatever happens to this run\./,
      );
    } finally {
      await stack.close();
    }
  });
});

/** Waits until a request was made so often, after another one. */
async function seen(request: string, times: number, after: string): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    const made = stack.emulator.requests().map(({ method, path }) => `${method} ${path}`);
    const from = made.indexOf(after);
    if (from >= 0 && made.slice(from).filter((one) => one === request).length >= times) return;
    await pause(50);
  }
  throw new Error(`${request} was not made ${times} times after ${after}`);
}
