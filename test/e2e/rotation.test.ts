import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

interface Outputs {
  readonly latest?: string;
  readonly ids?: readonly string[];
}

describe("a rotation through its life", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open({
      files: program(`
const rotation = new SnapshotRotation("release", {
  serverId: config.getNumber("server") ?? 12345,
  keep: config.getNumber("keep") ?? 2,
  triggers: [config.get("release") ?? "1"],
}, { customTimeouts: { create: "20s", update: config.get("update") ?? "20s" }, protect: config.getBoolean("protect") });
exports.latest = rotation.latestId;
exports.ids = rotation.snapshots.apply((all) => all?.map(({ id }) => id));
`),
    });
    for (const name of ["foreign-1", "foreign-2"])
      stack.emulator.outside.createSnapshot({ serverId: 12345, name });
  });

  afterAll(() => stack.close());

  const held = (): string[] =>
    stack.emulator.model
      .listSnapshots(12345)
      .filter(({ name }) => !name.startsWith("foreign"))
      .map(({ id }) => String(id));
  const outputs = async (): Promise<Outputs> => await stack.project.outputs();
  const release = async (name: string): Promise<string> => {
    await stack.must("config", "set", "release", name);
    return (await stack.up()).output;
  };

  it("changes nothing in a preview", async () => {
    const { output } = await stack.must("preview");
    expect(output).toMatch(/\+ 2 to create/);
    expect(stack.writes()).toEqual([]);
  });

  it("adds one for each release, and keeps as many as it is told", async () => {
    await stack.up();
    for (const name of ["2", "3", "4"]) await release(name);
    const { ids, latest } = await outputs();
    expect([...(ids ?? [])].sort()).toEqual(held().sort());
    expect(ids).toHaveLength(2);
    expect(latest).toBe(ids?.[0]);
    expect(stack.writes().filter((write) => write.startsWith("POST"))).toHaveLength(4);
    expect(stack.emulator.model.listSnapshots(12345)).toHaveLength(4);
  });

  it("costs nothing when nothing changed", async () => {
    stack.emulator.clearRequests();
    await stack.up("--expect-no-changes");
    expect(stack.emulator.requests()).toEqual([]);
  });

  it("says in the preview what goes, on its own row", async () => {
    const { ids } = await outputs();
    await stack.must("config", "set", "release", "5");
    stack.emulator.clearRequests();
    const { output } = await stack.must("preview");
    expect(output).toMatch(
      new RegExp(
        `adds a snapshot; when it is completed, snapshot ${ids?.[1]} "release-[0-9a-f]{7}-3" .* is deleted: keep is 2`,
      ),
    );
    expect(output).toMatch(/~ 1 to update/);
    expect(stack.emulator.requests()).toHaveLength(1);
  });

  it("is recorded when its wait ends early, drops nothing, and the next up goes on", async () => {
    const before = (await outputs()).ids ?? [];
    stack.emulator.setBehaviour({ neverCompletes: true });
    await stack.must("config", "set", "update", "2s");
    stack.emulator.clearRequests();
    const failed = await stack.run("up", "--yes", "--skip-preview");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toMatch(/is still "in_progress" after 2 seconds/);
    expect(held()).toEqual(expect.arrayContaining([...before]));
    stack.emulator.setBehaviour({ neverCompletes: null });
    await stack.must("refresh", "--yes", "--skip-preview");
    await stack.must("config", "set", "update", "20s");
    await stack.up();
    expect(stack.writes().filter((write) => write.startsWith("POST"))).toHaveLength(1);
    expect([...((await outputs()).ids ?? [])].sort()).toEqual(held().sort());
    expect(held()).toHaveLength(2);
    await stack.up("--expect-no-changes");
  });

  it("lets one that was deleted by hand leave it at a refresh", async () => {
    const [newest, oldest] = (await outputs()).ids ?? [];
    stack.emulator.outside.deleteSnapshot(Number(oldest));
    await stack.must("refresh", "--yes", "--skip-preview");
    await stack.up();
    expect((await outputs()).ids).toEqual([newest]);
  });

  it("is refused at preview where protect forbids what it would drop", async () => {
    await release("6");
    await stack.must("config", "set", "protect", "true");
    await stack.up();
    await stack.must("config", "set", "release", "7");
    stack.emulator.clearRequests();
    const { code, output } = await stack.run("preview");
    expect(code).not.toBe(0);
    expect(output).toContain("the rotation has the resource option protect. Nothing was changed");
    expect(stack.writes()).toEqual([]);
    await stack.must("config", "set", "protect", "false");
    await stack.must("config", "set", "release", "6");
    await stack.up();
  });

  it("begins anew on another server, and says how many restore points go", async () => {
    await stack.must("config", "set", "server", "12346");
    const { output } = await stack.up();
    expect(output).toContain("the rotation begins anew, and all 2 restore points of server 12345");
    expect(held()).toEqual([]);
    expect(stack.emulator.model.listSnapshots(12346)).toHaveLength(1);
  });

  it("is destroyed, and nothing else is", async () => {
    await stack.must("destroy", "--yes", "--skip-preview");
    expect(
      stack.emulator.model
        .listSnapshots()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["foreign-1", "foreign-2"]);
    expect(stack.traces()).not.toContain(CANARY);
  });
});
