import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";
import type { Finished } from "../tools/support/project";

jest.setTimeout(120_000);

/** What a person sees where an import is refused. The table of all messages is in test/core. */
describe("an import that cannot be", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open(
      { files: program("") },
      {
        snapshots: [
          { id: 801, serverId: 12345, name: "golden", description: "Before the upgrade" },
          { id: 802, serverId: 12345, name: "broken", status: "failed" },
        ],
      },
    );
  });

  afterAll(() => stack.close());

  afterEach(() => {
    expect(stack.writes()).toEqual([]);
    expect(stack.emulator.model.listSnapshots()).toHaveLength(2);
    expect(stack.traces()).not.toContain(CANARY);
    expect(stack.traces()).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
  });

  const write = (body: string): void => {
    for (const [path, text] of Object.entries(program(body)))
      writeFileSync(join(stack.project.dir, path), text);
  };

  async function fails(command: "preview" | "up", body: string): Promise<Finished> {
    write(body);
    const done = await stack.run(...(command === "up" ? ["up", "--yes", "--skip-preview"] : ["preview"]));
    expect(done.code).not.toBe(0);
    return done;
  }

  const WEB = 'new Snapshot("web", { serverId: 12345 }, { import: "801" });';

  it("fails the preview for each argument that differs, by its name", async () => {
    const { output } = await fails(
      "preview",
      'new Snapshot("web", { serverId: 12346, name: "other", description: "x" }, { import: "801" });',
    );

    const but = "snapshot 801 would be replaced if imported: its";
    expect(output).toContain(`${but} serverId is "12345". Set it to "12345"`);
    expect(output).toContain(`${but} name is "golden". Set it to "golden" or leave it out`);
    expect(output).toContain(
      `${but} description is "Before the upgrade". Set it to "Before the upgrade" or leave it out`,
    );
    expect(await stack.snapshots()).toEqual([]);
  });

  it("fails an update without a preview for one that does not exist, and records nothing", async () => {
    const { output } = await fails("up", 'new Snapshot("web", { serverId: 12345 }, { import: "999" });');

    expect(output).toContain("there is no snapshot 999 to import. Nothing was changed.");
    expect(await stack.snapshots()).toEqual([]);
  });

  it("is refused for a snapshot that another resource holds", async () => {
    write(WEB);
    await stack.up();

    const { output } = await fails(
      "preview",
      `${WEB} new Snapshot("twin", { serverId: 12345 }, { import: "801" });`,
    );

    expect(output).toContain("snapshot 801 cannot belong to two resources");
    expect((await stack.snapshots()).map(({ urn }) => urn.split("::").pop())).toEqual(["web"]);
  });

  it("leaves the snapshot alone where a resource is renamed and imports it again", async () => {
    const { output } = await fails("up", WEB.replace("web", "renamed"));

    expect(output).toContain(
      "snapshot 801 was not deleted: another entry of this stack's state holds the same snapshot and keeps it",
    );
  });
});

/** The one that imports is made before the engine has shown the one that holds the snapshot. */
it("an update without a preview does not record a snapshot twice and then keep quiet", async () => {
  const stack = await Deployment.open(
    { files: program('new Snapshot("a", { serverId: 12345 }, { import: "801" });') },
    { snapshots: [{ id: 801, serverId: 12345, name: "golden" }] },
  );
  try {
    await stack.up();
    const twins = program(`
const b = new Snapshot("b", { serverId: 12345 }, { import: "801" });
new Snapshot("a", { serverId: 12345 }, { dependsOn: b });`);
    for (const [path, text] of Object.entries(twins)) writeFileSync(join(stack.project.dir, path), text);

    const first = await stack.run("up", "--yes", "--skip-preview");
    const next = await stack.run("up", "--yes", "--skip-preview");

    expect(first.code).not.toBe(0);
    const holders = (await stack.snapshots()).filter(({ id }) => id === "801").length;
    // Either it is held once, or each run says that it is held twice.
    expect(holders === 1 || next.code !== 0).toBe(true);
    expect(stack.writes()).toEqual([]);
  } finally {
    await stack.close();
  }
});
