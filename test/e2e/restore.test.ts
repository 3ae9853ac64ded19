import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment, program } from "../tools/support/deployment";
import { killAllIn } from "../tools/support/processes";

jest.setTimeout(120_000);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const UP = ["up", "--yes", "--skip-preview"];

const snapshots = [{ id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" }];

/** A call in a program, as a runbook that is run once would have it. */
const calling = (args: string) =>
  program(`exports.status = restoreSnapshot(${args}).then((done) => done.serverStatus);`);

describe("restoreSnapshot in a program, without everyRun", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open({ files: program("") }, { speed: 200, snapshots });
    await stack.up();
    for (const [path, text] of Object.entries(calling("{ snapshotId: 801 }"))) {
      writeFileSync(join(stack.project.dir, path), text);
    }
  });

  afterAll(() => stack.close());

  // The program cannot tell them apart: in each of them a restore would overwrite the server once more.
  test.each([
    ["a preview", ["preview"]],
    ["an update", UP],
    ["a refresh that runs the program", ["refresh", "--yes", "--skip-preview", "--run-program"]],
    ["a destroy that runs the program", ["destroy", "--yes", "--skip-preview", "--run-program"]],
  ])("is refused in %s, before any request", async (_run, command) => {
    stack.emulator.clearRequests();

    const { code, output } = await stack.run(...command);

    expect(code).not.toBe(0);
    expect(output).toContain("would overwrite the server at every `pulumi up`");
    expect(output).toContain("SnapshotRestore");
    expect(output).toContain("everyRun: true");
    expect(output).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(stack.emulator.requests()).toEqual([]);
  });
});

describe("restoreSnapshot in a program, with everyRun", () => {
  let stack: Deployment;

  beforeEach(async () => {
    const files = calling("{ snapshotId: 801, everyRun: true }");
    stack = await Deployment.open({ files }, { speed: 200, snapshots });
  });

  afterEach(async () => {
    killAllIn(stack.project.dir);
    await stack.close();
  });

  const restorePosts = (): number => stack.writes().filter((write) => write.endsWith("/restore/")).length;

  it("says in a preview what it would do, and does nothing", async () => {
    const { output } = await stack.must("preview");

    expect(output).toContain(
      'would overwrite all data on server web-server-01 (12345) with snapshot 801 "golden" of 2026-01-10T08:00:00Z',
    );
    expect(stack.writes()).toEqual([]);
  });

  it("restores and waits in an update, and says that every run does", async () => {
    const { output } = await stack.up();

    expect(output).toContain(
      "restoreSnapshot with everyRun: snapshot 801 overwrites its server at every run of this program: at every " +
        "`pulumi up`, and at `pulumi refresh --run-program` and `pulumi destroy --run-program`.",
    );
    expect(await stack.project.outputs()).toEqual({ status: "active" });
    expect(restorePosts()).toBe(1);
    expect(stack.emulator.model.state().restores).toEqual([expect.objectContaining({ snapshot_id: "801" })]);
  });

  it("restores in a refresh and in a destroy that run the program", async () => {
    for (const command of ["refresh", "destroy"]) {
      await stack.must(command, "--yes", "--skip-preview", "--run-program");
    }

    expect(restorePosts()).toBe(2);
  });

  it("fails the update where the server does not come back, without a stack trace", async () => {
    stack.emulator.setBehaviour({ finalServerStatus: "suspended" });

    const { code, output } = await stack.run(...UP);

    expect(code).not.toBe(0);
    expect(output).toContain('has ended with the server "suspended", which is not a working status');
    expect(output).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });

  // One interrupt ends a run that waits in the program alone: there is no second one to give.
  const blows = {
    "an interrupt": (pid: number) => void process.kill(pid, "SIGINT"),
    "SIGKILL of everything": (pid: number) => {
      process.kill(pid, "SIGKILL");
      killAllIn(stack.project.dir);
    },
  } satisfies Record<string, (pid: number) => void>;

  test.each([
    ["while the POST is answered", "an interrupt"],
    ["in the wait", "SIGKILL of everything"],
  ] as const)("is not run twice after a blow %s, by %s", async (stage, blow) => {
    stack.emulator.setBehaviour({ neverEndsRestoring: true });
    const fault = stack.emulator.fault({
      match: stage === "in the wait" ? { method: "GET", path: "^/servers/" } : { method: "POST" },
      skip: stage === "in the wait" ? 2 : 0,
      when: "after",
      action: { kind: "delay", ms: 60_000 },
    });
    const running = stack.project.start(UP);
    for (let i = 0; fault.hits() === 0 && i < 1000; i++) await pause(20);
    expect(fault.hits()).toBe(1);
    blows[blow](running.pid);
    await pause(200);
    fault.remove();
    // What an answer that comes now would lead to has time to show.
    await pause(200);
    killAllIn(stack.project.dir);
    await running.finished;
    // A killed engine leaves its lock behind; the offline one takes it over and knows no such command.
    await stack.run("cancel", "--yes");

    const next = await stack.run(...UP);

    expect(next.code).not.toBe(0);
    expect(next.output).toContain(
      "server 12345 (web-server-01) is being restored already (by another run or by somebody else); wait until that has",
    );
    expect(next.output).toContain("Nothing was restored.");
    expect(restorePosts()).toBe(1);
  });
});
