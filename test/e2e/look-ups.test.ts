import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

const SEEDS = [
  { id: 901, serverId: 12346, name: "nightly-1", createdAt: "2026-01-12T12:00:00Z" },
  { id: 902, serverId: 12346, name: "nightly-2", createdAt: "2026-01-14T12:00:00Z" },
  { id: 903, serverId: 12347, name: "weekly", createdAt: "2026-01-13T12:00:00Z" },
];

describe("look-ups in a program and in a script", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open({ files: program("") }, { snapshots: SEEDS });
  });

  afterAll(() => stack.close());

  beforeEach(() => {
    stack.emulator.clearRequests();
  });

  const write = (body: string): void => {
    for (const [path, text] of Object.entries(program(body)))
      writeFileSync(join(stack.project.dir, path), text);
  };

  const OUTPUTS = `
const web = new Snapshot("web", { serverId: 12345, name: "before" });
const one = getSnapshotOutput({ id: web.id });
const all = getSnapshotsOutput({ serverId: one.serverId, nameRegex: "^before" });
one.apply(() => console.log("LOOKED UP"));
exports.one = one; exports.left = all.remainingSlots; exports.names = all.snapshots.apply((s) => s.map((x) => x.name));
`;

  it("of what is not known yet are not known, and ask nothing of their own in a preview", async () => {
    write(OUTPUTS);

    const { output } = await stack.must("preview");

    expect(output).toMatch(/\+ 2 to create/);
    expect(output).not.toContain("LOOKED UP");
    // Those of the new snapshot, and no more.
    expect(stack.emulator.requests().map(({ path }) => path)).toEqual(["/servers/", "/snapshots/"]);
  });

  it("of what the update makes know it", async () => {
    const { output } = await stack.up();

    expect(output).toContain("LOOKED UP");
    expect(await stack.project.outputs()).toMatchObject({
      one: { name: "before", serverId: "12345", status: "completed", sizeMb: 5120 },
      left: 4,
      names: ["before"],
    });
  });

  it("of what is known run in the preview, all in one request", async () => {
    write(`
exports.all = Promise.all([
  getSnapshot({ id: 901 }), getSnapshot({ serverId: 12346, mostRecent: true }), getSnapshots(),
  getSnapshots({ serverId: 12346, createdAfter: "2026-01-13T00:00:00Z" }),
]).then(([a, b, c, d]) => console.log("FOUND", a.name, b.name, c.snapshots.length, d.snapshots[0].createdAt, d.remainingSlots));
new Snapshot("web", { serverId: 12345, name: "before" });
`);

    const { output } = await stack.must("preview");

    expect(output).toContain("FOUND nightly-1 nightly-2 4 2026-01-14T12:00:00Z 3");
    expect(stack.emulator.requests()).toMatchObject([{ path: "/snapshots/", query: {}, authorised: true }]);
  });

  it("that find nothing fail the run, with the candidates", async () => {
    write('exports.id = getSnapshotOutput({ serverId: 12346, name: "hourly" }).id;');

    const { code, output } = await stack.run("preview");

    expect(code).not.toBe(0);
    expect(output).toContain(
      'no snapshot matches serverId 12346, name "hourly". The snapshots of server 12346:',
    );
    expect(output).toMatch(/ {2}902 {2}nightly-2 .* completed/);
    expect(output).not.toContain(CANARY);
  });

  it("of a snapshot that the program makes do not look into an older list", async () => {
    // There is always a list in the program that was read a moment before.
    write(`
const again = setInterval(() => void getSnapshots(), 100);
const quick = new Snapshot("quick", { serverId: 12347, name: "quick", waitForCompletion: false });
quick.id.apply(() => clearInterval(again));
exports.quick = getSnapshotOutput({ id: quick.id }).name;
`);

    const { code, output } = await stack.run("up", "--yes", "--skip-preview");

    expect(output).not.toContain("no snapshot matches");
    expect(code).toBe(0);
  });

  it("need no engine in a script, and print nothing of their own", async () => {
    const script = join(stack.project.dir, "look.mjs");
    writeFileSync(
      script,
      `import { getSnapshot, getSnapshots, getSnapshotOutput } from "pulumi-vpsorg";
const connection = { token: process.argv[2], endpoint: ${JSON.stringify(stack.emulator.endpoint)} };
const [one, all, other] = await Promise.all([
  getSnapshot({ name: "weekly" }, connection), getSnapshots({ serverId: 12346 }, connection),
  new Promise((resolve) => getSnapshotOutput({ id: 902 }, connection).apply(resolve)),
]);
console.log(JSON.stringify([one.id, all.snapshots.map(({ id }) => id), all.remainingSlots, other.name]));
`,
    );

    const done = await stack.project.node("look.mjs", CANARY);

    expect(done).toMatchObject({ code: 0, output: '["903",["902","901"],3,"nightly-2"]\n' });
    expect(stack.emulator.requests()).toHaveLength(1);
  });

  it("never leave the token behind", () => {
    rmSync(join(stack.project.dir, "look.mjs"));

    expect(stack.traces()).not.toContain(CANARY);
  });
});

describe("Snapshot.get", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open(
      {
        files: program(`
if (pulumi.getStack() === "test") new Snapshot("web", { serverId: 12345, name: "owned" });
else {
  const got = Snapshot.get("other", config.get("id") ?? "801");
  exports.got = pulumi.all([got.id, got.name, got.serverId, got.serverName, got.status, got.sizeMb]);
}
`),
      },
      { snapshots: SEEDS },
    );
    await stack.up();
    await stack.must("stack", "init", "reader");
    await stack.must("config", "set", "--secret", "vpsorg:token", CANARY);
    await stack.must("config", "set", "vpsorg:endpoint", stack.emulator.endpoint);
  });

  afterAll(() => stack.close());

  it("reads what another stack owns", async () => {
    const [owned] = stack.emulator.model.listSnapshots(12345);
    stack.emulator.clearRequests();

    await stack.up();

    expect(await stack.project.outputs()).toEqual({
      got: [String(owned?.id), "owned", "12345", "web-server-01", "completed", 5120],
    });
    expect(await stack.snapshots()).toMatchObject([{ id: String(owned?.id), external: true }]);
    expect(stack.writes()).toEqual([]);
  });

  it("of one that is missing fails the preview and the update", async () => {
    await stack.must("config", "set", "id", "999");

    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await stack.run(...command);
      expect(code).not.toBe(0);
      expect(output).toContain(
        "there is no snapshot 999 in this account. `npx --no-install pulumi-vpsorg list` shows those that there are.",
      );
    }
    expect(await stack.project.outputs()).toHaveProperty("got");
  });

  it("is not deleted by destroy, and its own stack goes on", async () => {
    await stack.must("destroy", "--yes", "--skip-preview");

    expect(stack.writes()).toEqual([]);
    expect(stack.emulator.model.listSnapshots()).toHaveLength(4);
    expect(await stack.snapshots()).toEqual([]);
    await stack.must("preview", "--stack", "test", "--expect-no-changes");
  });
});
