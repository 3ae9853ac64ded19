import { SNAPSHOT_PROVIDER } from "../../provider/core/state-contract";
import { HostError } from "../tools/support/host/host-error";
import type { Partial } from "../tools/support/host/host-error";
import type { Properties } from "../tools/support/host/properties";
import { checked, failure, openScene } from "./support/scene";
import type { Scene } from "./support/scene";

/** A create that does not end well, yet has made a snapshot: its id must reach the state, by all means. */

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(() => scene.close());

const args = { serverId: 12345, description: "before the upgrade", triggers: ["v1", { build: 7 }] };

async function partialCreate(inputs: Properties): Promise<Partial> {
  const error = await failure(scene.client.create(inputs), HostError);
  if (error.partial === undefined) throw error;
  // The engine shows the reasons only.
  expect(error.partial.reasons).toEqual([error.message]);
  return error.partial;
}

/** All that the next run needs: what was asked for, and what is known of the snapshot. */
function expectRecorded(partial: Partial, inputs: Properties, status: string): void {
  const { __autoName: _prefix, ...kept } = inputs;
  expect(partial.properties).toEqual({
    ...kept,
    __provider: SNAPSHOT_PROVIDER,
    __endpoint: scene.emulator.endpoint,
    serverName: "web-server-01",
    status,
    createdAt: expect.any(String) as string,
  });
}

it("a deadline keeps the id, and the next run goes on waiting", async () => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ neverCompletes: true });
  const inputs = await checked(client, { ...args, __timeouts: { create: "300ms" } });

  const partial = await partialCreate(inputs);

  expect(partial.id).toBe(String(emulator.model.listSnapshots()[0]?.id));
  expectRecorded(partial, inputs, "in_progress");
  expect(partial.reasons.join()).toMatch(/still "in_progress".*the next `pulumi up` goes on waiting/);

  emulator.setBehaviour({ neverCompletes: false });
  expect(await client.diff(partial.id, partial.properties, inputs)).toMatchObject({ replaces: [] });
  const resumed = await client.update(partial.id, partial.properties, inputs);

  expect(resumed).toEqual({ ...partial.properties, status: "completed", sizeMb: 5120 });
  expect(scene.requests().filter((request) => request.startsWith("POST"))).toHaveLength(1);
});

it("a refresh in between does not end the waiting", async () => {
  const { emulator } = scene;
  emulator.setBehaviour({ neverCompletes: true });
  const inputs = await checked(scene.client, { ...args, __timeouts: { create: "200ms" } });
  const { id, properties } = await partialCreate(inputs);

  // The engine forgets the error of the create when it has read the resource: all that is left is its status.
  const client = await scene.nextRun();
  const read = await client.read(id, properties);

  expect(read).toEqual({ id, properties });
  expect(await client.diff(id, read.properties, inputs)).toEqual({
    changes: "some",
    replaces: [],
    deleteBeforeReplace: false,
  });
});

it("a deadline passes while every look fails: the reason says why", async () => {
  const { client, emulator } = scene;
  const inputs = await checked(client, { ...args, __timeouts: { create: "2s" } });
  emulator.fault({
    match: { method: "GET", path: "^/snapshots/$" },
    skip: 1,
    times: 0,
    action: { kind: "status", status: 500 },
  });

  const partial = await partialCreate(inputs);

  expectRecorded(partial, inputs, "in_progress");
  expect(partial.reasons.join()).toContain("VPS.org answered 500 to GET /snapshots/");
});

it("a resumed wait that runs out keeps the id again", async () => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ neverCompletes: true });
  const timeouts = { __timeouts: { create: "100ms", update: "200ms" } };
  const inputs = await checked(client, { ...args, ...timeouts });
  const { id, properties } = await partialCreate(inputs);

  const { partial } = await failure(client.update(id, properties, inputs), HostError);

  expect(partial).toMatchObject({ id, properties });
});

it("a failed snapshot is recorded as failed, and the next run replaces it", async () => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ finalSnapshotStatus: "failed" });
  const inputs = await checked(client, args);

  const partial = await partialCreate(inputs);

  expectRecorded(partial, inputs, "failed");
  expect(partial.reasons.join()).toContain('ended as "failed"');
  expect(await client.diff(partial.id, partial.properties, inputs)).toEqual({
    changes: "some",
    replaces: ["status"],
    deleteBeforeReplace: true,
  });
});

it("a token that is refused during the wait does not cost the id", async () => {
  const { client, emulator } = scene;
  const inputs = await checked(client, args);
  emulator.fault({
    match: { method: "GET", path: "^/snapshots/$" },
    skip: 1,
    times: 0,
    action: { kind: "status", status: 401 },
  });

  const partial = await partialCreate(inputs);

  expectRecorded(partial, inputs, "in_progress");
});

// It travels in the trailers of the answer; this client takes 64 kB of them, the engine far more.
it.each([4, 40])("a description of %d kB does not cost the id", async (kilobytes) => {
  const { client, emulator } = scene;
  emulator.setBehaviour({ neverCompletes: true });
  const description = "0123456789abcdef".repeat((kilobytes * 1024) / 16);
  const inputs = await checked(client, { serverId: 12345, description, __timeouts: { create: "100ms" } });

  const partial = await partialCreate(inputs);

  expect(partial.id).toBe(String(emulator.model.listSnapshots()[0]?.id));
  expectRecorded(partial, inputs, "in_progress");
});
