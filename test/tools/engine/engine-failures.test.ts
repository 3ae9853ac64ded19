import { inProject, rows, thingType } from "./fixtures-engine/project";

jest.setTimeout(120_000);

const urn = (name: string) => `urn:pulumi:dev::files::${thingType}::${name}`;
test.concurrent(
  "what does not pass the check is named, and nothing of it happens",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "bad", size: 10 } });
    for (const command of [["preview"], ["up", "-f"]]) {
      const { code, stdout } = await project.run(...command);
      expect(code).toBe(1);
      expect(stdout).toContain(
        `error: ${thingType} resource 'a': property value value {bad} has a problem: must not be bad`,
      );
      expect(stdout).toContain(
        `error: ${thingType} resource 'a': property size value {10} has a problem: at most 9`,
      );
    }
    expect(project.calls("create")).toEqual([]);
    expect(await project.resource("a")).toBeUndefined();
  }),
);

test.concurrent(
  "a failed create leaves no trace and stops what depends on it",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "refused" } }, { name: "b", from: "a" });
    const { code, stdout } = await project.run("up", "-f");
    expect(code).toBe(1);
    expect(stdout).toContain("**creating failed**");
    expect(stdout).toContain("    error: the remote refused it");
    expect(stdout).toContain("    error: update failed");
    expect(await project.resource("a")).toBeUndefined();
    expect(rows(stdout, "b")).toEqual([]);
    expect((await project.deployment()).pending_operations ?? []).toEqual([]);
  }),
);

test.concurrent(
  "a partial create is kept with its reasons and carried on",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "half", secret: "hush" } }, { name: "b", from: "a" });
    const first = await project.run("up", "-f");
    expect(first.code).toBe(1);
    expect(first.stdout).toContain("error: 1 error occurred:\n    \t* thing t1 did not become ready");
    const state = await project.resource("a");
    expect(state).toMatchObject({ id: "t1", initErrors: ["thing t1 did not become ready"] });
    expect(JSON.stringify(state)).not.toContain("hush");
    project.calls();
    const second = await project.up();
    expect(rows(second, "a")).toEqual(["~ updating", "~ updated"]);
    expect(project.calls("diff", "update", "create")).toEqual(["diff t1", "update t1 a", "create t2 b"]);
    expect(await project.resource("a")).not.toHaveProperty("initErrors");
  }),
);

test.concurrent(
  "a failed update or delete leaves the old state",
  inProject(async (project) => {
    project.things(
      { name: "a", args: { value: "one" } },
      { name: "s", args: { value: "stuck" }, opts: { dependsOn: ["a"] } },
    );
    await project.up();
    project.things(
      { name: "a", args: { value: "refused" } },
      { name: "s", args: { value: "stuck" }, opts: { dependsOn: ["a"] } },
    );
    expect((await project.run("up", "-f")).stdout).toContain("**updating failed**");
    expect(await project.resource("a")).toMatchObject({ inputs: { value: "one" } });
    const destroy = await project.run("destroy", "-f");
    expect(destroy.code).toBe(1);
    expect(destroy.stdout).toContain("error: the remote will not let it go");
    expect(await project.resource("s")).toMatchObject({ id: "t2" });
  }),
);

test.concurrent(
  "a protected resource is neither deleted nor replaced",
  inProject(async (project) => {
    project.things({ name: "a", args: { fixed: "x" }, opts: { protect: true } });
    await project.up();
    project.things({ name: "a", args: { fixed: "y" }, opts: { protect: true } });
    const replaced = await project.run("up", "-f");
    expect(replaced.code).toBe(1);
    expect(replaced.stdout).toContain(`unable to replace resource "${urn("a")}"`);
    const destroyed = await project.run("destroy", "--yes");
    expect(destroyed.code).toBe(1);
    expect(destroyed.stdout).toContain(`Preview failed: resource "${urn("a")}" cannot be deleted`);
    expect(Object.keys(project.remote())).toEqual(["t1"]);
  }),
);

test.concurrent(
  "one name twice, a program that throws, a check that throws",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "v" } }, { name: "a", args: { value: "v" } });
    const twice = await project.run("up", "-f");
    expect([twice.code, twice.stdout]).toEqual([
      1,
      expect.stringContaining(`Duplicate resource URN '${urn("a")}'`),
    ]);
    project.plan({ things: [], fail: "boom" });
    const thrown = await project.run("up", "-f");
    expect([thrown.code, thrown.stdout]).toEqual([
      1,
      expect.stringContaining("failed with an unhandled exception"),
    ]);
    expect(thrown.stdout).toContain("boom");
    project.things({ name: "c", args: { value: "crash" } });
    const crashed = await project.run("up", "-f");
    expect([crashed.code, crashed.stdout]).toEqual([1, expect.stringContaining("error: check crashed")]);
  }),
);

test.concurrent(
  "killed during a create: what was under way is known, what was done is kept",
  inProject(async (project) => {
    project.things(
      { name: "a", args: { value: "one" } },
      { name: "k", args: { wait: 60_000 }, opts: { dependsOn: ["a"] } },
    );
    const { child, ended } = project.start(["up", "-f"]);
    await project.awaitCall("creating k");
    child.kill("SIGKILL");
    await ended;
    const left = await project.deployment();
    expect(left.pending_operations).toMatchObject([{ type: "creating", resource: { urn: urn("k") } }]);
    expect(await project.resource("a")).toMatchObject({ id: "t1" });
    await project.ok("cancel", "--yes");

    project.things(
      { name: "a", args: { value: "one" } },
      { name: "k", args: { wait: 1 }, opts: { dependsOn: ["a"] } },
    );
    const up = await project.up();
    expect(up).toContain("with 1 pending operations from previous deployment.");
    expect(up).toContain(`      * ${urn("k")}, interrupted while creating`);
    expect(up).toContain("    + 1 created");
    expect((await project.deployment()).pending_operations).toHaveLength(1);
    await project.ok("refresh", "-f", "--clear-pending-creates");
    expect((await project.deployment()).pending_operations ?? []).toEqual([]);
  }),
);

test.concurrent(
  "one ^C lets the create under way end and begins nothing",
  inProject(async (project) => {
    project.things({ name: "i", args: { wait: 4000 } }, { name: "j", from: "i" });
    const { child, ended } = project.start(["up", "-f"]);
    await project.awaitCall("creating i");
    const second = await project.run("up", "-f");
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringContaining("the stack is currently locked"),
    ]);
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    expect(code).toBe(1);
    expect(stdout).toContain("error: update canceled");
    expect(rows(stdout, "i")).toEqual(["+ creating", "+ created"]);
    expect(await project.resource("i")).toMatchObject({ id: "t1" });
    expect(project.calls("create")).toEqual(["create t1 i"]);
  }),
);

test.concurrent(
  "a second ^C leaves it pending",
  inProject(async (project) => {
    project.things({ name: "n", args: { wait: 60_000 } });
    const { child, ended } = project.start(["up", "-f"]);
    await project.awaitCall("creating n");
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(8);
    expect(stderr).toContain("error: update cancelled");
    expect((await project.deployment()).pending_operations).toMatchObject([{ type: "creating" }]);
  }),
);
