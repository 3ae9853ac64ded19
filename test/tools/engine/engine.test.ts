import { code, inProject, rows, thingType } from "./fixtures-engine/project";

jest.setTimeout(120_000);

test.concurrent(
  "creates, then finds nothing to do",
  inProject(async (project) => {
    project.plan({
      things: [
        { name: "a", args: { value: "one" } },
        { name: "b", from: "a" },
      ],
      outputs: { word: ["b", "upper"] },
      print: ["a line of the program"],
      warn: ["take care"],
    });
    const preview = await project.ok("preview");
    expect(preview).toMatch(/^Previewing update \(dev\):/m);
    expect(rows(preview, "a")).toEqual(["+ create"]);
    expect(preview).toContain("    + 3 to create");
    expect(project.remote()).toEqual({});
    expect((await project.deployment()).resources).toBeUndefined();

    const up = await project.up();
    expect(rows(up, "b")).toEqual(["+ creating", "+ created"]);
    expect(up).toMatch(/Diagnostics:\n {2}pulumi:pulumi:Stack \(files-dev\):\n/);
    expect(up).toContain("    a line of the program");
    expect(up).toContain("    warning: take care");
    expect(up).toContain('Outputs:\n    word: "ONE"');
    expect(up).toMatch(/Resources:\n {4}\+ 3 created\n\nDuration: \d+s/);
    expect(project.remote()).toEqual({ t1: { name: "a", value: "one" }, t2: { name: "b", value: "ONE" } });
    expect(await project.resource("b")).toMatchObject({
      id: "t2",
      inputs: { __provider: code, name: "b", value: "ONE" },
      outputs: { __provider: code, upper: "ONE", serial: 2 },
      dependencies: [`urn:pulumi:dev::files::${thingType}::a`],
    });
    expect(JSON.parse(await project.ok("stack", "output", "--json"))).toEqual({ word: "ONE" });
    expect((await project.ok("stack", "output", "word")).trim()).toBe("ONE");

    project.calls();
    expect(await project.ok("up", "-f", "--expect-no-changes")).toContain("    3 unchanged");
    expect(project.calls("create", "update", "diff").sort()).toEqual(["diff t1", "diff t2"]);
  }),
);

test.concurrent(
  "updates in place, showing what differs",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "one" } }, { name: "b", from: "a" });
    await project.up();
    project.calls();
    project.things({ name: "a", args: { value: "two", size: 2 } }, { name: "b", from: "a" });
    const preview = await project.run("preview", "--expect-no-changes");
    expect(preview.code).toBe(7);
    expect(preview.stderr).toContain("error: no changes were expected for preview but changes were proposed");
    expect(preview.stdout).toContain("[diff: +size~value]");
    expect(project.calls("update")).toEqual([]);

    const up = await project.run("up", "-f", "--expect-no-changes");
    expect(up.code).toBe(7);
    expect(up.stderr).toContain("error: no changes were expected for update but changes were proposed");
    expect(rows(up.stdout, "a")).toEqual(["~ updating", "~ updated"]);
    expect(up.stdout).toContain("    ~ 2 updated\n    1 unchanged");
    expect(project.remote()["t2"]).toEqual({ name: "b", value: "TWO" });

    const json = JSON.parse(await project.ok("preview", "--json")) as Record<string, object>;
    expect(json).toMatchObject({ changeSummary: { same: 3 } });
  }),
);

test.concurrent(
  "replaces: the new one first, the old one at the end",
  inProject(async (project) => {
    project.things({ name: "a", args: { fixed: "x", value: "one" } }, { name: "b", fromFixed: "a" });
    await project.up();
    project.calls();
    project.things({ name: "a", args: { fixed: "y", value: "two" } }, { name: "b", fromFixed: "a" });
    const preview = await project.ok("preview");
    expect(rows(preview, "a")).toEqual(["++ create replacement", "+- replace", "-- delete original"]);
    // What differs without being to blame is named as well.
    expect(preview).toMatch(/ a create replacement +\[diff: ~fixed,value\]/);
    const up = await project.up();
    expect(rows(up, "a")).toEqual([
      "++ creating replacement",
      "++ created replacement",
      "+- replacing",
      "+- replaced",
      "-- deleting original",
      "-- deleted original",
    ]);
    expect(up).toContain("    +-2 replaced\n    1 unchanged");
    expect(project.calls("create", "delete")).toEqual([
      "create t3 a",
      "create t4 b",
      "delete t2",
      "delete t1",
    ]);
    expect(Object.keys(project.remote())).toEqual(["t3", "t4"]);
  }),
);

test.concurrent(
  "replaces: the old one first, with what must go before it",
  inProject(async (project) => {
    const b = { name: "b", fromFixed: "a" };
    const c = { name: "c", opts: { dependsOn: ["a"] } };
    project.things({ name: "a", args: { exclusive: "x" } }, b, c);
    await project.up();
    project.calls();
    project.things({ name: "a", args: { exclusive: "y" } }, b, c);
    const up = await project.up();
    expect(rows(up, "a").map((row) => row.slice(0, 2))).toEqual(["--", "--", "+-", "+-", "++", "++"]);
    expect(up).toContain("    +-2 replaced\n    2 unchanged");
    const [first, ...rest] = project.calls("create", "delete").filter((call) => !call.endsWith(" c"));
    expect([first, ...rest]).toEqual([
      expect.stringMatching(/^delete t[23]$/),
      "delete t1",
      "create t4 a",
      "create t5 b",
    ]);
    expect((await project.deployment()).resources?.filter((state) => state["pendingReplacement"])).toEqual(
      [],
    );
  }),
);

test.concurrent(
  "the new half of a replacement is checked without old inputs",
  inProject(async (project) => {
    project.things({ name: "a", args: { fixed: "x" } });
    await project.up();
    project.calls();
    project.things({ name: "a", args: { fixed: "y" } });
    await project.up();
    expect(project.calls("check").map((call) => call.trim())).toEqual(["check a fixed,name", "check a"]);
  }),
);

test.concurrent(
  "deletes what the program no longer declares, dependents first",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "v" } }, { name: "b", from: "a" }, { name: "c", from: "b" });
    await project.up();
    project.calls();
    project.things();
    const up = await project.up();
    expect(up).toContain("    - 3 deleted\n    1 unchanged");
    expect(project.calls("delete")).toEqual(["delete t3", "delete t2", "delete t1"]);
  }),
);

test.concurrent(
  "destroys, dependents first, without the program",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "v" } }, { name: "b", from: "a" });
    await project.up();
    project.plan({ fail: "the program must not run" });
    project.calls();
    const refused = await project.run("destroy");
    expect(refused.code).toBe(2);
    const destroy = await project.ok("destroy", "--yes");
    expect(destroy).toContain("Previewing destroy (dev):");
    expect(destroy).toContain("Destroying (dev):");
    expect(destroy).toContain("    - 3 deleted");
    expect(project.calls("delete")).toEqual(["delete t2", "delete t1"]);
    expect((await project.deployment()).resources ?? []).toEqual([]);
    expect(project.remote()).toEqual({});
    await project.ok("stack", "rm", "dev", "--yes");
  }),
);

test.concurrent(
  "a component keeps its children under its type; an alias keeps a resource that moves",
  inProject(async (project) => {
    project.things({ name: "a", args: { value: "v" } });
    await project.up();
    const stack = "urn:pulumi:dev::files::pulumi:pulumi:Stack::files-dev";
    const box = { name: "x", box: true };
    project.things(box, {
      name: "a",
      args: { value: "v" },
      opts: { parent: "x", aliases: [{ parent: stack }] },
    });
    project.calls();
    const up = await project.up();
    expect(up).toContain("    + 1 created\n    2 unchanged");
    expect(project.calls("create", "delete")).toEqual([]);
    expect((await project.resource("a"))?.urn).toBe(`urn:pulumi:dev::files::files:index:Box$${thingType}::a`);
  }),
);

test.concurrent(
  "ignores changes, keeps what is retained, replaces on demand",
  inProject(async (project) => {
    project.things(
      { name: "a", args: { value: "one" } },
      { name: "b", args: { value: "b" }, opts: { dependsOn: ["a"] } },
    );
    await project.up();
    project.things(
      { name: "a", args: { value: "two" }, opts: { ignoreChanges: ["value"] } },
      { name: "b", args: { value: "b" }, opts: { dependsOn: ["a"], retainOnDelete: true } },
    );
    expect(await project.up()).toContain("    3 unchanged");
    project.things({ name: "a", args: { value: "one" } });
    expect(await project.ok("up", "-f", "--replace", `urn:pulumi:dev::files::${thingType}::a`)).toMatch(
      / {4}- 1 deleted\n {4}\+-1 replaced/,
    );
    expect(project.remote()).toEqual({ t2: { name: "b", value: "b" }, t3: { name: "a", value: "one" } });
  }),
);

test.concurrent(
  "reads what it does not own",
  inProject(async (project) => {
    project.setRemote({ t70: { name: "m", value: "seven" } });
    project.plan({ things: [{ name: "g", get: "t70" }], outputs: { word: ["g", "upper"] } });
    const preview = await project.ok("preview");
    expect(preview).toContain(`read ${thingType} g`);
    const up = await project.up();
    expect(up).toContain('word: "SEVEN"');
    expect(await project.resource("g")).toMatchObject({ id: "t70", external: true });
    project.things();
    project.calls();
    await project.up();
    expect(project.calls("delete")).toEqual([]);
    expect(await project.resource("g")).toBeUndefined();
  }),
);
