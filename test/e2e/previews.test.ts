import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

const SERVERS = Array.from({ length: 4 }, (_, i) => ({ id: 20_001 + i, name: `s-${i}` }));
const NEW = program(`
const servers = process.env.SERVERS.split(" ").map(Number);
for (const serverId of servers)
  for (const which of ["a", "b"]) new Snapshot(\`\${which}\${serverId}\`, { serverId });
new SnapshotRotation("ring", { serverId: servers[0], keep: 2 });
`);

/** What a preview says, and what it costs, as a user of the command line meets it. */
describe("a preview of what is new", () => {
  let stack: Deployment;

  beforeAll(async () => {
    const env = { SERVERS: SERVERS.map(({ id }) => id).join(" ") };
    stack = await Deployment.open({ files: NEW, env }, { servers: SERVERS });
  });

  beforeEach(() => stack.emulator.clearRequests());

  afterAll(() => stack.close());

  const diagnostics = (output: string): string => output.split("Diagnostics:")[1] ?? "";
  const times = (output: string, text: string): number => diagnostics(output).split(text).length - 1;

  it("looks once at the snapshots of an account and once at its servers, and changes nothing", async () => {
    const { output } = await stack.must("preview");

    expect(diagnostics(output)).not.toContain("warning");
    expect(stack.emulator.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /servers/",
      "GET /snapshots/",
    ]);
  });

  it("warns of a server without a slot, and goes well", async () => {
    stack.emulator.outside.fillServer(20_001);
    const { output } = await stack.must("preview");

    const refused = "`up` would be refused now: server 20001 (s-0) holds 5 of 5 snapshots";
    expect(times(output, refused)).toBe(3);
    expect(times(output, "so there is no slot for this one.")).toBe(3);
    expect(stack.writes()).toEqual([]);
  });

  it("passes where VPS.org cannot be reached, and says so once", async () => {
    await stack.emulator.pause();
    const { output } = await stack.must("preview");
    await stack.emulator.resume();

    expect(times(output, "warning")).toBe(1);
    expect(times(output, "this preview could not look at everything")).toBe(1);
  });

  it("fails once where there is no token", async () => {
    await stack.must("config", "rm", "vpsorg:token");
    const { code, output } = await stack.run("preview");

    expect(code).not.toBe(0);
    expect(times(output, "there is no VPS.org API token")).toBe(1);
    expect(stack.emulator.requests()).toEqual([]);
  });
});
