import fc from "fast-check";
import type { SnapshotRecord } from "../../provider/api";
import { DEFAULT_ENDPOINT } from "../../provider/api/endpoint";
import { planImport } from "../../provider/core/import-file";
import { checkSnapshot } from "../../provider/core/snapshot/arguments";
import { diffSnapshot } from "../../provider/core/snapshot/diff";
import { silentReporter } from "../../provider/core/messages/reporter";

const PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host")';

const record = (over: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  id: "801",
  serverId: "12345",
  serverName: "web-server-01",
  name: "before-upgrade",
  status: "completed",
  sizeMb: 5120,
  createdAt: "2025-01-15T18:30:00Z",
  ...over,
});

interface Declared {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Runs the printed program with a class that only takes notes. */
function declared(program: string): Declared[] {
  const [first, ...rest] = program.split("\n");
  expect(first).toBe('import { Snapshot } from "pulumi-vpsorg";');
  const noted: Declared[] = [];
  const Snapshot = function (name: string, args: Declared["args"]): void {
    noted.push({ name, args });
  };
  // The program is the output under test; nothing else ever reaches this.
  // oxlint-disable-next-line typescript/no-implied-eval
  (new Function("Snapshot", rest.join("\n")) as (s: unknown) => void)(Snapshot);
  return noted;
}

/** Marks every entry alike, which a real run never does. */
const half = (): number => 0.5;

const names = (...snapshots: SnapshotRecord[]): string[] =>
  planImport(snapshots, DEFAULT_ENDPOINT, half).file.resources.map(({ name }) => name);

describe("the file", () => {
  test("holds the inputs and the outputs complete, and nothing that pulumi import refuses", () => {
    expect(planImport([record({ description: "Before the upgrade" })], DEFAULT_ENDPOINT, half).file).toEqual({
      resources: [
        {
          type: "pulumi-nodejs:dynamic/vpsorg:Snapshot",
          name: "before-upgrade",
          id: "801",
          inputs: {
            __provider: PROVIDER,
            serverId: "12345",
            name: "before-upgrade",
            description: "Before the upgrade",
            waitForCompletion: true,
          },
          outputs: {
            __provider: PROVIDER,
            serverId: "12345",
            name: "before-upgrade",
            description: "Before the upgrade",
            waitForCompletion: true,
            __claim: "8000000",
            serverName: "web-server-01",
            status: "completed",
            sizeMb: 5120,
            createdAt: "2025-01-15T18:30:00Z",
          },
        },
      ],
    });
  });

  test("leaves out what there is not", () => {
    const { sizeMb: _size, ...pending } = record({ status: "in_progress" });
    const { file, program } = planImport([pending], DEFAULT_ENDPOINT, half);

    expect(file.resources[0]?.inputs).not.toHaveProperty("description");
    expect(Object.keys(file.resources[0]?.outputs ?? {})).not.toContain("sizeMb");
    expect(program).not.toContain("description");
    expect(JSON.parse(JSON.stringify(file))).toEqual(file);
  });

  test("of nothing is empty", () => {
    expect(planImport([], DEFAULT_ENDPOINT, half)).toEqual({
      file: { resources: [] },
      program: 'import { Snapshot } from "pulumi-vpsorg";\n\n',
    });
  });
});

describe("resource names", () => {
  test("are the snapshots' own", () => {
    expect(names(record(), record({ id: "802", name: "nightly" }))).toEqual(["before-upgrade", "nightly"]);
  });

  test("name the server where several servers have a snapshot of that name", () => {
    expect(names(record(), record({ id: "802", serverId: "12346" }))).toEqual([
      "before-upgrade-12345",
      "before-upgrade-12346",
    ]);
  });

  test("name the id where one server has two of that name", () => {
    expect(names(record(), record({ id: "802" }))).toEqual(["before-upgrade-12345", "before-upgrade-802"]);
  });

  test("never take the name of another one", () => {
    const snapshots = [record({ name: "a" }), record({ id: "802", serverId: "7", name: "a" })];
    const third = record({ id: "803", serverId: "9", name: "a-7" });
    for (const order of [
      [...snapshots, third],
      [third, ...snapshots],
    ]) {
      expect(new Set(names(...order)).size).toBe(3);
    }
  });

  test("are always unique, whatever the snapshots are called", () => {
    const ids = fc.integer({ min: 1, max: 4 }).map(String);
    const name = fc.array(fc.constantFrom("a", "1", "2", "3"), { minLength: 1, maxLength: 3 });
    const one = fc.record({ id: ids, serverId: ids, name: name.map((parts) => parts.join("-")) });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: (s) => s.id, maxLength: 4 }), (snapshots) => {
        const given = names(...snapshots.map((s) => record(s)));
        expect(new Set(given).size).toBe(given.length);
      }),
      { seed: 20260115, numRuns: 3000 },
    );
  });
});

describe("the program", () => {
  test("reads as a person would write it", () => {
    expect(
      planImport(
        [record({ description: "Before" }), record({ id: "802", name: "nightly" })],
        DEFAULT_ENDPOINT,
        half,
      ).program,
    ).toBe(`import { Snapshot } from "pulumi-vpsorg";

new Snapshot("before-upgrade", {
  serverId: "12345",
  name: "before-upgrade",
  description: "Before",
});
new Snapshot("nightly", {
  serverId: "12345",
  name: "nightly",
});
`);
  });

  test.each([
    'say "hi"',
    "back\\slash",
    "`${process.env.HOME}`",
    "two\nlines",
    "*/ // '",
    "\u2028 \u{1F600}",
  ])("carries the description %j over as it is", (description) => {
    expect(declared(planImport([record({ description })], DEFAULT_ENDPOINT, half).program)).toEqual([
      { name: "before-upgrade", args: { serverId: "12345", name: "before-upgrade", description } },
    ]);
  });
});

describe("file and program belong together", () => {
  const UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
  const known = { isUnknown: () => false, random: () => 0.5 };
  type Properties = Readonly<Record<string, unknown>>;

  /** What the next preview does with the file's only resource and the program's only declaration. */
  async function nextPreview(snapshot: SnapshotRecord, endpoint = DEFAULT_ENDPOINT) {
    const { file, program } = planImport([snapshot], endpoint, half);
    const [resource] = file.resources;
    const [{ name, args }] = declared(program) as [Declared];
    expect(resource?.name).toBe(name);
    const { __provider: _text, ...recorded } = resource?.inputs as Properties;
    const checked = checkSnapshot(recorded, { ...args, __resource: name }, known);
    expect(checked).toEqual({ inputs: recorded, failures: [] });
    const noSession = () => Promise.reject(new Error("the API was asked"));
    const outputs = resource?.outputs as Properties;
    return diffSnapshot(
      noSession,
      snapshot.id,
      outputs,
      checked.inputs,
      known.isUnknown,
      silentReporter,
      endpoint,
    );
  }

  test.each<[string, Partial<SnapshotRecord>]>([
    ["without a description", {}],
    ["with a description", { description: "Before the upgrade" }],
    ["of a server with a UUID", { serverId: UUID }],
  ])("a snapshot %s: no change, and the API is not asked", async (_what, over) => {
    expect(await nextPreview(record(over))).toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  test("a snapshot of another endpoint than the documented one: no change either", async () => {
    expect(await nextPreview(record(), "http://127.0.0.1:4711/api/v1")).toMatchObject({ changes: false });
  });

  test("one that is still being made: the next update waits for it, and nothing is replaced", async () => {
    expect(await nextPreview(record({ status: "in_progress" }))).toEqual({
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
    });
  });
});
