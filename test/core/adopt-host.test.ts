import type { Properties } from "../../provider/host/boundary";
import type { Provider } from "../../provider/host/provider";
import { planImport } from "../../provider/core/import-file";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { UNKNOWN } from "./run-fixture";
import { openHost, PROVIDER } from "./snapshot-host";

/**
 * What the provider host keeps apart: which resource of a run holds which snapshot. Each run of the engine has a
 * host of its own, so here each run has a provider of its own.
 */
const SEEDS = [
  { id: 801, serverId: 12345, name: "golden" },
  { id: 802, serverId: 12345, name: "other" },
];

let emulator: Emulator;
let host: Provider["snapshot"];
let said: string[];

function nextRun(): void {
  host = openHost(emulator.endpoint);
}

beforeEach(async () => {
  emulator = await startEmulator({ token: CANARY, snapshots: SEEDS });
  said = [];
  // Where there is no engine, the host's messages go to standard output.
  jest.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  nextRun();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await emulator.close();
  expect(emulator.requests().filter(({ method }) => method !== "GET")).toEqual([]);
  expect(emulator.model.listSnapshots()).toHaveLength(2);
});

const adopting = (resource: string, more: Properties = {}): Properties => ({
  __provider: PROVIDER,
  __resource: resource,
  serverId: 12345,
  __import: "801",
  ...more,
});

const check = (resource: string, more: Properties = {}) => host.check({}, adopting(resource, more));

/** Adopts 801 as a run does, and gives what is recorded of it. */
async function adopt(resource: string): Promise<{ inputs: Properties; outputs: Properties }> {
  const { inputs, failures } = await check(resource);
  expect(failures).toEqual([]);
  const { id, outs } = await host.create(inputs);
  expect(id).toBe("801");
  return { inputs, outputs: outs as Properties };
}

async function refused(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => "it was not refused",
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Error);
  expect((outcome as Error).stack).toBe((outcome as Error).message);
  return (outcome as Error).message;
}

const TAKE_OUT =
  "`pulumi state delete URN`, with --force where it is protected (`pulumi stack --show-urns --show-ids` lists them; where both " +
  'have one URN, take the one with "delete": true out of the file that `pulumi stack export --file FILE` writes, and run ' +
  "`pulumi stack import --file FILE`)";

const twice = (who: string): string =>
  `snapshot 801 cannot belong to two resources: ${who} already. Take the option import, or the id in adopt, off the one that ` +
  `is not to have it; where the state holds both, take the entry of one Snapshot out with ${TAKE_OUT}. Nothing was done to the snapshot for this resource.`;

describe("one snapshot, two resources", () => {
  it("two new ones: the second is refused", async () => {
    await check("a");

    expect(await refused(check("b"))).toBe(twice('the resource "a" is to import it'));
  });

  it("two new ones of one name, in different components: the second is refused", async () => {
    await check("a");

    expect(await refused(check("a"))).toContain("cannot belong to two resources");
  });

  it("a new one and one that holds it: refused in whatever order they come", async () => {
    const { inputs, outputs } = await adopt("a");

    nextRun();
    await host.diff("801", outputs, inputs);
    expect(await refused(check("b"))).toBe(twice("a resource of this stack holds it"));

    nextRun();
    await check("b");
    expect(await refused(host.diff("801", outputs, inputs))).toBe(twice('the resource "b" is to import it'));
  });

  it("a new one of what a resource has replaced and is yet to delete: refused", async () => {
    const { inputs, outputs } = await adopt("a");
    nextRun();
    await host.diff("801", { ...outputs, __replaces: ["802"] }, inputs);

    expect(await refused(check("b", { __import: "802" }))).toContain(
      "snapshot 802 cannot belong to two resources: a resource of this stack holds it already",
    );
  });

  it("a resource that gets another name without an alias: its old half cannot delete the snapshot", async () => {
    const { outputs } = await adopt("a");
    nextRun();
    await adopt("b");

    expect(await refused(host.delete("801", outputs))).toBe(
      "snapshot 801 was not deleted: another entry of this stack's state holds the same snapshot and keeps it. Take the " +
        `entry that is not wanted out of the state with ${TAKE_OUT}; a resource that is to be replaced must not have the ` +
        "option import.",
    );
  });

  it("a resource that is to import it, and has not yet: nothing deletes the snapshot before it does", async () => {
    const { outputs } = await adopt("a");
    nextRun();
    // As `up --replace` with deleteBeforeReplace does, and `up --continue-on-error` where the import fails.
    await check("a");

    expect(await refused(host.delete("801", outputs))).toBe(
      'snapshot 801 was not deleted: the resource "a" is to import it in this run. Take the entry that is not ' +
        `wanted out of the state with ${TAKE_OUT}; a resource that is to be replaced must not have the option import.`,
    );
  });

  it("two entries from import files: the one that goes cannot delete what the other one keeps", async () => {
    const [golden] = emulator.model.listSnapshots().filter(({ id }) => id === 801);
    const record = {
      id: "801",
      serverId: "12345",
      serverName: "web-server-01",
      name: "golden",
      status: "completed",
      createdAt: String(golden?.created_at),
    };
    const [gone, kept] = [0.1, 0.2].map(
      (mark) => planImport([record], emulator.endpoint, () => mark).file.resources[0],
    );
    const keeping = kept as unknown as { inputs: Properties; outputs: Properties };
    const { inputs } = await host.check(keeping.inputs, {
      __provider: PROVIDER,
      __resource: "renamed",
      serverId: 12345,
      name: "golden",
    });
    await host.diff("801", keeping.outputs, inputs);

    expect(await refused(host.delete("801", gone?.outputs as Properties))).toContain(
      "snapshot 801 was not deleted: another entry of this stack's state holds the same snapshot and keeps it",
    );
  });

  it("two of a stack that hold different ones go on as they are", async () => {
    const { inputs, outputs } = await adopt("a");
    nextRun();

    const { failures } = await check("b", { __import: "802" });
    const diff = await host.diff("801", outputs, inputs);

    expect([failures, diff.changes]).toEqual([[], false]);
  });
});

describe("the option, once state holds the snapshot", () => {
  const WHAT = 'snapshot 801 "golden" of server 12345 (web-server-01)';

  async function next(more: Properties): Promise<{ inputs: Properties; outputs: Properties }> {
    const { inputs, outputs } = await adopt("a");
    nextRun();
    emulator.clearRequests();
    const checked = await host.check(inputs, adopting("a", more));
    expect(checked.failures).toEqual([]);
    return { inputs: checked.inputs, outputs };
  }

  it.each<[string, Properties]>([
    ["left", {}],
    ["removed", { __import: undefined }],
  ])("%s: no change, and no request", async (_what, more) => {
    const { inputs, outputs } = await next(more);

    expect(await host.diff("801", outputs, inputs)).toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
    expect(emulator.requests()).toEqual([]);
  });

  it("asks for another snapshot: an error, never a replacement", async () => {
    const { inputs, outputs } = await next({ __import: "802" });

    expect(await refused(host.diff("801", outputs, inputs))).toBe(
      `the resource option import asks for snapshot 802, but the state already holds ${WHAT}. Nothing was changed. ` +
        "Remove the option to keep that one, or give the other one a resource of its own.",
    );
    expect(emulator.requests()).toEqual([]);
  });

  it.each<[string, Properties]>([
    ["serverId", { serverId: 12346 }],
    ["name", { name: "new-name" }],
    ["description", { description: "new" }],
    ["triggers", { triggers: ["v2"] }],
    ["name, description", { name: "new-name", description: "new" }],
  ])("left while %s changes: an error, never a replacement", async (properties, more) => {
    const { inputs, outputs } = await next(more);

    expect(await refused(host.diff("801", outputs, inputs))).toBe(
      `${WHAT} was imported and would be replaced, because of ${properties}. Nothing was changed. Remove the resource ` +
        "option import to have it replaced, or give back the old values to keep it.",
    );
    expect(emulator.requests()).toEqual([]);
  });

  it("removed while the name changes: a replacement, as of any other", async () => {
    const { inputs, outputs } = await next({ __import: undefined, name: "new-name" });

    expect(await host.diff("801", outputs, inputs)).toMatchObject({ replaces: ["name"] });
  });
});

describe("the check", () => {
  it("says which snapshot is adopted, and that nothing is created", async () => {
    await adopt("a");

    expect(said).toEqual([
      expect.stringMatching(
        /^adopts existing snapshot 801 \("golden", server 12345 \(web-server-01\), [\dT:.-]+Z\): nothing is created\.\n$/,
      ),
    ]);
  });

  it("does not take the placeholder of an unknown server for a server's id", async () => {
    const { failures } = await check("a", { serverId: UNKNOWN });

    expect(failures).toEqual([]);
    expect(emulator.requests().map(({ query }) => query)).toEqual([{}]);
  });
});
