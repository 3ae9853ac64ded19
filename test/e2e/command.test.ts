import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { Project, ROOT } from "../tools/support/project";
import type { Finished } from "../tools/support/project";

jest.setTimeout(60_000);

/** What only a process of its own has: its streams, its exit code, its folder. The rest is in `core/command/`. */
const MAIN = join(ROOT, "dist", "cli", "main.js");

let emulator: Emulator;
let project: Project;

beforeAll(async () => {
  emulator = await startEmulator({
    token: CANARY,
    speed: 600,
    snapshots: [{ id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" }],
  });
  project = new Project({
    env: { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint, VPSORG_POLL_INTERVAL_SECONDS: "0.1" },
  });
});

afterAll(async () => {
  await emulator.close();
  project.remove();
});

const run = (...args: string[]): Promise<Finished> => project.node(MAIN, ...args);

it("has the version of the package", async () => {
  const { version } = jest.requireActual<{ version: string }>("../../package.json");

  expect(await run("--version")).toMatchObject({ code: 0, output: `${version}\n` });
});

it("gives the result on standard output, and all else on standard error", async () => {
  const { code, stdout, output } = await run("list", "--server", "12345");

  expect(code).toBe(0);
  expect(stdout.replace(/\d+ days( \d+ hours?)?$/gm, "AGE")).toBe(
    `ID   NAME    SERVER                 STATUS     SIZE     AGE
801  golden  12345 (web-server-01)  completed  5120 MB  AGE
`,
  );
  expect(output.replace(stdout, "")).toBe("4 more can be taken of server 12345.\n");
  expect(output).not.toContain("\u001b");
});

it.each([
  ["2 where it is used wrongly", ["lst"], /^error: unknown command 'lst'\n\(Did you mean list\?\)\n/],
  ["3 where nothing is found", ["delete", "999", "--yes"], /^error: no snapshot matches id "999"/],
  [
    "1 where the API is down",
    ["list", "--endpoint", "http://127.0.0.1:1/api/v1"],
    /^error: the snapshots could not be listed: .* the connection was refused\. /,
  ],
])("ends with %s", async (what, args, message) => {
  const { code, stdout, output } = await run(...args);

  expect([code, stdout]).toEqual([Number(what[0]), ""]);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
});

it("ends with 4 where the token is not accepted", async () => {
  const { VPSORG_TOKEN: token = "" } = project.env;
  project.env["VPSORG_TOKEN"] = "wrong-canary-token";

  const { code, output } = await run("list").finally(() => (project.env["VPSORG_TOKEN"] = token));

  expect(code).toBe(4);
  expect(output).toContain("VPS.org did not accept the API token");
  expect(output).not.toContain("wrong-canary-token");
});

it("ends quietly where nobody reads what it prints", async () => {
  const { code, output } = await project.node(
    "-e",
    `const { spawn } = require("node:child_process");
const child = spawn(process.execPath, [${JSON.stringify(MAIN)}, "list"], { stdio: ["ignore", "pipe", "inherit"] });
child.stdout.destroy();
child.on("close", (code) => console.log("ended with", code));`,
  );

  expect([code, output]).toEqual([0, "ended with 0\n"]);
});

it("writes the file of an import into its own folder, and says that it is taken", async () => {
  const file = join(project.dir, "vpsorg-import.json");

  const first = await run("import-file");

  expect([first.code, existsSync(file)]).toEqual([0, true]);
  writeFileSync(file, "");
  expect(await run("import-file")).toMatchObject({
    code: 2,
    output: "error: vpsorg-import.json exists already: choose another file with --out, or add --force\n",
  });
});
