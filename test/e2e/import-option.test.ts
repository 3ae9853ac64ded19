import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

const SERVERS = [1, 2, 3, 4, 5].map((n) => ({ id: 12340 + n, name: `server-${n}` }));
/** On each server four that the stack is to take over and one of somebody else. */
const OURS = SERVERS.flatMap(({ id: serverId }, s) =>
  [1, 2, 3, 4].map((n) => ({
    id: 900 + 4 * s + n,
    serverId,
    name: `ours-${serverId}-${n}`,
    ...(n === 1 ? { description: `The first of ${serverId}` } : {}),
  })),
);
const FOREIGN = SERVERS.map(({ id: serverId }, s) => ({ id: 800 + s, serverId, name: "somebody-elses" }));

/** Half of them with all arguments, half with none but the server. */
const source = (importing: boolean): Readonly<Record<string, string>> =>
  program(`
for (const { id, serverId, name, description } of ${JSON.stringify(OURS)}) {
  const args = id % 2 === 0 ? { serverId, name, description } : { serverId };
  new Snapshot("s" + id, args, ${importing ? "{ import: String(id) }" : "{}"});
}`);

describe("20 snapshots of 5 servers, imported by the resource option", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open(
      { files: source(true) },
      { servers: SERVERS, snapshots: [...OURS, ...FOREIGN] },
    );
  });

  afterAll(() => stack.close());

  afterEach(() => {
    expect(stack.writes().filter((write) => write.startsWith("POST"))).toEqual([]);
  });

  const held = async () =>
    (await stack.snapshots())
      .map(({ id, outputs }) => ({ id, outputs }))
      .sort((a, b) => Number(a.id) - Number(b.id));

  it("are shown in the preview as adopted, in a few looks at the account", async () => {
    const { output } = await stack.must("preview");

    for (const { id, name, serverId } of OURS) {
      expect(output).toContain(`adopts existing snapshot ${id} ("${name}", server ${serverId} (server-`);
    }
    expect(output).toMatch(/\+ 21 to create/);
    // The engine asks for them one by one, in short order: a list serves many, though not always all.
    expect(stack.emulator.requests().length).toBeLessThanOrEqual(OURS.length / 2);
    expect(await stack.snapshots()).toEqual([]);
  });

  it("are adopted, with what the server says of them", async () => {
    await stack.up();

    const all = await held();
    expect(all.map(({ id }) => id)).toEqual(OURS.map(({ id }) => String(id)));
    all.forEach(({ outputs }, i) => {
      const { serverId, name, ...rest } = OURS[i] ?? { serverId: 0, name: "" };
      expect(outputs).toMatchObject({ serverId: String(serverId), name, status: "completed", sizeMb: 5120 });
      expect(outputs?.["description"]).toBe("description" in rest ? rest.description : undefined);
    });
  });

  it("show no change from then on, with the option left in the program", async () => {
    stack.emulator.clearRequests();

    await stack.must("preview", "--expect-no-changes");

    expect(stack.emulator.requests()).toEqual([]);
  });

  it("are left as they are by a refresh", async () => {
    const before = await held();

    await stack.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");

    expect(await held()).toEqual(before);
  });

  it("stay when the option is removed from the program", async () => {
    for (const [path, text] of Object.entries(source(false)))
      writeFileSync(join(stack.project.dir, path), text);
    stack.emulator.clearRequests();

    await stack.must("preview", "--expect-no-changes");
    await stack.up("--expect-no-changes");

    expect(stack.emulator.requests()).toEqual([]);
    expect((await stack.snapshots()).filter(({ inputs }) => inputs?.["__import"] !== undefined)).toEqual([]);
    expect(await held()).toHaveLength(20);
  });

  it("are deleted by destroy, exactly those", async () => {
    stack.emulator.clearRequests();

    await stack.must("destroy", "--yes", "--skip-preview");

    expect(stack.writes().sort()).toEqual(OURS.map(({ id }) => `DELETE /snapshots/${id}/`));
    expect(
      stack.emulator.model
        .listSnapshots()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(FOREIGN.map(({ id }) => id));
  });

  it("never show the token", () => {
    expect(stack.traces()).not.toContain(CANARY);
  });
});
