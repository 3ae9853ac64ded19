import type { Writable } from "node:stream";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { Commands, CTRL_C, CTRL_D } from "../tools/support/command";
import type { Ended, Started } from "../tools/support/command";
import { Project } from "../tools/support/project";

jest.setTimeout(30_000);

const SERVER = "server 12345 (web-server-01)";
const QUESTION = "Type the server's name to restore it (web-server-01): ";

let emulator: Emulator;
let project: Project;
const commands = new Commands();

beforeEach(async () => {
  emulator = await startEmulator({
    token: CANARY,
    // Half a second for the restore, and less for a snapshot.
    speed: 600,
    snapshots: [
      { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
      { id: 802, serverId: 12345, name: "broken", status: "failed", createdAt: "2026-01-11T08:00:00Z" },
    ],
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
  expect(commands.printed.length).toBeGreaterThan(30);
  expect(commands.printed.join("\n")).not.toContain(CANARY);
  expect(commands.printed.join("\n")).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
});

const start = (args: readonly string[], terminal = false): Started =>
  commands.start(project, ["restore", ...args], terminal);
const run = (...args: string[]): Promise<Ended> => start(args).ended;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const writes = (): string[] =>
  emulator.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
const restores = (): string[] => writes().filter((write) => write.endsWith("/restore/"));
const RESTORE = ["POST /snapshots/801/restore/"];

describe("the question before a restore", () => {
  /** Waits for the question, then types. */
  async function asked(type: (input: Writable) => void, ...more: string[]): Promise<Ended> {
    const { until, input, ended } = start(["801", ...more], true);
    await until(QUESTION);
    expect(writes()).toEqual([]);
    type(input);
    return ended;
  }

  it("says before it what is lost, and since when", async () => {
    const { stderr } = await asked((input) => input.write("no\r"));

    expect(stderr).toMatch(
      /^This overwrites everything on server 12345 \(web-server-01\) with snapshot 801 "golden", \d+ .* old\.\nWhat was written since 2026-01-10T08:00:00Z is lost, .*cannot be undone\.\n/,
    );
  });

  it.each(["web-server-01\r", "  web-server-01 \r"])("%j restores, and waits for the end", async (answer) => {
    const { code, stdout, stderr } = await asked((input) => input.write(answer));

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
    ["the name in other letters", (input) => input.write("WEB-SERVER-01\r")],
    ["a part of the name", (input) => input.write("web-server\r")],
    ["yes", (input) => input.write("yes\r")],
    ["an empty line", (input) => input.write("\r")],
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

  it.each([
    ["none", ""],
    ["nothing but what nobody sees", "\u200b\u2800\u{e0041}"],
    ["one that no keyboard has", "web\u00a0server"],
    ["one that is too long to be read", "w".repeat(81)],
    ["that of another server", "db-server-01"],
    ["like an id", "12346"],
    ["like an answer", "yes"],
  ])("asks for the id of a server whose name is %s", async (_what, name) => {
    emulator.outside.setServer(12345, { name });

    for (const [answer, code, sent] of [
      ["\r", 130, []],
      [`${name}\r`, 130, []],
      ["12345\r", 0, RESTORE],
    ] as const) {
      const { until, input, ended } = start(["801"], true);
      await until("Type the server's id to restore it (12345): ");
      input.write(answer);
      expect([(await ended).code, writes()]).toEqual([code, sent]);
    }
  });

  it("binds the answer to the server that it named: a snapshot that is another's by then is not restored", async () => {
    const { code, stderr } = await asked((input) => {
      emulator.outside.deleteSnapshot(801);
      emulator.outside.createSnapshot({ id: 801, serverId: 12346, name: "golden" });
      input.write("web-server-01\r");
    });

    expect([code, writes()]).toEqual([2, []]);
    expect(stderr).toMatch(/snapshot 801 .* is not of server 12345\. Nothing was restored\./);
  });

  it("comes before the safety snapshot", async () => {
    const { code } = await asked((input) => input.write("no\r"), "--safety-snapshot");

    expect([code, writes()]).toEqual([130, []]);
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

  it("is not asked with --yes", async () => {
    const { code, stderr } = await start(["801", "--yes"], true).ended;

    expect([code, writes()]).toEqual([0, RESTORE]);
    expect(stderr).not.toContain("Type the server's name");
  });
});

describe("restore --yes", () => {
  it("is silent but for a plain line now and then, and the result", async () => {
    const { code, stdout, stderr } = await run("801", "--yes", "--server", "12345");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Restored .*; the server is active\.\n$/);
    expect(stdout + stderr).not.toContain("\u001b");
    expect(stderr).toContain(`${SERVER}: restoring, `);
    expect(stderr.split("\n").length).toBeLessThan(6);
    expect(writes()).toEqual(RESTORE);
  });

  it("gives JSON that a script can read", async () => {
    const { code, stdout } = await run("801", "--yes", "--json");

    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        snapshotId: "801",
        snapshotName: "golden",
        serverId: "12345",
        serverName: "web-server-01",
        serverStatus: "active",
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        finishedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    ]);
  });

  it.each<[string, number, RegExp, string[]]>([
    [
      "a snapshot of another server",
      2,
      /is not of server 12346\. Nothing was restored/,
      ["801", "--server", "12346"],
    ],
    ["a server that is no id", 2, /serverId|--server/, ["801", "--server", "web"]],
    ["a snapshot that is no id", 2, /id of a snapshot/, ["golden"]],
    ["a snapshot that is not completed", 2, /is "failed", only a completed snapshot/, ["802"]],
    ["no snapshot", 2, /name the snapshot to restore, or --watch SERVER/, []],
    ["a timeout that is no time", 2, /--timeout must be a time such as 45m/, ["801", "--timeout", "soon"]],
    ["a timeout of nothing", 2, /--timeout must be a time such as 45m/, ["801", "--timeout", "0s"]],
    ["an unknown option", 2, /unknown option '--now'/, ["801", "--now"]],
    [
      "a snapshot that does not exist",
      3,
      /there is no snapshot 999 in this account\. Nothing was restored/,
      ["999"],
    ],
  ])("refuses %s with %i", async (_what, expected, message, args) => {
    const { code, stdout, stderr } = await run(...args, "--yes");

    expect([code, stdout, writes()]).toEqual([expected, "", []]);
    expect(stderr).toMatch(message);
  });

  it.each(["suspended", "restoring"])("refuses a server that is %s", async (status) => {
    emulator.setBehaviour({ neverEndsRestoring: true });
    if (status === "suspended") emulator.outside.setServer(12345, { status });
    else emulator.outside.startRestore(801);

    const { code, stderr } = await run("801", "--yes");

    expect([code, writes()]).toEqual([2, []]);
    expect(stderr).toContain(SERVER);
    expect(stderr).toContain("Nothing was restored.");
  });

  it("ends with 1 where the server does not come back well", async () => {
    emulator.setBehaviour({ finalServerStatus: "suspended" });

    const { code, stdout, stderr } = await run("801", "--yes");

    expect([code, stdout, writes()]).toEqual([1, "", RESTORE]);
    expect(stderr).toContain('has ended with the server "suspended", which is not a working status');
  });

  it("ends with 1 where VPS.org refuses", async () => {
    emulator.fault({
      match: { method: "POST" },
      action: { kind: "status", status: 400, body: { detail: "Not now" } },
    });

    const { code, stderr } = await run("801", "--yes");

    expect([code, writes()]).toEqual([1, RESTORE]);
    expect(stderr).toMatch(/^error: snapshot 801 .* was not restored: .*Not now/m);
  });

  it("ends with 1, and does not ask again, where the answer is lost and nothing shows", async () => {
    emulator.fault({ match: { method: "POST" }, when: "before", action: { kind: "reset" } });

    const { code, stderr } = await run("801", "--yes");

    expect([code, writes()]).toEqual([1, RESTORE]);
    expect(stderr).toContain("It was not requested a second time.");
  });

  it("waits on where the answer is lost and the server restores", async () => {
    emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });

    const { code, stderr } = await run("801", "--yes");

    expect([code, writes()]).toEqual([0, RESTORE]);
    expect(stderr).toContain("is restoring although the answer was lost");
  });

  it("ends with 4 where the token is not accepted", async () => {
    project.env["VPSORG_TOKEN"] = "wrong-canary-token";

    const { code, stdout, stderr } = await run("801", "--yes");

    expect([code, stdout, writes()]).toEqual([4, "", []]);
    expect(stderr).toContain("VPS.org did not accept the API token");
    expect(stderr).not.toContain("wrong-canary-token");
  });

  it("ends with 4 where the token is revoked in the wait, and says that the restore goes on", async () => {
    emulator.setBehaviour({ neverEndsRestoring: true });
    const { until, ended } = start(["801", "--yes"]);
    await until("restoring, ");
    emulator.fault({
      match: { method: "GET" },
      times: 1000,
      action: { kind: "status", status: 401, body: { detail: "Invalid token." } },
    });

    const { code, stderr } = await ended;

    expect([code, restores()]).toEqual([4, RESTORE]);
    expect(stderr).toContain("was requested and continues on the server, but its end cannot be seen");
  });

  it("ends with 5 when the time is up, with the last status", async () => {
    emulator.setBehaviour({ neverEndsRestoring: true });

    const { code, stdout, stderr } = await run("801", "--yes", "--timeout", "1s");

    expect([code, stdout, writes()]).toEqual([5, "", RESTORE]);
    expect(stderr).toMatch(
      /error: the restore of snapshot 801 .* has not ended after 1 second; the server is "restoring"\./,
    );
  });

  it("gives JSON of errors", async () => {
    const { code, stdout, stderr } = await run("999", "--yes", "--json");

    expect([code, stdout, JSON.parse(stderr)]).toEqual([
      3,
      "",
      { error: { code: "NOT_FOUND", message: expect.stringContaining("no snapshot 999") as string } },
    ]);
  });
});

describe("restore --safety-snapshot", () => {
  const safety = () =>
    emulator.model.listSnapshots(12345).find(({ name }) => name.startsWith("before-restore-"));

  it("takes and completes a snapshot first, keeps it, and says how to go back", async () => {
    const { code, stdout } = await run("801", "--yes", "--safety-snapshot");

    const made = safety();
    expect(made).toMatchObject({ status: "completed" });
    expect(made?.name).toMatch(/^before-restore-801-\d{8}T\d{6}Z$/);
    expect([code, writes()]).toEqual([0, ["POST /snapshots/", ...RESTORE]]);
    expect(stdout).toContain(
      `Safety snapshot ${String(made?.id)} "${String(made?.name)}" holds the state before`,
    );
    expect(stdout).toContain(`\`npx --no-install pulumi-vpsorg restore ${String(made?.id)}\``);
  });

  it("gives its id as JSON", async () => {
    const { code, stdout, stderr } = await run("801", "--yes", "--safety-snapshot", "--json");

    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { snapshotId: "801", safetySnapshotId: String(safety()?.id) },
    ]);
    // What is said on the way is JSON as well, one object a line.
    const said = stderr.trimEnd().split("\n");
    expect(said.map((line) => Object.keys(JSON.parse(line) as object))).toEqual(said.map(() => ["message"]));
  });

  it("refuses a full server before anything is touched, and lists what fills it", async () => {
    const added = emulator.outside.fillServer(12345);

    const { code, stdout, stderr } = await run("801", "--yes", "--safety-snapshot");

    expect([code, stdout, writes()]).toEqual([1, "", []]);
    for (const id of [801, 802, ...added]) expect(stderr).toMatch(new RegExp(`^  ${id}  `, "m"));
    expect(stderr).toContain("Nothing was restored.");
  });

  it("restores nothing where it fails", async () => {
    emulator.setBehaviour({ finalSnapshotStatus: "failed" });

    const { code, stderr } = await run("801", "--yes", "--safety-snapshot");

    expect([code, restores()]).toEqual([1, []]);
    expect(stderr).toContain("Nothing was restored.");
  });

  it("is named where the restore then fails", async () => {
    emulator.setBehaviour({ finalServerStatus: "suspended" });

    const { code, stderr } = await run("801", "--yes", "--safety-snapshot");

    expect([code, restores()]).toEqual([1, RESTORE]);
    expect(stderr).toContain(
      `\`npx --no-install pulumi-vpsorg restore ${String(safety()?.id)}\` brings it back`,
    );
  });

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

  it("takes no longer than --timeout", async () => {
    emulator.setBehaviour({ neverCompletes: true });

    const { code, stderr } = await run("801", "--yes", "--safety-snapshot", "--timeout", "1s");

    expect([code, restores()]).toEqual([5, []]);
    expect(stderr).toMatch(/before-restore-.* is still "in_progress" after .*Nothing was restored/);
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

describe("restore --watch", () => {
  it("calls nothing a restore that it has not seen", async () => {
    emulator.outside.setServer(12345, { status: "stopped" });

    const { code, stderr } = await run("--watch", "12345");

    expect(code).toBe(1);
    expect(stderr).toContain(
      `${SERVER} was not seen restoring, and is "stopped", which is not a working status`,
    );
  });

  it("gives JSON", async () => {
    emulator.outside.startRestore(801);

    const { code, stdout } = await run("--watch", "12345", "--json");

    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { id: "12345", name: "web-server-01", status: "active" },
    ]);
  });

  it("needs no --yes, starts nothing, and says how a server is that is not restoring", async () => {
    const { code, stdout } = await run("--watch", "12345");

    expect([code, stdout, writes()]).toEqual([0, `${SERVER} is active.\n`, []]);
  });

  it("ends with 1 where the server does not come back well", async () => {
    emulator.setBehaviour({ finalServerStatus: "suspended" });
    emulator.outside.startRestore(801);

    const { code, stderr } = await run("--watch", "12345");

    expect([code, writes()]).toEqual([1, []]);
    expect(stderr).toContain('"suspended", which is not a working status');
  });

  it("ends with 2, without a request, where the server is no id", async () => {
    const { code, stderr } = await run("--watch", "abc");

    expect([code, emulator.requests()]).toEqual([2, []]);
    expect(stderr).toBe(
      'error: --watch must be the id of a server, a positive whole number or a UUID; it is "abc"\n',
    );
  });

  it("ends with 3 where there is no such server", async () => {
    const { code, stderr } = await run("--watch", "99999");

    expect([code, writes()]).toEqual([3, []]);
    expect(stderr).toContain("there is no server 99999 in this account");
  });

  it("ends with 5 when the time is up", async () => {
    emulator.setBehaviour({ neverEndsRestoring: true });
    emulator.outside.startRestore(801);

    const { code, stderr } = await run("--watch", "12345", "--timeout", "1s");

    expect([code, writes()]).toEqual([5, []]);
    expect(stderr).toContain('the server is "restoring"');
    expect(stderr).toMatch(/Watch again with `npx --no-install pulumi-vpsorg restore --watch 12345`\.\n$/);
    // It does not know which snapshot: it makes none up.
    expect(stderr).not.toContain("snapshot ?");
  });
});
