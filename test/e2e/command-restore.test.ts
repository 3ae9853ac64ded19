import type { Writable } from "node:stream";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { Commands, CTRL_C, CTRL_D } from "../tools/support/command";
import type { Ended, Started } from "../tools/support/command";
import { Project } from "../tools/support/project";

const SERVER = "server 12345 (web-server-01)";
const QUESTION = "Type the server's name to restore it (web-server-01): ";

let emulator: Emulator;
let project: Project;
const commands = new Commands();

beforeEach(async () => {
  emulator = await startEmulator({
    token: CANARY,
    // One second for the restore.
    speed: 300,
    snapshots: [{ id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" }],
  });
  project = new Project({
    env: { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint, VPSORG_POLL_INTERVAL_SECONDS: "0.05" },
  });
});

afterEach(async () => {
  commands.kill();
  // Whatever a test does: the request is never sent a second time.
  expect(restores().length).toBeLessThan(2);
  await emulator.close();
  project.remove();
});

afterAll(() => {
  expect(commands.printed.length).toBeGreaterThan(15);
  expect(commands.printed.join("\n")).not.toContain(CANARY);
  expect(commands.printed.join("\n")).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
});

const start = (args: readonly string[], terminal = false): Started =>
  commands.start(project, ["restore", ...args], terminal);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const writes = (): string[] =>
  emulator.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
const restores = (): string[] => writes().filter((write) => write.endsWith("/restore/"));
const RESTORE = ["POST /snapshots/801/restore/"];

describe("the question before a restore", () => {
  /** Waits for the question, then types. */
  async function asked(type: (input: Writable) => void): Promise<Ended> {
    const { until, input, ended } = start(["801"], true);
    await until(QUESTION);
    expect(writes()).toEqual([]);
    type(input);
    return ended;
  }

  it("takes the name, restores, and waits for the end", async () => {
    const { code, stdout, stderr } = await asked((input) => input.write("  web-server-01 \r"));

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Restored snapshot 801 "golden" of server 12345 \(web-server-01\) in .*; the server is active\.\n$/,
    );
    expect(writes()).toEqual(RESTORE);
    expect(emulator.model.getServer(12345).status).toBe("active");
    // Live on a terminal, and taken away again at the end.
    expect(stderr).toMatch(/server 12345 \(web-server-01\): restoring, .* of usually 5 to 15 minutes/);
    expect(stderr.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stderr.lastIndexOf("\u001b[?25l"));
  });

  it.each<[string, (input: Writable) => void]>([
    ["another server's name", (input) => input.write("db-server-01\r")],
    ["Ctrl-C", (input) => input.end(CTRL_C)],
    ["Ctrl-C after the name", (input) => input.end(`web-server-01${CTRL_C}`)],
    ["Ctrl-D", (input) => input.end(CTRL_D)],
    ["the end of the input", (input) => input.end()],
  ])("%s restores nothing, says so, and is no success", async (_what, type) => {
    const { code, stdout, stderr } = await asked(type);

    expect([code, stdout, writes()]).toEqual([130, "", []]);
    expect(stderr).toContain("Nothing was restored.");
    expect(stderr).not.toContain("error:");
  });

  it.each([false, true])("is not put to a pipe, which has to say --yes (with --json: %p)", async (json) => {
    const { input, ended } = start(["801", ...(json ? ["--json"] : [])]);
    input.end("web-server-01\n");

    const { code, stdout, stderr } = await ended;

    expect([code, stdout, writes()]).toEqual([2, "", []]);
    expect(stderr).toContain(
      `cannot ask for confirmation without a terminal: pass --yes to overwrite ${SERVER}`,
    );
  });
});

it("ends with the code of its error where it fails", async () => {
  emulator.setBehaviour({ finalServerStatus: "suspended" });

  const { code, stdout, stderr } = await start(["801", "--yes"]).ended;

  expect([code, stdout, writes()]).toEqual([1, "", RESTORE]);
  expect(stderr).toContain('has ended with the server "suspended", which is not a working status');
});

describe("Ctrl-C while the safety snapshot is made", () => {
  const safety = () =>
    emulator.model.listSnapshots(12345).find(({ name }) => name.startsWith("before-restore-"));

  it("says what there is when Ctrl-C comes while it is being made", async () => {
    emulator.setBehaviour({ neverCompletes: true });
    const { until, interrupt, ended } = start(["801", "--yes", "--safety-snapshot"]);
    await until("in_progress");

    interrupt();
    const { code, stdout, stderr } = await ended;

    expect([code, stdout, restores()]).toEqual([130, "", []]);
    expect(stderr).toContain("Nothing was restored.");
    expect(stderr).toContain(`snapshot ${String(safety()?.id)} `);
  });

  it("says that there may be one when Ctrl-C comes before the answer", async () => {
    const action = { kind: "delay", ms: 5000 } as const;
    const fault = emulator.fault({ match: { method: "POST" }, when: "after", action });
    const { interrupt, ended } = start(["801", "--yes", "--safety-snapshot"]);
    for (let i = 0; fault.hits() === 0 && i < 400; i++) await pause(25);

    interrupt();
    const { code, stderr } = await ended;

    expect([code, restores()]).toEqual([130, []]);
    expect(stderr).toContain(
      "Nothing was restored. A safety snapshot may or may not have been started; `npx --no-install pulumi-vpsorg list --server 12345`",
    );
  });
});

describe("Ctrl-C, and watching again", () => {
  it.each([true, false])(
    "while it waits says that the restore goes on, and how to watch (on a terminal: %p)",
    async (terminal) => {
      emulator.setBehaviour({ neverEndsRestoring: true });
      const { until, interrupt, ended } = start(["801", "--yes"], terminal);
      await until("restoring, ");

      interrupt();
      const { code, stdout, stderr } = await ended;

      expect([code, stdout, writes()]).toEqual([130, "", RESTORE]);
      expect(stderr).toMatch(
        /stopped waiting for the restore of snapshot 801 .*last seen "restoring"\. The restore itself continues on the server\. Watch again with `npx --no-install pulumi-vpsorg restore --watch 12345`\.\n$/,
      );
      expect(stderr).not.toContain("error:");
      expect(emulator.model.getServer(12345).status).toBe("restoring");

      // As it says.
      const again = start(["--watch", "12345"], terminal);
      await again.until("restoring, ");
      emulator.setBehaviour({ neverEndsRestoring: null });
      expect(await again.ended).toMatchObject({ code: 0, stdout: `${SERVER} is active.\n` });
      expect(writes()).toEqual(RESTORE);
    },
  );

  it("before anything was asked for says that nothing was restored, and not to watch", async () => {
    // The look right before the request, which comes after the one before the question.
    const fault = emulator.fault({
      match: { method: "GET", path: "^/servers/" },
      skip: 1,
      when: "before",
      action: { kind: "delay", ms: 5000 },
    });
    const { interrupt, ended } = start(["801", "--yes"]);
    for (let i = 0; fault.hits() === 0 && i < 400; i++) await pause(25);

    interrupt();
    const { code, stdout, stderr } = await ended;

    expect([code, stdout, writes()]).toEqual([130, "", []]);
    expect(stderr).toContain("Nothing was restored.");
    expect(stderr).not.toContain("--watch");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "while the request is not answered says that it may have happened (%s)",
    async (signal) => {
      const fault = emulator.fault({
        match: { method: "POST" },
        when: "after",
        action: { kind: "delay", ms: 5000 },
      });
      const { interrupt, ended } = start(["801", "--yes"]);
      for (let i = 0; fault.hits() === 0 && i < 400; i++) await pause(25);

      interrupt(signal);
      const { code, stdout, stderr } = await ended;

      expect([code, stdout]).toEqual([130, ""]);
      expect(stderr).toContain("it may or may not have started");
      expect(stderr).toContain("restore --watch 12345");
    },
  );

  it("while it watches stops the watching alone", async () => {
    emulator.setBehaviour({ neverEndsRestoring: true });
    emulator.outside.startRestore(801);
    const { until, interrupt, ended } = start(["--watch", "12345"], true);
    await until("restoring, ");

    interrupt();

    const { code, stderr } = await ended;
    expect([code, writes()]).toEqual([130, []]);
    expect(stderr).toContain("continues on the server");
    expect(stderr).toContain("`npx --no-install pulumi-vpsorg restore --watch 12345`");
  });
});
