import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../tools/emulator";
import type { Emulator } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { runInProcess } from "./in-process";

/** The command as somebody uses it who does not know it yet. */

let emulator: Emulator;
let dir: string;

beforeAll(async () => {
  emulator = await startEmulator({
    token: CANARY,
    snapshots: [{ id: 801, serverId: 12345, name: "golden" }],
  });
  dir = mkdtempSync(join(tmpdir(), "command-"));
});

afterAll(async () => {
  await emulator.close();
  rmSync(dir, { recursive: true });
});

async function run(...args: string[]) {
  const done = await runInProcess(args, { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: emulator.endpoint });
  return { ...done, output: done.stdout + done.stderr };
}

describe("help", () => {
  it("without a command is the help, and an exit code for scripts", async () => {
    const { code, stdout, output } = await run();

    expect([code, stdout]).toEqual([2, ""]);
    expect(output).toContain("Usage: pulumi-vpsorg [options] [command]");
  });

  it("of the whole names every command, the environment and the exit codes", async () => {
    const { code, stdout, output } = await run("--help");

    expect([code, output]).toEqual([0, stdout]);
    for (const command of ["list", "create", "delete", "import-file", "doctor"])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(stdout).toMatch(/VPSORG_TOKEN .*required/);
    expect(stdout).toContain("VPSORG_ENDPOINT");
    expect(stdout).toContain(
      "Exit codes: 0 done, 1 failed, 2 used wrongly, 3 not found, 4 not authorised, 5 timed out, 130 interrupted.",
    );
  });

  it.each([
    ["list", ["--server <id>"]],
    ["create", ["--server <id>", "--name <name>", "--description <text>", "--timeout <time>", "--no-wait"]],
    ["delete", ["<id>", "--yes"]],
    ["doctor", ["--report"]],
    [
      "import-file",
      ["--server <id>", "--name-regex <pattern>", "--out <file>", "--program <file>", "--force"],
    ],
  ])("of %s names its options", async (command, options) => {
    const { code, stdout } = await run(command, "--help");

    expect(code).toBe(0);
    for (const option of [...options, "--json", "--endpoint <url>"]) expect(stdout).toContain(option);
    expect(emulator.requests()).toEqual([]);
  });

  it("has the version of the package", async () => {
    const manifest = readFileSync(join(process.cwd(), "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };

    expect(await run("--version")).toMatchObject({ code: 0, output: `${version}\n` });
  });
});

describe("used wrongly", () => {
  const HINT = "(add --help for the options)\n";

  it.each<[string[], string]>([
    [["bogus"], `error: unknown command 'bogus'\n${HINT}`],
    [["lst"], `error: unknown command 'lst'\n(Did you mean list?)\n${HINT}`],
    [["list", "--bogus"], `error: unknown option '--bogus'\n${HINT}`],
    [["list", "12345"], /^error: too many arguments for 'list'\. .*\n\(add --help for the options\)\n$/],
    [["create"], `error: required option '--server <id>' not specified\n${HINT}`],
    [["create", "--server", "12345"], `error: required option '--name <name>' not specified\n${HINT}`],
    [["create", "--server"], `error: option '--server <id>' argument missing\n${HINT}`],
    [["delete"], `error: missing required argument 'id'\n${HINT}`],
    [["delete", "abc"], 'error: id must be a positive whole number or a UUID; it is "abc"\n'],
    [
      ["create", "--server", "web", "--name", "a b"],
      'error: --server must be the id of a server, a positive whole number or a UUID; it is "web"; --name must be letters, digits, hyphens and underscores only; it is "a b"\n',
    ],
    [
      ["create", "--server", "1", "--name", "a", "--timeout", "soon"],
      'error: --timeout must be a time such as 45m or 1h30m; it is "soon"\n',
    ],
    [
      ["create", "--server", "1", "--name", "a", "--timeout", "0s"],
      'error: --timeout must be a time such as 45m or 1h30m; it is "0s"\n',
    ],
    [["list", "--server", "web"], 'error: --server must be a positive whole number or a UUID; it is "web"\n'],
    [["import-file", "--name-regex", "("], 'error: --name-regex is not a regular expression: "("\n'],
    [
      ["list", "--endpoint", "http://example.com"],
      /^error: the endpoint in --endpoint must start with https:\/\/ .*\n$/,
    ],
  ] as [string[], string][])("%j", async (args, said) => {
    emulator.clearRequests();

    const { code, stdout, output } = await run(...args);

    expect([code, stdout]).toEqual([2, ""]);
    if (typeof said === "string") expect(output).toBe(said);
    else expect(output).toMatch(said);
    expect(emulator.requests()).toEqual([]);
  });

  it.each<[string[], string]>([
    [["list", "--bogus"], "unknown option '--bogus'"],
    [["lst"], "unknown command 'lst' (Did you mean list?)"],
    [["create"], "required option '--server <id>' not specified"],
    [["delete"], "missing required argument 'id'"],
    [["list", "--server", "web"], '--server must be a positive whole number or a UUID; it is "web"'],
  ])("%j --json", async (args, message) => {
    const { code, stdout, output } = await run(...args, "--json");

    expect([code, stdout]).toEqual([2, ""]);
    expect(JSON.parse(output)).toEqual({ error: { code: "INVALID_ARGUMENT", message } });
  });
});

describe("import-file where it cannot write", () => {
  it("says which file and why, and what to do", async () => {
    const file = join(dir, "no", "such", "folder.json");

    const { code, stdout, output } = await run("import-file", "--out", file);

    expect([code, stdout]).not.toEqual([0, ""]);
    expect(output).toContain(file);
    expect(output).toContain("--out");
    expect(output).not.toContain("ENOENT");
  });

  it("gives JSON of what it wrote", async () => {
    const file = join(dir, "some.json");

    const { code, output } = await run("import-file", "--out", file, "--json");

    expect([code, JSON.parse(output)]).toEqual([
      0,
      { file, snapshots: ["801"], program: expect.stringContaining("new Snapshot") as string },
    ]);
    expect(existsSync(file)).toBe(true);
  });

  it("overwrites no file", async () => {
    const file = join(dir, "taken.json");
    writeFileSync(file, "");

    const { code, output } = await run("import-file", "--out", file);

    expect([code, output]).toEqual([
      2,
      `error: ${file} exists already: choose another file with --out, or add --force\n`,
    ]);
  });

  it.each([
    ["server", ["--server", "12346"], "12346"],
    ["pattern", ["--name-regex", "^x"], "^x"],
  ])("says for which %s there is nothing to import", async (_what, args, named) => {
    const { code, stdout, output } = await run("import-file", ...args, "--out", join(dir, "none.json"));

    expect([code, stdout, existsSync(join(dir, "none.json"))]).toEqual([3, "", false]);
    expect(output).toContain("nothing was written");
    expect(output).toContain(named);
  });
});

describe("import-file --program", () => {
  /** New names for each test: nothing of it exists. */
  const named = (program: string, out = "list.json") => {
    const folder = mkdtempSync(join(dir, "project-"));
    const [file, list] = [join(folder, program), join(folder, out)];
    return { folder, file, list, args: ["import-file", "--out", list, "--program", file] };
  };

  it("writes the program, and says what comes next", async () => {
    const { file, list, args } = named("imported.ts");

    const { code, stdout, stderr } = await run(...args);

    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toBe(
      `Wrote 1 snapshot to ${list}, and the program for it to ${file}. In the Pulumi project (CLI 3.254 or later) run\n\n` +
        `  pulumi import --file ${list} --generate-code=false\n\nand import ${file} in its program, before the next \`pulumi up\`: ` +
        "what the program does not have is deleted, or refused as protected.\n",
    );
    expect(readFileSync(file, "utf8")).toMatch(
      /^import \{ Snapshot \} from "pulumi-vpsorg";\n\nnew Snapshot\("golden", /,
    );
    expect(existsSync(list)).toBe(true);
  });

  it("gives JSON of both files", async () => {
    const { file, list, args } = named("imported.ts");

    const { code, stdout } = await run(...args, "--json");

    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { file: list, programFile: file, snapshots: ["801"], program: readFileSync(file, "utf8") },
    ]);
  });

  it.each([[], ["--force"]])(
    "never overwrites a program, with %j: what it lost would be deleted",
    async (...force) => {
      const { file, list, args } = named("imported.ts");
      writeFileSync(file, "new Snapshot();");

      const { code, output } = await run(...args, ...force);

      expect([code, output]).toEqual([
        2,
        `error: --program ${file}: it exists already, and what a program does not have any more is deleted by the next \`pulumi up\`: choose another file\n`,
      ]);
      expect([readFileSync(file, "utf8"), existsSync(list)]).toEqual(["new Snapshot();", false]);
    },
  );

  it("refuses a name under which the import would find the list, or nothing", async () => {
    const same = named("all.ts", "all.json");
    expect(await run(...same.args)).toMatchObject({
      code: 2,
      output: `error: --program ${same.file}: an import of it would find ${same.list}, which has the same name: choose another one\n`,
    });
    const text = named("imported.txt");
    expect(await run(...text.args)).toMatchObject({
      code: 2,
      output: `error: --program ${text.file}: it has to end with .ts or .js, so that a program can import it\n`,
    });
    expect([existsSync(same.file), existsSync(text.file)]).toEqual([false, false]);
  });

  it("writes neither file where one cannot be written", async () => {
    const { file, folder, list, args } = named("imported.ts");
    const elsewhere = join(folder, "no", "list.json");
    expect(await run(...args, "--out", elsewhere)).toMatchObject({
      code: 2,
      output: `error: cannot write ${elsewhere}: its folder does not exist; choose another file with --out\n`,
    });
    expect(existsSync(file)).toBe(false);

    const lost = join(folder, "no", "imported.ts");
    expect(await run("import-file", "--out", list, "--program", lost)).toMatchObject({
      code: 2,
      output: `error: cannot write ${lost}: its folder does not exist; choose another file with --program\n`,
    });
    expect(existsSync(list)).toBe(false);
  });
});
