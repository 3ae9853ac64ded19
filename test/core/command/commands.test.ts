import { startEmulator } from "../../tools/emulator";
import type { Emulator } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { SimulatedClock } from "../../tools/support/simulated-clock";
import { runInProcess } from "./in-process";

const OLD = "2026-01-10T08:00:00Z";
const SEEDS = [
  { id: 801, serverId: 12345, name: "golden", description: 'the "good" one', createdAt: OLD },
  { id: 802, serverId: 12345, name: "broken", status: "failed", createdAt: "2026-01-11T08:00:00Z" },
  { id: 803, serverId: 12346, name: "others", createdAt: "2026-01-12T08:00:00Z" },
];

let clock: SimulatedClock;
let emulator: Emulator;

beforeEach(async () => {
  // The doctor compares it with the dates of the answers.
  clock = new SimulatedClock(Date.now());
  emulator = await startEmulator({ token: CANARY, now: () => clock.now(), snapshots: SEEDS });
});

afterEach(async () => {
  clock.close();
  await emulator.close();
});

/** What came out: the result on standard output, all else on standard error. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, answer?: string) {
  const account = { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint };
  const person = answer === undefined ? undefined : () => answer;
  const { code, stdout, stderr, asked } = await runInProcess(
    args,
    { ...account, ...env },
    { answer: person, clock },
  );
  return { code, stdout, said: stderr, output: stdout + stderr, asked };
}

const writes = () =>
  emulator.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));

describe("list", () => {
  it("shows a table, newest first, and how many more the server takes", async () => {
    const { code, stdout, said } = await run(["list", "--server", "12345"]);

    expect(code).toBe(0);
    expect(stdout.replace(/\d+ days( \d+ hours?)?$/gm, "AGE")).toBe(
      `ID   NAME    SERVER                 STATUS     SIZE     AGE
802  broken  12345 (web-server-01)  failed     -        AGE
801  golden  12345 (web-server-01)  completed  5120 MB  AGE
`,
    );
    expect(said).toBe("3 more can be taken of server 12345.\n");
    expect(emulator.requests()).toHaveLength(1);
  });

  it("gives JSON that a script can read, and nothing else", async () => {
    const { code, output } = await run(["list", "--server", "12346", "--json"]);

    expect([code, JSON.parse(output)]).toEqual([
      0,
      {
        snapshots: [
          {
            id: "803",
            name: "others",
            serverId: "12346",
            serverName: "db-server-01",
            status: "completed",
            sizeMb: 81920,
            createdAt: "2026-01-12T08:00:00Z",
          },
        ],
        remainingSlots: 4,
      },
    ]);
  });

  it("says so where there are none", async () => {
    const { code, stdout, said } = await run(["list", "--server", "12347"]);

    expect([code, stdout]).toEqual([0, ""]);
    expect(said).toBe("Server 12347 has no snapshots.\n5 more can be taken of server 12347.\n");
  });
});

describe("create", () => {
  it("waits until the snapshot is completed, in plain lines where there is no terminal", async () => {
    const { code, stdout, said } = await run([
      ...["create", "--server", "12345", "--name", "first", "--description", "From a script"],
    ]);

    const made = emulator.model.listSnapshots(12345).find(({ name }) => name === "first");
    expect(made).toMatchObject({ status: "completed", description: "From a script" });
    const what = `snapshot ${String(made?.id)} "first" of server 12345 (web-server-01)`;
    expect([code, stdout]).toEqual([0, `${what} is completed.\n`]);
    expect(said.startsWith(`${what}: in_progress, `)).toBe(true);
    expect(said).not.toContain("\u001b");
    expect(writes()).toEqual(["POST /snapshots/"]);
  });

  it("does not wait with --no-wait, and gives the id as JSON", async () => {
    const { code, stdout } = await run([
      ...["create", "--server", "12346", "--name", "second", "--no-wait", "--json"],
    ]);

    const made = emulator.model.listSnapshots(12346).find(({ name }) => name === "second");
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        id: String(made?.id),
        name: "second",
        serverId: "12346",
        serverName: "db-server-01",
        status: "in_progress",
        createdAt: made?.created_at,
      },
    ]);
  });

  it("ends with 5 when the time is up, and says that it goes on", async () => {
    emulator.setBehaviour({ neverCompletes: true });
    const { code, stdout, said } = await run([
      ...["create", "--server", "12347", "--name", "slow", "--timeout", "1s"],
    ]);
    emulator.setBehaviour({ neverCompletes: null });

    expect([code, stdout]).toEqual([5, ""]);
    expect(said).toMatch(
      /error: snapshot \d+ "slow" of server 12347 \(cache-01\) is still "in_progress" after 1 second, the time allowed is 1 second\. It continues on the server; `npx --no-install pulumi-vpsorg list --server 12347` shows how far it is\. To allow more time use --timeout\.\n$/,
    );
  });

  it("ends with 1 where VPS.org says that it failed", async () => {
    emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    const { code, said } = await run(["create", "--server", "12347", "--name", "fails"]);
    emulator.setBehaviour({ finalSnapshotStatus: null });

    expect(code).toBe(1);
    expect(said).toMatch(
      /"fails" of server 12347 \(cache-01\) ended as "failed" .*delete it with `npx --no-install pulumi-vpsorg delete \d+`/,
    );
  });

  it("ends with 1 where the server is full, and names what could go", async () => {
    emulator.outside.fillServer(12346);
    const { code, said } = await run(["create", "--server", "12346", "--name", "sixth"]);

    expect(code).toBe(1);
    expect(said).toMatch(/^error: .*12346.* 5 /);
    expect(said).toMatch(/ {2}803 {2}others /);
    expect(writes()).toEqual([]);
  });

  it("ends with 1 where the name is taken, and gives advice that the command can follow", async () => {
    const { code, said } = await run(["create", "--server", "12345", "--name", "golden"]);

    expect([code, writes()]).toEqual([1, []]);
    expect(said).toMatch(
      /^error: snapshot 801 "golden" of server 12345 \(web-server-01\) exists already .*Nothing was created\./,
    );
    // --name is required: it cannot be left out.
    expect(said).not.toContain("leave it out");
  });

  it("ends with 3 where there is no such server, and names the option", async () => {
    const { code, said } = await run(["create", "--server", "99999", "--name", "x"]);

    expect(code).toBe(3);
    expect(said).toContain('snapshot "x" of server 99999 was not created: VPS.org answered 404');
    expect(said).toContain("--server");
    expect(said).not.toContain("serverId");
  });
});

describe("delete", () => {
  it("deletes with --yes, exactly that one", async () => {
    const before = emulator.model.listSnapshots().length;
    const { code, stdout, said } = await run(["delete", "802", "--yes"]);

    expect([code, stdout, said]).toEqual([
      0,
      'Deleted snapshot 802 "broken" of server 12345 (web-server-01).\n',
      "",
    ]);
    expect(writes()).toEqual(["DELETE /snapshots/802/"]);
    expect(emulator.model.listSnapshots()).toHaveLength(before - 1);
  });

  it("refuses without --yes where nobody can answer", async () => {
    const { code, stdout, said } = await run(["delete", "801"]);

    expect([code, stdout, writes()]).toEqual([2, "", []]);
    expect(said).toBe(
      'error: cannot ask for confirmation without a terminal: pass --yes to delete snapshot 801 "golden" of server 12345 (web-server-01)\n',
    );
  });

  it("ends with 3 where there is none, and lists what there is", async () => {
    const { code, said } = await run(["delete", "999", "--yes"]);

    expect([code, writes()]).toEqual([3, []]);
    expect(said).toMatch(/^error: no snapshot matches id "999"\. The snapshots in this account:\n/);
    expect(said).toContain("  801  golden  ");
  });

  it("gives JSON, of errors too", async () => {
    const missing = await run(["delete", "999", "--yes", "--json"]);
    expect([missing.code, missing.stdout]).toEqual([3, ""]);
    expect(JSON.parse(missing.said)).toEqual({
      error: { code: "NOT_FOUND", message: expect.stringContaining("no snapshot matches id") as string },
    });

    const done = await run(["delete", "801", "--yes", "--json"]);
    expect([done.code, JSON.parse(done.output)]).toEqual([0, { id: "801", deleted: true }]);
  });
});

describe("doctor", () => {
  it("reads only, and gives a table", async () => {
    const { code, stdout, said } = await run(["doctor"]);

    expect([code, said]).toEqual([0, "looking at the account; nothing is changed\n"]);
    expect(stdout).toMatch(/^CHECK +RESULT +FOUND\nendpoint +differs +another endpoint, on this machine\n/);
    expect(stdout).toMatch(/^servers: one +ok +\/servers\/ID\/ is there$/m);
    expect(writes()).toEqual([]);
  });

  it("gives a report without the account, and an exit code for a token that is refused", async () => {
    const refused = { VPSORG_TOKEN: "another-token-of-nobody" };
    const { code, stdout, said } = await run(["doctor", "--report"], refused);

    expect(code).toBe(4);
    expect(said).toContain(
      "error: the provider cannot work with all of this: token (401 to GET /snapshots/)\n",
    );
    expect(stdout).toMatch(/^### pulumi-vpsorg doctor\n/);
    expect(stdout).toContain("| token | FAILS | 401 to GET /snapshots/ |");
    expect(stdout + said).not.toMatch(/127\.0\.0\.1|nobody|emulator-/);
    expect(emulator.requests()).toHaveLength(1);
  });
});

describe("where the account cannot be reached", () => {
  it("says that there is no token, and where it belongs", async () => {
    const { code, output } = await run(["list"], { VPSORG_TOKEN: "" });

    expect([code, output]).toEqual([
      2,
      "error: there is no VPS.org API token: set the environment variable VPSORG_TOKEN\n",
    ]);
    expect(emulator.requests()).toEqual([]);
  });

  it("ends with 4 where the token is not accepted, and advises what works here", async () => {
    const { code, said } = await run(["list"], { VPSORG_TOKEN: "wrong-canary-token" });

    expect(code).toBe(4);
    expect(said).toContain("VPS.org did not accept the API token");
    expect(said).toContain("VPSORG_TOKEN");
    expect(said).not.toContain("wrong-canary-token");
    // This command does not read the configuration of a Pulumi project.
    expect(said).not.toContain("pulumi config");
  });

  it("ends with 1 where the API is down, and names what this command reads", async () => {
    const { code, stdout, said } = await run(["list", "--endpoint", "http://127.0.0.1:1/api/v1"]);

    expect([code, stdout]).toEqual([1, ""]);
    expect(said).toMatch(
      /^error: the snapshots could not be listed: no answer from VPS\.org to GET \/snapshots\/: the connection was refused\. /,
    );
    expect(said).toMatch(/VPSORG_ENDPOINT|--endpoint/);
    expect(said).not.toContain("vpsorg:endpoint");
  });
});

describe("the question before a delete", () => {
  const WHAT = 'snapshot 801 "golden" of server 12345 (web-server-01)';

  it("says what is lost before it asks", async () => {
    const { said, asked } = await run(["delete", "801"], {}, "no");

    expect(said).toMatch(
      /^This deletes snapshot 801 "golden" of server 12345 \(web-server-01\), .* old\. It cannot be undone\.\n/,
    );
    expect(asked).toEqual(["Delete it? (yes/no) "]);
  });

  it.each(["yes", "y", "YES"])("%j deletes", async (answer) => {
    const { code, stdout } = await run(["delete", "801"], {}, answer);

    expect([code, stdout, writes()]).toEqual([0, `Deleted ${WHAT}.\n`, ["DELETE /snapshots/801/"]]);
  });

  it.each(["no", "", "yes please", "n"])("%j deletes nothing, says so, and is no success", async (answer) => {
    const { code, stdout, said } = await run(["delete", "801"], {}, answer);

    expect([code, stdout, writes()]).toEqual([130, "", []]);
    expect(said).toContain("Nothing was deleted.");
  });

  it("is not asked with --yes", async () => {
    const { code, asked, said } = await run(["delete", "801", "--yes"], {}, "no");

    expect([code, asked, said, writes()]).toEqual([0, [], "", ["DELETE /snapshots/801/"]]);
  });
});
