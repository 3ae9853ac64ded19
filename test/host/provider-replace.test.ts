import { HostError } from "../tools/support/host/host-error";
import type { Properties } from "../tools/support/host/properties";
import { checked, failure, openScene } from "./support/scene";
import type { Scene } from "./support/scene";

/**
 * The calls that `up --replace`, `--target-replace` and a tainted resource make: a check without the old inputs, a
 * create and a delete, and no diff in between. `waitForCompletion: false` must not cost the only restore point there.
 */
let scene: Scene;
let old: { readonly id: string; readonly properties: Properties };

const args = { serverId: 12345, waitForCompletion: false, __timeouts: { create: "3s" } };

beforeEach(async () => {
  scene = await openScene();
  old = await scene.client.create(await checked(scene.client, { ...args, waitForCompletion: true }));
  await scene.nextRun();
});

afterEach(() => scene.close());

const statuses = (): Record<string, string> =>
  Object.fromEntries(scene.emulator.model.listSnapshots().map(({ id, status }) => [id, status]));

it("the old one is deleted when the new one is completed", async () => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ neverCompletes: true });
  const made = await client.create(await checked(client, args));

  const deleted = client.delete(old.id, old.properties);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(statuses()).toEqual({ [old.id]: "completed", [made.id]: "in_progress" });
  emulator.setBehaviour({ neverCompletes: null });
  await deleted;

  expect(statuses()).toEqual({ [made.id]: "completed" });
});

it("the old one stays where the new one fails", async () => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ finalSnapshotStatus: "failed" });
  const made = await client.create(await checked(client, args));

  const { message } = await failure(client.delete(old.id, old.properties), HostError);

  expect(message).toMatch(/was not deleted and stays in the state.*ended as "failed"/);
  expect(statuses()).toEqual({ [old.id]: "completed", [made.id]: "failed" });
});

describe("after a kill between the two, the next up", () => {
  let inputs: Properties;
  let made: { readonly id: string; readonly properties: Properties };

  beforeEach(async () => {
    scene.emulator.setBehaviour({ neverCompletes: true });
    inputs = await checked(scene.client, args);
    made = await scene.client.create(inputs);
    await scene.nextRun();
  });

  /** What the engine asks for in an `up` of the same program. */
  const compare = async () =>
    scene.client.diff(made.id, made.properties, await checked(scene.client, args, inputs));

  it("changes nothing, asks for nothing, and waits before it deletes", async () => {
    scene.emulator.clearRequests();
    expect(await compare()).toMatchObject({ changes: "none" });
    expect(scene.requests()).toEqual([]);

    const deleted = scene.client.delete(old.id, old.properties);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(statuses()).toEqual({ [old.id]: "completed", [made.id]: "in_progress" });
    scene.emulator.setBehaviour({ neverCompletes: null });
    await deleted;

    expect(statuses()).toEqual({ [made.id]: "completed" });
  });

  it("keeps the old one where the new one is not completed in time", async () => {
    await compare();
    const { message } = await failure(scene.client.delete(old.id, old.properties), HostError);
    expect(message).toMatch(/was not deleted and stays in the state.*is still "in_progress" after/);
    expect(Object.keys(statuses())).toHaveLength(2);
  });

  it("and a destroy, also one that refreshes first, waits for nothing", async () => {
    // A refresh compares what it has read, with the recorded inputs.
    const { properties } = await scene.client.read(made.id, made.properties);
    await scene.client.diff(made.id, properties, inputs);

    await scene.client.delete(old.id, old.properties);
    await scene.client.delete(made.id, properties);

    expect(statuses()).toEqual({});
  });
});
