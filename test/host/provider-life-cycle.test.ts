import { SNAPSHOT_PROVIDER } from "../../provider/core/state-contract";
import { HostError } from "../tools/support/host/host-error";
import { checked, failure, openScene, registered } from "./support/scene";
import type { Diff } from "../tools/support/host/provider-client";
import type { Properties } from "../tools/support/host/properties";
import type { Scene } from "./support/scene";

let scene: Scene;

/** One host for the tests of a group that leave nothing behind. */
function sharedScene(): void {
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene.close());
}

describe("check", () => {
  sharedScene();

  it("fills in the defaults and decides a name", async () => {
    const { inputs, failures } = await scene.client.check({}, registered({ serverId: 12345 }));

    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      __provider: SNAPSHOT_PROVIDER,
      __autoName: "web",
      serverId: "12345",
      name: expect.stringMatching(/^web-[0-9a-f]{7}$/) as string,
      waitForCompletion: true,
    });
    expect(scene.requests()).toEqual([]);
  });

  it("keeps an automatic name over updates and decides a fresh one for a replacement", async () => {
    const first = await checked(scene.client, { serverId: 12345 });
    const later = await checked(scene.client, { serverId: 12345, waitForCompletion: false }, first);
    const replacement = await checked(scene.client, { serverId: 12345 });

    expect(later["name"]).toBe(first["name"]);
    expect(replacement["name"]).not.toBe(first["name"]);
  });

  it("names the argument and the value of everything that is wrong, all at once", async () => {
    const { failures } = await scene.client.check(
      {},
      registered({
        serverId: -1,
        name: "not a name",
        description: 7,
        triggers: "v1",
        waitForCompletion: "yes",
        serverID: 12345,
        __timeouts: { create: "soon" },
      }),
    );

    const id = "a positive whole number or a UUID";
    expect(Object.fromEntries(failures.map(({ property, reason }) => [property, reason]))).toEqual({
      serverId: `must be the id of a server, ${id}; it is -1`,
      name: 'must be letters, digits, hyphens and underscores only; it is "not a name"',
      description: "must be text; it is 7",
      triggers: 'must be a list of values, for example [release]; it is "v1"',
      waitForCompletion: 'must be true or false; it is "yes"',
      serverID: expect.stringContaining('"serverID" is not an argument of Snapshot') as string,
      "": 'customTimeouts.create must be a time such as "45m" or "1h30m"; it is "soon"',
    });
  });

  it("says what is missing", async () => {
    const { failures } = await scene.client.check({}, registered({}));

    expect(failures).toEqual([
      { property: "serverId", reason: expect.stringContaining("is missing") as string },
    ]);
  });
});

describe("diff", () => {
  sharedScene();

  const args = { serverId: 12345, description: "before", triggers: ["v1", { b: 1, a: [2] }] };
  let inputs: Properties;
  let id: string;
  let recorded: Properties;

  beforeAll(async () => {
    inputs = await checked(scene.client, args);
    ({ id, properties: recorded } = await scene.client.create(inputs));
  });

  async function diff(change: Properties): Promise<Diff> {
    return scene.client.diff(id, recorded, await checked(scene.client, { ...args, ...change }, inputs));
  }

  it("finds nothing to do where nothing changed, and asks nobody", async () => {
    scene.emulator.clearRequests();

    const found = await diff({ serverId: "12345", triggers: ["v1", { a: [2], b: 1 }] });

    expect(found).toEqual({ changes: "none", replaces: [], deleteBeforeReplace: false });
    expect(scene.requests()).toEqual([]);
  });

  it.each([
    ["waitForCompletion", { waitForCompletion: false }],
    ["the time allowed", { __timeouts: { create: "45m" } }],
  ])("updates in place for a change of %s", async (_what, change) => {
    expect(await diff(change)).toEqual({ changes: "some", replaces: [], deleteBeforeReplace: false });
  });

  it.each([
    ["serverId", { serverId: 12346 }],
    ["name", { name: "other" }],
    ["description", { description: "after" }],
    ["triggers", { triggers: ["v2"] }],
  ])("replaces for a change of %s, the new one first", async (property, change) => {
    expect(await diff(change)).toEqual({
      changes: "some",
      replaces: [property],
      deleteBeforeReplace: false,
    });
  });

  it("deletes first where the server has no slot left", async () => {
    const [theirs] = scene.emulator.model.outside.fillServer(12347);
    const read = await scene.client.read(String(theirs), { __provider: SNAPSHOT_PROVIDER });
    const news = await checked(scene.client, { serverId: 12347 });

    expect(await scene.client.diff(read.id, read.properties, news)).toEqual({
      changes: "some",
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
  });
});

describe("a snapshot", () => {
  sharedScene();

  it("is created, read, updated in place and deleted", async () => {
    const { emulator } = scene;
    let { client } = scene;
    const args = { serverId: 12345, description: "before the upgrade", triggers: ["v1"] };
    const inputs = await checked(client, args);

    const { id, properties } = await client.create(inputs);

    expect(properties).toEqual({
      __provider: SNAPSHOT_PROVIDER,
      serverId: "12345",
      name: inputs["name"],
      description: "before the upgrade",
      triggers: ["v1"],
      waitForCompletion: true,
      __endpoint: emulator.endpoint,
      serverName: "web-server-01",
      status: "completed",
      sizeMb: 5120,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    expect(emulator.model.listSnapshots()).toMatchObject([{ id: Number(id), status: "completed" }]);

    expect(await client.read(id, properties)).toEqual({ id, properties });

    client = await scene.nextRun();
    const news = await checked(client, { ...args, waitForCompletion: false }, inputs);
    const updated = await client.update(id, properties, news);
    expect(updated).toEqual({ ...properties, waitForCompletion: false });

    client = await scene.nextRun();
    await client.delete(id, updated);
    expect(emulator.model.listSnapshots()).toEqual([]);
    expect(scene.requests().filter((request) => !request.startsWith("GET"))).toEqual([
      "POST /snapshots/",
      `DELETE /snapshots/${id}/`,
    ]);
    expect(scene.host.lines).toEqual([]);
  });

  it("that is gone reads as gone and deletes as deleted", async () => {
    const { client, emulator } = scene;
    const inputs = await checked(client, { serverId: 12347 });
    const recorded = { ...inputs, status: "completed", serverName: "", __endpoint: emulator.endpoint };

    expect(await client.read("99", recorded)).toEqual({
      id: "",
      properties: { __provider: SNAPSHOT_PROVIDER },
    });
    await client.delete("99", recorded);
  });

  it("of which only the id is known is read whole", async () => {
    const { client, emulator } = scene;
    const id = String(
      emulator.model.outside.createSnapshot({ serverId: 12346, name: "theirs", description: "by hand" }),
    );

    const read = await client.read(id, { __provider: SNAPSHOT_PROVIDER });

    expect(read).toEqual({
      id,
      properties: {
        __provider: SNAPSHOT_PROVIDER,
        serverId: "12346",
        serverName: "db-server-01",
        name: "theirs",
        description: "by hand",
        waitForCompletion: true,
        __endpoint: emulator.endpoint,
        status: "completed",
        sizeMb: 81920,
        createdAt: expect.any(String) as string,
      },
    });
  });

  it("that never existed is an error where only its id is given", async () => {
    const { message } = await failure(scene.client.read("999", { __provider: SNAPSHOT_PROVIDER }), HostError);

    expect(message).toContain("there is no snapshot 999");
  });

  it("that the engine replaces on its own account is deleted after its replacement was made", async () => {
    const { emulator } = scene;
    let { client } = scene;
    const inputs = await checked(client, { serverId: 12347 });
    const old = await client.create(inputs);
    client = await scene.nextRun();

    // By the options replacementTrigger and replaceWith: the provider itself sees nothing to replace.
    const same = await checked(client, { serverId: 12347 }, inputs);
    expect(await client.diff(old.id, old.properties, same)).toMatchObject({ replaces: [] });
    const fresh = await client.create(await checked(client, { serverId: 12347 }));
    await client.delete(old.id, old.properties);

    expect(emulator.model.listSnapshots(12347).map(({ id }) => String(id))).toEqual([fresh.id]);
  });

  it.each([
    ["that is a web page", { kind: "html" }],
    ["that is not whole", { kind: "replaceBody", body: { count: 3, results: [] } }],
    ["that is refused", { kind: "status", status: 404 }],
  ] as const)("is not called gone by a list %s", async (_what, action) => {
    const { client, emulator } = scene;
    const inputs = await checked(client, { serverId: 12346 });
    const state = { ...inputs, status: "completed", __endpoint: emulator.endpoint };
    // A write makes the kept lists stale.
    await client.delete("98", state);
    emulator.fault({ id: "list", match: { method: "GET", path: "^/snapshots/$" }, times: 0, action });

    const { message } = await failure(client.read("99", state), HostError);

    emulator.clearFaults();
    expect(message).toContain("GET /snapshots/");
  });
});
