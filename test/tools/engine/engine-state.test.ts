import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { code, inProject, Project, rows, thingType } from "./fixtures-engine/project";

jest.setTimeout(120_000);

/** Every file that belongs to the project, its state included. */
function everything(project: Project): string {
  const home = dirname(project.dir);
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const ours = files.filter(({ name }) => !name.startsWith("remote.json") && name !== "plan.json");
  return ours.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).join("\n");
}

test.concurrent(
  "secrets are in the clear for the provider and nowhere else",
  inProject(async (project) => {
    await project.ok("config", "set", "--secret", "token", "tok-in-config");
    await project.ok("config", "set", "mark", "hello");
    expect((await project.ok("config", "get", "token")).trim()).toBe("tok-in-config");
    project.plan({
      things: [
        {
          name: "a",
          args: { secret: "sec-in-args", value: "one" },
          opts: { additionalSecretOutputs: ["upper"] },
        },
      ],
      outputs: { hidden: ["a", "secret"], also: ["a", "upper"] },
    });
    const up = await project.ok("up", "--yes");
    expect(up).toContain("also  : [secret]");
    expect(up).not.toContain("sec-in-args");
    expect(project.calls("configure")).toContain('configure {"token":"tok-in-config","mark":"hello"}');
    expect(project.remote()["t1"]).toMatchObject({ secret: "sec-in-args" });
    for (const text of ["tok-in-config", "sec-in-args"]) expect(everything(project)).not.toContain(text);
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const state = await project.resource("a");
    expect(state?.inputs).toMatchObject({ secret });
    expect(state?.outputs).toMatchObject({ secret, upper: secret, value: "one" });
    expect(JSON.parse(await project.ok("stack", "output", "--json"))).toEqual({
      hidden: "[secret]",
      also: "[secret]",
    });
    expect((await project.ok("stack", "output", "hidden", "--show-secrets")).trim()).toBe("sec-in-args");
    project.calls();
    expect(await project.up()).toContain("    2 unchanged");
  }),
);

test.concurrent(
  "refresh and destroy use the configuration in state, unless they run the program",
  inProject(async (project) => {
    await project.ok("config", "set", "--secret", "token", "first");
    project.things({ name: "a", args: { value: "one" } });
    await project.up();
    await project.ok("config", "set", "--secret", "token", "second");
    project.calls();
    await project.ok("refresh", "--yes", "--skip-preview");
    await project.ok("refresh", "--yes", "--skip-preview", "--run-program");
    expect(project.calls("configure")).toEqual([
      'configure {"token":"first"}',
      'configure {"token":"second"}',
    ]);
    await project.ok("destroy", "--yes", "--skip-preview");
    expect(project.calls("configure")).toEqual(['configure {"token":"second"}']);
  }),
);

test.concurrent(
  "no passphrase, a wrong one",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "one" } });
    const none = await project.start(["up", "-f"], { PULUMI_CONFIG_PASSPHRASE: undefined }).ended;
    expect(none.code).not.toBe(0);
    expect(none.stderr).toContain("passphrase must be set with PULUMI_CONFIG_PASSPHRASE");
    const wrong = await project.start(["up", "-f"], { PULUMI_CONFIG_PASSPHRASE: "wrong" }).ended;
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain("incorrect passphrase");
  }),
);

test.concurrent(
  "refresh takes up what changed and forgets what is gone",
  inProject(async (project) => {
    project.things(
      { name: "a", args: { value: "one" } },
      { name: "b", from: "a" },
      { name: "c", opts: { dependsOn: ["b"] } },
    );
    await project.up();
    const { t2: _, ...rest } = project.remote();
    project.setRemote({ ...rest, t1: { name: "a", value: "moved" } });
    const only = await project.run("refresh", "--preview-only", "--expect-no-changes");
    expect([only.code, only.stdout]).toEqual([
      7,
      expect.stringContaining("    ~ 1 to update\n    - 1 to delete\n    2 changes. 2 unchanged"),
    ]);
    expect(only.stderr).toContain("error: no changes were expected for refresh but changes were proposed");
    expect(await project.resource("b")).toBeDefined();
    for (const other of ["--skip-preview", "--yes"]) {
      const { code, stderr } = await project.run("refresh", "--preview-only", other);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(`error: ${other} and --preview-only cannot be used together`),
      ]);
    }
    const preview = await project.run("refresh", "--yes", "--expect-no-changes");
    expect(preview.code).toBe(7);
    expect(rows(preview.stdout, "a")).toEqual(
      expect.arrayContaining(["~ refreshing", "~ update", "~ updated"]),
    );
    expect(rows(preview.stdout, "b")).toEqual(expect.arrayContaining(["- delete", "- deleted"]));
    expect(preview.stdout).toContain("    ~ 1 updated\n    - 1 deleted\n    2 changes. 2 unchanged");
    expect(await project.resource("b")).toBeUndefined();
    expect(await project.resource("a")).toMatchObject({
      inputs: { value: "one" },
      outputs: { value: "moved" },
    });
    const up = await project.up();
    expect(rows(up, "a")).toEqual(["~ updating", "~ updated"]);
    expect(rows(up, "b")).toEqual(["+ creating", "+ created"]);
  }),
);

test.concurrent(
  "imports from a file, protected unless asked otherwise",
  inProject(async (project) => {
    project.setRemote({ t70: { name: "m", value: "seven" } });
    const inputs = { __provider: code, name: "m", value: "seven" };
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: '"imported-secret"',
    };
    const outputs = { ...inputs, secret, serial: 70, upper: "SEVEN" };
    const file = project.write("import.json", {
      resources: [{ type: thingType, name: "m", id: "t70", inputs: { ...inputs, secret }, outputs }],
    });
    const imported = await project.ok("import", "--file", file, "--yes", "--generate-code=false");
    expect(imported).toContain("Importing (dev):");
    expect(rows(imported, "m")).toEqual(expect.arrayContaining(["= import", "= importing", "= imported"]));
    expect(imported).toContain("    = 1 imported");
    expect(await project.resource("m")).toMatchObject({ id: "t70", protect: true });
    expect(JSON.stringify(await project.deployment())).not.toContain("imported-secret");

    project.things({
      name: "m",
      args: { value: "seven", secret: "imported-secret" },
      opts: { protect: true },
    });
    expect(await project.ok("preview", "--expect-no-changes")).toContain("    2 unchanged");
    project.things();
    const refused = await project.run("up", "-f");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("because it is protected");
    expect(project.remote()).toHaveProperty("t70");
  }),
);

test.concurrent(
  "stacks are told apart and selected",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "one" } });
    await project.up();
    await project.ok("stack", "init", "other");
    expect((await project.deployment()).resources ?? []).toEqual([]);
    await project.ok("stack", "select", "dev");
    expect((await project.deployment()).resources).toHaveLength(3);
    expect((await project.run("stack", "init", "dev")).stderr).toContain("already exists");
    const missing = await project.run("up", "-f", "--stack", "nope");
    expect([missing.code, missing.stderr]).toEqual([
      6,
      expect.stringContaining("no stack named 'nope' found"),
    ]);
    const full = await project.run("stack", "rm", "dev", "--yes");
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining("still has resources")]);
    expect((await project.run("up", "--frob")).stderr).toContain("unknown flag: --frob");
    expect((await project.run("frob")).stderr).toContain('unknown command "frob" for "pulumi"');
    expect((await project.run("up")).code).toBe(2);
  }),
);

test.concurrent(
  "what a program reads of it arrives whole, however slowly that program reads",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "x".repeat(1_000_000) } });
    await project.up();
    const { child, ended } = project.start(["stack", "export"]);
    child.stdout?.pause();
    setTimeout(() => child.stdout?.resume(), 2500);
    expect((await ended).stdout.trim()).toMatch(/\}$/);
  }),
);
