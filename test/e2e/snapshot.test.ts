import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

describe("a snapshot through its life", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open({
      files: program(`
const web = new Snapshot("web", {
  serverId: 12345,
  triggers: [config.get("release") ?? "1"],
  waitForCompletion: config.getBoolean("wait") ?? true,
}, { customTimeouts: { create: config.get("create") ?? "20s", update: "20s" } });
new Snapshot("db", { serverId: "12346", name: "db-before", description: web.name });
exports.id = web.id; exports.status = web.status;
`),
    });
  });

  afterAll(() => stack.close());

  it("changes nothing in a preview", async () => {
    const { output } = await stack.must("preview");

    expect(output).toMatch(/\+ 3 to create/);
    expect(stack.emulator.model.listSnapshots()).toEqual([]);
    expect(stack.writes()).toEqual([]);
  });

  it("is made and waited for, one after the other where one depends on the other", async () => {
    await stack.up();

    const held = stack.emulator.model.listSnapshots();
    expect(held.map((s) => s.status)).toEqual(["completed", "completed"]);
    const [web, db] = [held.find((s) => s.server.id === 12345), held.find((s) => s.server.id === 12346)];
    expect(web?.name).toMatch(/^web-[0-9a-f]{7}$/);
    expect(db).toMatchObject({ name: "db-before", description: web?.name });
    expect(await stack.project.outputs()).toEqual({ id: String(web?.id), status: "completed" });
  });

  it("costs nothing when nothing changed", async () => {
    stack.emulator.clearRequests();

    await stack.up("--expect-no-changes");

    expect(stack.emulator.requests()).toEqual([]);
  });

  it("is replaced by a new release, the new one completed before the old one goes", async () => {
    const before = (await stack.snapshots()).find((s) => s.urn.endsWith("::web"));
    stack.emulator.clearRequests();
    await stack.must("config", "set", "release", "2");

    const { output } = await stack.up();

    const after = (await stack.snapshots()).find((s) => s.urn.endsWith("::web"));
    expect(after?.id).not.toBe(before?.id);
    expect(after?.inputs?.["name"]).not.toBe(before?.inputs?.["name"]);
    // The other one keeps its given name, so there it has to be the other way round.
    expect(output).toMatch(
      /"db-before" of server 12346 \(db-server-01\), made at \S+ \(.* old\), keeps its name, so it is deleted before/,
    );
    const writes = stack.writes();
    expect(writes).toHaveLength(4);
    expect(writes.indexOf("POST /snapshots/")).toBeLessThan(
      writes.indexOf(`DELETE /snapshots/${String(before?.id)}/`),
    );
    expect(stack.emulator.model.listSnapshots()).toHaveLength(2);
  });

  it("is deleted first where its server is full, and the preview says so", async () => {
    for (const n of [1, 2, 3, 4]) {
      stack.emulator.outside.createSnapshot({ serverId: 12345, name: `foreign-${n}` });
    }
    await stack.must("config", "set", "release", "3");
    const said =
      /has no free slot among its 5 snapshots, so snapshot \d+ "web-[0-9a-f]{7}".* there is a time without this restore point/;

    const { output } = await stack.must("preview");
    expect(output).toMatch(said);
    // On the resource's own row, not the stack's; Pulumi lists the rows in any order.
    expect(output).toMatch(
      /^Diagnostics:$[^]*^ {2}pulumi-nodejs:dynamic\/vpsorg:Snapshot \(web\):\n {4}warning: server 12345 /m,
    );
    expect((await stack.up()).output).toMatch(said);

    expect(stack.emulator.model.listSnapshots(12345)).toHaveLength(5);
  });

  it("is dropped from the state when it is gone, and only then", async () => {
    const web = (await stack.snapshots()).find((s) => s.urn.endsWith("::web"));
    const refused = stack.emulator.fault({
      match: { method: "GET" },
      times: 0,
      action: { kind: "html" },
    });
    const failed = await stack.run("refresh", "--yes", "--skip-preview");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("it is an HTML page, JSON was expected; a proxy may have answered");
    expect(refused.hits()).toBeGreaterThan(0);
    expect(await stack.snapshots()).toHaveLength(2);
    stack.emulator.clearFaults();

    stack.emulator.outside.deleteSnapshot(Number(web?.id));
    await stack.must("refresh", "--yes", "--skip-preview");

    expect((await stack.snapshots()).map((s) => s.urn.split("::").pop())).toEqual(["db"]);
  });

  it("is recorded when its wait ends early, and the next up goes on waiting", async () => {
    stack.emulator.setBehaviour({ neverCompletes: true });
    await stack.must("config", "set", "create", "2s");
    stack.emulator.clearRequests();

    const failed = await stack.run("up", "--yes", "--skip-preview");

    expect(failed.code).not.toBe(0);
    expect(failed.output).toMatch(/is still "in_progress" after 2 seconds, the time allowed is 2 seconds/);
    const web = (await stack.snapshots()).find((s) => s.urn.endsWith("::web"));
    expect(web).toMatchObject({
      outputs: { status: "in_progress" },
      initErrors: [expect.stringContaining("recorded")],
    });

    stack.emulator.setBehaviour({ neverCompletes: null });
    await stack.up();

    const resumed = (await stack.snapshots()).find((s) => s.urn.endsWith("::web"));
    expect(resumed).toMatchObject({ id: web?.id, outputs: { status: "completed" } });
    expect(stack.writes().filter((write) => write === "POST /snapshots/")).toHaveLength(2);
  });

  it("is destroyed, and nothing else is", async () => {
    await stack.must("destroy", "--yes", "--skip-preview");

    expect(stack.emulator.model.listSnapshots().map((s) => s.name)).toEqual([
      "foreign-4",
      "foreign-3",
      "foreign-2",
      "foreign-1",
    ]);
  });

  it("never shows the token or a stack trace", () => {
    const traces = stack.traces();

    expect(traces).not.toContain(CANARY);
    expect(traces).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
  });
});
