import type { Writable } from "node:stream";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { Commands, CTRL_C, CTRL_D } from "../tools/support/command";
import type { Ended, Started } from "../tools/support/command";
import { Project } from "../tools/support/project";

jest.setTimeout(20_000);

let emulator: Emulator;
let project: Project;
const commands = new Commands();

beforeEach(async () => {
  emulator = await startEmulator({
    token: CANARY,
    speed: 400,
    snapshots: [{ id: 801, serverId: 12345, name: "golden" }],
  });
  project = new Project({
    env: { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint, VPSORG_POLL_INTERVAL_SECONDS: "0.1" },
  });
});

afterEach(async () => {
  commands.kill();
  await emulator.close();
  project.remove();
});

const start = (args: readonly string[], terminal: boolean): Started =>
  commands.start(project, args, terminal);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const deletes = () => emulator.requests().filter(({ method }) => method === "DELETE").length;
const WHAT = 'snapshot 801 "golden" of server 12345 (web-server-01)';

describe("the question before a delete", () => {
  /** Waits for the question, then types. */
  async function asked(type: (input: Writable) => void): Promise<Ended> {
    const { until, input, ended } = start(["delete", "801"], true);
    await until("Delete it? (yes/no) ");
    expect(deletes()).toBe(0);
    type(input);
    return ended;
  }

  it("says what is lost before it asks, and takes a yes", async () => {
    const { code, stdout, stderr } = await asked((input) => input.write("yes\r"));

    expect(stderr).toMatch(
      /^This deletes snapshot 801 "golden" of server 12345 \(web-server-01\), .* old\. It cannot be undone\.\n/,
    );
    expect([code, stdout]).toEqual([0, `Deleted ${WHAT}.\n`]);
    expect(emulator.model.listSnapshots()).toEqual([]);
  });

  it.each<[string, (input: Writable) => void]>([
    ["no", (input) => input.write("no\r")],
    ["Ctrl-C", (input) => input.end(CTRL_C)],
    ["Ctrl-D", (input) => input.end(CTRL_D)],
    ["the end of the input", (input) => input.end()],
  ])("%s deletes nothing, says so, and is no success", async (_what, type) => {
    const { code, stdout, stderr } = await asked(type);

    expect([code, stdout, deletes()]).toEqual([130, "", 0]);
    expect(emulator.model.listSnapshots()).toHaveLength(1);
    expect(stderr).toContain("Nothing was deleted.");
  });

  it("is not put to a pipe: a yes that nobody typed deletes nothing", async () => {
    const { input, ended } = start(["delete", "801"], false);
    input.end("yes\n");

    const { code, stderr } = await ended;

    expect([code, deletes()]).toEqual([2, 0]);
    expect(stderr).toContain("pass --yes");
  });
});

describe("progress", () => {
  const create = ["create", "--server", "12347", "--name", "first"];

  it("moves in one line on a terminal, and leaves the result alone", async () => {
    const { code, stdout, stderr } = await start(create, true).ended;

    const [made] = emulator.model.listSnapshots(12347);
    const what = `snapshot ${String(made?.id)} "first" of server 12347 (cache-01)`;
    expect([code, stdout]).toEqual([0, `${what} is completed.\n`]);
    expect(stderr).toContain(`${what}: in_progress`);
    // The line is taken away again, and the cursor is given back.
    expect(stderr).toContain("\u001b[?25l");
    expect(stderr.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stderr.lastIndexOf("\u001b[?25l"));
  });

  it("is a plain line elsewhere", async () => {
    const { stdout, stderr } = await start(create, false).ended;

    expect(stdout + stderr).not.toContain("\u001b");
    expect(stderr).toMatch(/: in_progress, /);
  });

  it("is none where a script reads JSON", async () => {
    emulator.setBehaviour({ finalSnapshotStatus: "failed" });

    const { code, stdout, stderr } = await start([...create, "--json"], false).ended;

    expect([code, stdout]).toEqual([1, ""]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "OPERATION_FAILED" } });
  });

  it("is there for a person who has a script read JSON", async () => {
    const { stdout, stderr } = await start([...create, "--json"], true).ended;

    expect(JSON.parse(stdout)).toMatchObject({ status: "completed" });
    expect(stderr).toContain(": in_progress");
  });
});

describe("Ctrl-C", () => {
  const create = ["create", "--server", "12347", "--name", "first"];

  it.each([true, false])("while it waits says what goes on (on a terminal: %p)", async (terminal) => {
    emulator.setBehaviour({ neverCompletes: true });
    const { until, interrupt, ended } = start(create, terminal);
    await until("in_progress");

    interrupt();
    const { code, stdout, stderr } = await ended;

    const [made] = emulator.model.listSnapshots(12347);
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toContain(
      `Stopped watching. snapshot ${String(made?.id)} "first" of server 12347 (cache-01) continues on the server; ` +
        "`npx --no-install pulumi-vpsorg list --server 12347` shows it.\n",
    );
    expect(deletes()).toBe(0);
  });

  it("gives JSON to a script", async () => {
    emulator.setBehaviour({ neverCompletes: true });
    const { interrupt, ended } = start([...create, "--json"], false);
    for (let i = 0; emulator.model.listSnapshots(12347).length === 0 && i < 400; i++) await pause(25);
    await pause(200);

    interrupt();
    const { code, stderr } = await ended;

    expect(code).toBe(130);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "ABORTED", message: expect.stringContaining("Stopped watching.") as string },
    });
  });

  it("while the create is not answered says that it may have happened", async () => {
    const fault = emulator.fault({
      match: { method: "POST" },
      when: "after",
      action: { kind: "delay", ms: 5000 },
    });
    const { interrupt, ended } = start(create, false);
    for (let i = 0; fault.hits() === 0 && i < 400; i++) await pause(25);

    interrupt();

    expect(await ended).toEqual({
      code: 130,
      stdout: "",
      stderr:
        'Interrupted. Snapshot "first" may or may not have been started; `npx --no-install pulumi-vpsorg list --server 12347` shows it if it was.\n',
    });
  });

  it("while a delete is not answered says that it may have happened", async () => {
    const fault = emulator.fault({
      match: { method: "DELETE" },
      when: "after",
      action: { kind: "delay", ms: 5000 },
    });
    const { interrupt, ended } = start(["delete", "801", "--yes"], false);
    for (let i = 0; fault.hits() === 0 && i < 400; i++) await pause(25);

    interrupt();

    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("801");
  });
});
