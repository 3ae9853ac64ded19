import { COMPLETION_PROVIDER, REQUEST_PROVIDER } from "../../provider/core/state-contract";
import { checked, eventually, openScene, registered } from "./support/scene";
import type { Scene } from "./support/scene";

/** On which row of the engine's display a message lands: the engine itself tells a dynamic provider no URN. */

const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/vpsorg:Snapshot::web";
const OTHER = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/vpsorg:Snapshot::db";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

/** Each message's row, by how the message begins. */
const rows = (): [string, string | undefined][] =>
  scene.engine.messages.map(({ message, urn }) => [message, urn]);

const rowOf = (text: string): Promise<string | undefined | null> =>
  eventually(() => {
    const found = rows().find(([message]) => message.includes(text));
    return found === undefined ? undefined : (found[1] ?? null);
  });

it("each of several creates at once tells its progress on its own row", async () => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ neverCompletes: true });
  const [web, db] = [
    await checked(client, { serverId: 12346, name: "a-web", __urn: URN }),
    await checked(client, { serverId: 12346, name: "b-db", __urn: OTHER, triggers: [{ b: 1, a: [2] }] }),
  ];
  const creating = Promise.all([client.create(web), client.create(db)]);
  expect(await rowOf('"a-web" of server')).toBe(URN);
  expect(await rowOf('"b-db" of server')).toBe(OTHER);
  emulator.setBehaviour({ neverCompletes: null });
  await creating;
});

it("the URN is not recorded", async () => {
  const { client } = scene;
  const inputs = await checked(client, { serverId: 12345, __urn: URN });
  expect(inputs).not.toHaveProperty("__urn");
  expect((await client.create(inputs)).properties).not.toHaveProperty("__urn");
});

it("what diff warns of, and what a delete says later in the same run, is on the resource's row", async () => {
  const { client, emulator } = scene;
  const args = { serverId: 12345, name: "nightly", description: "before" };
  const { id, properties } = await client.create(await checked(client, args));
  emulator.setBehaviour({ busy: { status: 409, text: "Server is busy", times: 2, operations: ["delete"] } });
  const news = await checked(client, { ...args, description: "after", __urn: URN });

  await client.diff(id, properties, news);
  await client.delete(id, properties);

  expect(await rowOf("a time without this restore point")).toBe(URN);
  expect(await rowOf("busy")).toBe(URN);
});

it("an adopted snapshot is waited for on its resource's row, although check has taken over what it is", async () => {
  const { client, emulator } = scene;
  emulator.outside.createSnapshot({ id: 77, serverId: 12346, name: "by-hand" });
  emulator.outside.setSnapshot(77, { status: "in_progress" });
  const creating = client.create(await checked(client, { serverId: 12346, __import: "77", __urn: URN }));
  expect(await rowOf('"by-hand" of server 12346 (db-server-01): in_progress')).toBe(URN);
  emulator.outside.setSnapshot(77, { status: "completed" });
  await creating;
  expect(await rowOf('"by-hand" of server 12346 (db-server-01): completed')).toBe(URN);
});

it("a restore is announced, and dropped, on its own row", async () => {
  const { client, emulator } = scene;
  const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/vpsorg:RestoreRequest::back-request";
  emulator.outside.createSnapshot({ id: 77, serverId: 12345, name: "golden" });
  const news = { __provider: REQUEST_PROVIDER, snapshotId: 77, serverId: 12345, __urn: urn };
  const { inputs, failures } = await client.check({}, news);
  expect(failures).toEqual([]);
  expect(inputs).not.toHaveProperty("__urn");
  const { id, properties } = await client.create(inputs);
  const wait = {
    __provider: COMPLETION_PROVIDER,
    ...{
      requestId: id,
      snapshotId: "77",
      snapshotName: "golden",
      serverId: "12345",
      serverName: "web-server-01",
    },
    ...{
      requestedAt: properties["requestedAt"] as string,
      answer: "accepted",
      __endpoint: emulator.endpoint,
    },
  };
  const completion = await client.create(wait);

  await client.check(inputs, news);
  await client.diff(id, properties, inputs);
  // The completion has the id of its request.
  const { inputs: waiting } = await client.check(wait, { ...wait, __urn: urn.replaceAll("equest", "ow") });
  await client.diff(completion.id, completion.properties, waiting);
  await client.delete(id, properties);

  expect(await rowOf("will be overwritten")).toBe(urn);
  expect(await rowOf("that changes nothing on the server")).toBe(urn);
});

it.each([[undefined], [17], ["not a URN"]])(
  "where the program gives %j for a URN, the stack's row serves",
  async (__urn) => {
    const { client, emulator } = scene;
    emulator.setBehaviour({ neverCompletes: true });
    const inputs = await checked(client, { serverId: 12346, ...(__urn === undefined ? {} : { __urn }) });
    const creating = client.create(inputs);
    expect(await rowOf("in_progress")).toBeNull();
    const [made] = emulator.model.listSnapshots();
    emulator.outside.setSnapshot(made?.id ?? "", { status: "completed" });
    await creating;
  },
);

it("a refresh or a destroy, which check nothing, use the stack's row", async () => {
  const { client, emulator } = scene;
  const { id, properties } = await client.create(await checked(client, { serverId: 12345, __urn: URN }));
  emulator.setBehaviour({ busy: { status: 409, text: "Server is busy", times: 2, operations: ["delete"] } });
  const next = await scene.nextRun();
  await next.delete(id, { ...registered({}), ...properties });
  expect(await rowOf("busy")).toBeNull();
});
