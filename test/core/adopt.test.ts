import { checkAdoption } from "../../provider/core/snapshot/adopt";
import { checkSnapshot } from "../../provider/core/snapshot/arguments";
import type { Checked } from "../../provider/core/check";
import { createSnapshot } from "../../provider/core/snapshot/create";
import { readInputs } from "../../provider/core/snapshot/state";
import type { SnapshotOutputs } from "../../provider/core/snapshot/state";
import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";
import { UNKNOWN } from "./run-fixture";

const context = { isUnknown: (value: unknown) => value === UNKNOWN, random: () => 0.5 };

const SEEDS = [
  {
    id: 801,
    serverId: 12345,
    name: "golden",
    description: "Before the upgrade",
    createdAt: "2026-01-10T08:00:00Z",
  },
  { id: 802, serverId: 12345, name: "plain", createdAt: "2026-01-11T08:00:00Z" },
  { id: 803, serverId: 12346, name: "others", createdAt: "2026-01-12T08:00:00Z" },
];

let account: TestAccount;

beforeEach(async () => {
  account = await openAccount({ snapshots: SEEDS });
});

afterEach(async () => {
  // Whatever is adopted or refused: nothing is ever made, changed or deleted.
  const writes = account.requests("writes");
  await account.close();
  expect(writes).toEqual([]);
});

type Props = Readonly<Record<string, unknown>>;

/** What a preview does for a new resource. */
function preview(args: Props): Promise<Checked> {
  const news = { serverId: 12345, __resource: "web", __import: "801", ...args };
  return checkAdoption(account.operation, checkSnapshot({}, news, context), context.isUnknown);
}

/** What an update does for a new resource: it checks, then it creates. */
async function adopted(args: Props): Promise<{ id: string; outputs: SnapshotOutputs }> {
  const { inputs, failures } = await preview(args);
  expect(failures).toEqual([]);
  return createSnapshot(account.operation, readInputs(inputs));
}

const failuresOf = async (args: Props): Promise<Checked["failures"]> => (await preview(args)).failures;

const differs = (property: string, real: string, id = "801") => ({
  property,
  reason:
    `snapshot ${id} would be replaced if imported: its ${property} is ${JSON.stringify(real)}. Set it to ` +
    JSON.stringify(real) +
    (property === "serverId" ? "" : " or leave it out"),
});

describe("an existing snapshot is adopted", () => {
  it("with its own name and description where the program gives none", async () => {
    const { id, outputs } = await adopted({});

    expect(id).toBe("801");
    // What begins with two underscores is for the provider alone.
    const shown = Object.entries(outputs).filter(([key]) => !key.startsWith("__"));
    expect(Object.fromEntries(shown)).toEqual({
      serverId: "12345",
      serverName: "web-server-01",
      name: "golden",
      description: "Before the upgrade",
      waitForCompletion: true,
      status: "completed",
      sizeMb: 5120,
      createdAt: "2026-01-10T08:00:00Z",
    });
  });

  it("and the preview says so, once", async () => {
    await preview({});

    expect(account.told).toMatchObject({
      infos: [
        'adopts existing snapshot 801 ("golden", server 12345 (web-server-01), 2026-01-10T08:00:00Z): nothing is created.',
      ],
      warnings: [],
    });
    expect(account.requests()).toEqual(["GET /snapshots/"]);
  });

  it.each<[string, Props]>([
    ["all that it has", { name: "golden", description: "Before the upgrade" }],
    ["its id as a number", { __import: 801 }],
    ["its id with zeros before it", { __import: "00801" }],
    ["no description where it has none", { __import: "802", description: "" }],
    ["arguments that only Pulumi knows", { triggers: ["v1"], waitForCompletion: false }],
  ])("where the program gives %s", async (_what, args) => {
    expect((await adopted(args)).outputs).toMatchObject({ serverId: "12345", status: "completed" });
  });

  it("of a server that holds its five", async () => {
    account.emulator.outside.fillServer(12345);

    expect((await adopted({})).id).toBe("801");
    expect(account.emulator.model.listSnapshots(12345)).toHaveLength(5);
  });

  it("where ids are UUIDs", async () => {
    account.emulator.setBehaviour({ uuidIds: true });
    const [snapshot] = account.emulator.model.listSnapshots(undefined).filter((s) => s.name === "golden");

    const { id } = await adopted({ __import: String(snapshot?.id), serverId: String(snapshot?.server.id) });

    expect(id).toBe(snapshot?.id);
  });

  it("in a list that comes in pages, and where the server filter shows nothing", async () => {
    account.emulator.setBehaviour({ pageSize: 1, filterWorks: "broken" });

    expect((await adopted({})).id).toBe("801");
  });
});

describe("a difference is named, and nothing is adopted", () => {
  it.each<[string, Props, Checked["failures"]]>([
    ["the server", { serverId: 12346 }, [differs("serverId", "12345")]],
    ["a server that does not exist", { serverId: 99999 }, [differs("serverId", "12345")]],
    ["the name", { name: "web" }, [differs("name", "golden")]],
    ["the description", { description: "After it" }, [differs("description", "Before the upgrade")]],
    ["an empty description", { description: "" }, [differs("description", "Before the upgrade")]],
    [
      "a description where it has none",
      { __import: "802", description: "x" },
      [differs("description", "", "802")],
    ],
    ["letters of another case", { name: "Golden" }, [differs("name", "golden")]],
    [
      "all of them",
      { serverId: 12346, name: "web", description: "After it" },
      [differs("serverId", "12345"), differs("name", "golden"), differs("description", "Before the upgrade")],
    ],
  ])("%s", async (_what, args, failures) => {
    expect(await failuresOf(args)).toEqual(failures);
    expect(account.told.infos).toEqual([]);
  });

  it.each(["failed", "error", "cancelled", "corrupted", "deleting"])(
    "a snapshot that ended as %s",
    async (status) => {
      account.emulator.outside.setSnapshot(801, { status });

      expect(await failuresOf({})).toEqual([
        {
          property: "",
          reason:
            `snapshot 801 "golden" of server 12345 (web-server-01) cannot be imported: it ended as "${status}" and ` +
            "cannot be restored",
        },
      ]);
    },
  );

  it("a snapshot that failed and differs as well", async () => {
    account.emulator.outside.setSnapshot(801, { status: "failed" });

    expect(await failuresOf({ name: "web" })).toHaveLength(2);
  });
});

describe("what is not known yet passes", () => {
  it.each(["serverId", "name", "description"])("%s", async (property) => {
    const { inputs, failures } = await preview({ [property]: UNKNOWN });

    expect(failures).toEqual([]);
    expect(inputs[property]).toBe(UNKNOWN);
  });

  it("and the placeholder of an unknown server is never sent as a server's id", async () => {
    await preview({ serverId: UNKNOWN });

    expect(account.emulator.requests().map(({ query }) => query)).toEqual([{}]);
  });
});

describe("the next run", () => {
  it.each<[string, Props]>([
    ["without the option", { __import: undefined }],
    ["with the option", {}],
    ["with the real name and description given", { name: "golden", description: "Before the upgrade" }],
  ])("keeps what was adopted, %s", async (_what, args) => {
    const { inputs } = await preview({});
    const news = { serverId: 12345, __resource: "web", __import: "801", ...args };

    const next = checkSnapshot(inputs, news, context);

    expect(next).toMatchObject({
      inputs: { serverId: "12345", name: "golden", description: "Before the upgrade" },
      failures: [],
    });
  });
});
