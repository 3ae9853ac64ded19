import { startEmulator } from "../../tools/emulator";
import type { Emulator } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { SimulatedClock } from "../../tools/support/simulated-clock";
import { runInProcess } from "./in-process";
import type { Ran } from "./in-process";

const SERVER = "server 12345 (web-server-01)";

let clock: SimulatedClock;
let emulator: Emulator;

beforeEach(async () => {
  clock = new SimulatedClock();
  emulator = await startEmulator({
    token: CANARY,
    now: () => clock.now(),
    snapshots: [
      { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
      { id: 802, serverId: 12345, name: "broken", status: "failed", createdAt: "2026-01-11T08:00:00Z" },
    ],
  });
});

afterEach(async () => {
  // Whatever a test does: the request is never sent a second time.
  expect(restores().length).toBeLessThan(2);
  clock.close();
  await emulator.close();
});

const restore = (
  args: readonly string[],
  answer?: (question: string) => string | undefined,
): Promise<Ran> => {
  const env = { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint };
  return runInProcess(["restore", ...args], env, { answer, clock });
};
const run = (...args: string[]): Promise<Ran> => restore(args);
const writes = (): string[] =>
  emulator.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
const restores = (): string[] => writes().filter((write) => write.endsWith("/restore/"));
const RESTORE = ["POST /snapshots/801/restore/"];

describe("the question before a restore", () => {
  /** Nothing is sent before the answer. */
  const asked = (answer: string | undefined, ...more: string[]): Promise<Ran> =>
    restore(["801", ...more], () => {
      expect(writes()).toEqual([]);
      return answer;
    });

  it("says before it what is lost, and since when", async () => {
    const { stderr, asked: questions } = await asked("no");

    expect(stderr).toMatch(
      /^This overwrites everything on server 12345 \(web-server-01\) with snapshot 801 "golden", \d+ .* old\.\nWhat was written since 2026-01-10T08:00:00Z is lost, .*cannot be undone\.\n/,
    );
    expect(questions).toEqual(["Type the server's name to restore it (web-server-01): "]);
  });

  it.each([
    ["another server's name", "db-server-01"],
    ["the name in other letters", "WEB-SERVER-01"],
    ["a part of the name", "web-server"],
    ["its id, where the name is asked for", "12345"],
    ["yes", "yes"],
    ["an empty line", ""],
    ["no answer", undefined],
  ])("%s restores nothing, says so, and is no success", async (_what, answer) => {
    const { code, stdout, stderr } = await asked(answer);

    expect([code, stdout, writes()]).toEqual([130, "", []]);
    expect(stderr).toContain("The answer is not the server's name. Nothing was restored.");
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

    for (const answer of ["", name, "web-server-01"]) {
      const done = await asked(answer);
      expect(done.asked).toEqual(["Type the server's id to restore it (12345): "]);
      expect([done.code, writes()]).toEqual([130, []]);
    }
  });

  it("takes the id where it asks for it", async () => {
    emulator.outside.setServer(12345, { name: "" });

    const { code, asked: questions } = await asked("12345");

    expect(questions).toEqual(["Type the server's id to restore it (12345): "]);
    expect([code, writes()]).toEqual([0, RESTORE]);
  });

  it("asks for a name of words, and of 80 letters", async () => {
    for (const name of ["Web Server 1", "ü".repeat(80)]) {
      emulator.outside.setServer(12345, { name });
      expect((await asked("no")).asked).toEqual([`Type the server's name to restore it (${name}): `]);
    }
  });

  it("binds the answer to the server that it named: a snapshot that is another's by then is not restored", async () => {
    const { code, stderr } = await restore(["801"], () => {
      emulator.outside.deleteSnapshot(801);
      emulator.outside.createSnapshot({ id: 801, serverId: 12346, name: "golden" });
      return "web-server-01";
    });

    expect([code, writes()]).toEqual([2, []]);
    expect(stderr).toMatch(/snapshot 801 .* is not of server 12345\. Nothing was restored\./);
  });

  it("comes before the safety snapshot", async () => {
    const { code } = await asked("no", "--safety-snapshot");

    expect([code, writes()]).toEqual([130, []]);
  });

  it("is not asked with --yes", async () => {
    const { code, asked: questions } = await asked("no", "--yes");

    expect([code, questions, writes()]).toEqual([0, [], RESTORE]);
  });
});

describe("restore --yes", () => {
  it("says each minute in a plain line how it is, and then the result", async () => {
    const { code, stdout, stderr } = await run("801", "--yes", "--server", "12345");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Restored .*; the server is active\.\n$/);
    expect(stdout + stderr).not.toContain("\u001b");
    expect(stderr.split("\n")).toEqual([
      'This overwrites everything on server 12345 (web-server-01) with snapshot 801 "golden", 5 days 4 hours old.',
      expect.stringContaining("it cannot be undone."),
      `${SERVER}: restoring, 10 seconds of usually 5 to 15 minutes`,
      ...[1, 2, 3, 4].map(
        (n) => `${SERVER}: restoring, ${n} minute${n === 1 ? "" : "s"} 30 seconds of usually 5 to 15 minutes`,
      ),
      `${SERVER}: active again after 5 minutes`,
      "",
    ]);
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
    const env = { VPSORG_TOKEN: "wrong-canary-token", VPSORG_ENDPOINT: emulator.endpoint };

    const { code, stdout, stderr } = await runInProcess(["restore", "801", "--yes"], env);

    expect([code, stdout, writes()]).toEqual([4, "", []]);
    expect(stderr).toContain("VPS.org did not accept the API token");
    expect(stderr).not.toContain("wrong-canary-token");
  });

  it("ends with 4 where the token is revoked in the wait, and says that the restore goes on", async () => {
    emulator.setBehaviour({ neverEndsRestoring: true });
    emulator.fault({
      match: { method: "GET" },
      // It has seen the server restoring.
      skip: 8,
      times: 0,
      action: { kind: "status", status: 401, body: { detail: "Invalid token." } },
    });

    const { code, stderr } = await run("801", "--yes");

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

  it("takes no longer than --timeout", async () => {
    emulator.setBehaviour({ neverCompletes: true });

    const { code, stderr } = await run("801", "--yes", "--safety-snapshot", "--timeout", "1s");

    expect([code, restores()]).toEqual([5, []]);
    expect(stderr).toMatch(/before-restore-.* is still "in_progress" after .*Nothing was restored/);
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
    const { code, stdout, stderr } = await run("--watch", "12345");

    expect([code, stdout, writes()]).toEqual([0, `${SERVER} is active; it was not seen restoring.\n`, []]);
    const [shown] = stderr.split("\n");
    expect(shown).toMatch(/^server 12345 \(web-server-01\): active, watched for \d+ seconds?$/);
  });

  it("does not know since when the server is restoring", async () => {
    emulator.outside.startRestore(801);

    const { code, stdout, stderr } = await run("--watch", "12345");

    expect([code, stdout]).toEqual([0, `${SERVER} is active.\n`]);
    const shown = stderr.split("\n").filter((line) => line.startsWith(SERVER));
    expect(shown[0]).toMatch(
      /: restoring, watched for \d+ seconds?; a restore usually takes 5 to 15 minutes$/,
    );
    expect(shown.at(-1)).toBe(`${SERVER}: active again`);
  });

  it("says of a server that is not restoring no more than it has seen, when the time is up", async () => {
    const { code, stderr } = await run("--watch", "12345", "--timeout", "1s");

    expect(code).toBe(5);
    expect(stderr).toContain(
      `error: ${SERVER} was watched for 1 second, and was not seen restoring; it is "active". A restore that was requested ` +
        "just before may not show yet: do not restore again before the server was watched for longer. Watch again with",
    );
  });

  it("ends with 3 where the server is gone while it is watched", async () => {
    emulator.outside.startRestore(801);
    void clock.sleep(120_000).then(() => emulator.outside.removeServer(12345));

    const { code, stderr } = await run("--watch", "12345");

    expect(code).toBe(3);
    expect(stderr).toContain(`error: ${SERVER} disappeared while it was watched.`);
  });

  it("says that it cannot see the server where the token is not accepted any more", async () => {
    emulator.fault({
      match: { method: "GET", path: "/servers/12345/$" },
      times: 0,
      skip: 1,
      action: { kind: "status", status: 401, body: { detail: "Invalid token." } },
    });

    const { code, stderr } = await run("--watch", "12345");

    expect(code).not.toBe(0);
    expect(stderr).toContain(`error: ${SERVER} cannot be seen: `);
    expect(stderr).not.toContain("was requested");
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
