import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY } from "../tools/support/account";
import { Deployment } from "../tools/support/deployment";
import { ROOT } from "../tools/support/project";

jest.setTimeout(120_000);

const SERVERS = [1, 2, 3, 4, 5].map((n) => ({ id: 12340 + n, name: `server-${n}` }));
/** On each server four that the stack is to take over, of the same names everywhere, and one of somebody else. */
const OURS = SERVERS.flatMap(({ id: serverId }, s) =>
  [1, 2, 3, 4].map((n) => ({
    id: 900 + 4 * s + n,
    serverId,
    name: n === 4 ? `ours-${serverId}` : `ours-${n}`,
    ...(n === 1 ? { description: `The "first" of ${serverId}\nin two lines` } : {}),
  })),
);
const FOREIGN = SERVERS.map(({ id: serverId }, s) => ({ id: 800 + s, serverId, name: "somebody-elses" }));
const FAILED = { id: 700, serverId: 12341, name: "ours-failed", status: "failed" };

const files = {
  "Pulumi.yaml": "name: test\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "test", main: "index.ts" }),
};

describe("20 snapshots of 5 servers, imported by a file", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open(
      // The program is the one that the command has printed, and its types have to be right.
      { files, env: { VPSORG_TOKEN: CANARY, PULUMI_NODEJS_TRANSPILE_ONLY: "false" } },
      { servers: SERVERS, snapshots: [...OURS, ...FOREIGN, FAILED] },
    );
  });

  afterAll(() => stack.close());

  afterEach(() => {
    expect(stack.writes().filter((write) => write.startsWith("POST"))).toEqual([]);
  });

  const command = (...args: string[]) =>
    stack.project.node(join(ROOT, "dist", "cli", "main.js"), "import-file", ...args);
  const file = () => join(stack.project.dir, "import.json");

  it("are written to the file, in one look at the account", async () => {
    const done = await command("--name-regex", "^ours-", "--out", "import.json");

    expect(done.code).toBe(0);
    expect(stack.emulator.requests()).toHaveLength(1);
    const { resources } = JSON.parse(readFileSync(file(), "utf8")) as {
      resources: { id: string; name: string }[];
    };
    expect(resources.map(({ id }) => Number(id)).sort()).toEqual(OURS.map(({ id }) => id));
    expect(new Set(resources.map(({ name }) => name)).size).toBe(20);
    // The program alone on standard output, so that it can be sent to a file; the rest is for people.
    writeFileSync(join(stack.project.dir, "index.ts"), done.stdout);
    expect(done.output.replace(done.stdout, "")).toBe(
      `left out: snapshot 700 "ours-failed" of server 12341 (server-1), which ended as "failed"
Wrote 20 snapshots to import.json. In the Pulumi project (CLI 3.254 or later) run

  pulumi import --file import.json --generate-code=false

and put the lines that follow into its program, before the next \`pulumi up\`: what the program does not have is deleted, or refused as protected.

`,
    );
  });

  it("leave a program that the shell has emptied, and nobody misses the warning", async () => {
    const { dir, env } = stack.project;
    const emptied = async (more: NodeJS.ProcessEnv, ...args: string[]) => {
      writeFileSync(join(dir, "imported.ts"), 'new Snapshot("mine", {});\n');
      const descriptor = openSync(join(dir, "imported.ts"), "w");
      const child = spawn(process.execPath, [join(ROOT, "dist", "cli", "main.js"), "import-file", ...args], {
        ...{ cwd: dir, env: { ...env, ...more } },
        stdio: ["ignore", descriptor, "pipe"],
      });
      let printed = "";
      child.stderr?.on("data", (data: Buffer) => (printed += data.toString()));
      await once(child, "close");
      closeSync(descriptor);
      return printed;
    };
    const warning =
      "warning: the file that the output goes to is empty now. If a program imports it, bring it back";

    expect(await emptied({}, "--out", "import.json")).toContain(warning);
    expect(await emptied({ VPSORG_TOKEN: "" }, "--out", "other.json")).toContain(warning);
    expect(await emptied({}, "--bogus")).toContain(warning);
    expect(await emptied({}, "--name-regex", "^ours-", "--out", "other.json")).not.toContain(warning);
    expect(readFileSync(join(dir, "imported.ts"), "utf8")).toContain("new Snapshot(");
    rmSync(join(dir, "imported.ts"));
  });

  it("are not written over a file that exists, unless that is asked for", async () => {
    const before = readFileSync(file(), "utf8");

    const refused = await command("--server", "12341", "--out", "import.json");
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.output).toBe(
      "error: import.json exists already: choose another file with --out, or add --force\n",
    );
    expect(readFileSync(file(), "utf8")).toBe(before);

    // Each file marks its entries anew, so that two entries for one snapshot can be told apart.
    const unmarked = (text: string): string => text.replace(/"__claim": "[0-9a-f]+"/g, "");
    const forced = await command("--name-regex", "^ours-", "--out", "import.json", "--force");
    expect(forced.code).toBe(0);
    expect(unmarked(readFileSync(file(), "utf8"))).toBe(unmarked(before));
    expect(readFileSync(file(), "utf8")).not.toBe(before);
  });

  it("are imported", async () => {
    const { output } = await stack.must(
      ...["import", "--file", "import.json", "--generate-code=false", "--yes", "--skip-preview"],
    );

    expect(output).toMatch(/= 20 imported/);
    expect((await stack.snapshots()).map(({ id }) => Number(id)).sort()).toEqual(OURS.map(({ id }) => id));
  });

  it("show no change in the next preview, with the printed program", async () => {
    stack.emulator.clearRequests();

    await stack.must("preview", "--expect-no-changes");

    expect(stack.emulator.requests()).toEqual([]);
  });

  it("are left as they are by a refresh", async () => {
    const outputs = async () => (await stack.snapshots()).map((snapshot) => snapshot.outputs);
    const before = await outputs();

    await stack.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");

    expect(await outputs()).toEqual(before);
  });

  it("are protected until an up, which does nothing else", async () => {
    stack.emulator.clearRequests();
    const refused = await stack.run("destroy", "--yes", "--skip-preview");
    expect([refused.code === 0, refused.output.includes("cannot be deleted")]).toEqual([false, true]);

    await stack.up("--expect-no-changes");

    expect(stack.writes()).toEqual([]);
  });

  it("are deleted by destroy, exactly those", async () => {
    stack.emulator.clearRequests();

    await stack.must("destroy", "--yes", "--skip-preview");

    expect(stack.writes().sort()).toEqual(OURS.map(({ id }) => `DELETE /snapshots/${id}/`));
    expect(
      stack.emulator.model
        .listSnapshots()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([FAILED, ...FOREIGN].map(({ id }) => id));
  });

  it.each([
    ["nothing matches", ["--name-regex", "^no-such"], 3],
    ["the API is down", ["--endpoint", "http://127.0.0.1:1/api/v1"], 1],
  ])("leave no file behind where %s", async (_what, args, code) => {
    rmSync(file());

    const done = await command(...args, "--out", "import.json");

    expect([done.code, done.stdout, existsSync(file())]).toEqual([code, "", false]);
    writeFileSync(file(), "");
  });

  it("never show the token", () => {
    expect(stack.traces()).not.toContain(CANARY);
  });
});
