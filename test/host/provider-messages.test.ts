import { HostError } from "../tools/support/host/host-error";
import { checked, eventually, failure, openScene } from "./support/scene";
import type { Scene, SceneOptions } from "./support/scene";

let scene: Scene;

async function open(options: SceneOptions = {}): Promise<Scene> {
  return (scene = await openScene(options));
}

afterEach(() => scene.close());

/** A snapshot that a run which was cut off may have left behind. */
const LEFTOVER = { serverId: 12345, name: "web-0123abc" };

it("progress is of the moment: ephemeral information", async () => {
  const { client, engine, emulator } = await open();
  // On a slow machine it would be completed before the first look.
  emulator.setBehaviour({ neverCompletes: true });
  const created = client.create(await checked(client, { serverId: 12346 }));

  const message = await eventually(() => engine.messages[0]);
  emulator.setBehaviour({ neverCompletes: false });
  await created;

  expect(message).toEqual({
    severity: "INFO",
    ephemeral: true,
    message: expect.stringMatching(
      /^snapshot \d+ "web-[0-9a-f]{7}" of server 12346 \(db-server-01\): in_progress, /,
    ) as string,
  });
  expect(scene.host.lines).toEqual([]);
});

it("a long wait does not write a line for each look", async () => {
  const { client, engine, emulator } = await open();
  emulator.setBehaviour({ neverCompletes: true });
  const inputs = await checked(client, { serverId: 12345, __timeouts: { create: "900ms" } });

  await failure(client.create(inputs), HostError);

  const looks = emulator.requests().filter(({ method }) => method === "GET").length;
  expect(looks).toBeGreaterThan(5);
  expect(engine.messages.length).toBeLessThanOrEqual(2);
});

it("a warning is a warning, and is kept", async () => {
  const { client, engine, emulator } = await open();
  emulator.model.outside.createSnapshot(LEFTOVER);

  await client.create(await checked(client, { serverId: 12345 }));

  const warning = await eventually(() => engine.messages.find(({ severity }) => severity === "WARNING"));
  expect(warning.ephemeral).toBe(false);
  expect(warning.message).toContain('"web-0123abc" of server 12345 (web-server-01)');
  expect(warning.message).toContain("interrupted run");
});

it("a warning is at the engine although the run ends soon after the call that it belongs to", async () => {
  const { client, emulator, engine, host } = await open();
  const args = { serverId: 12345, name: "nightly", description: "before" };
  const made = { serverName: "web-server-01", __endpoint: emulator.endpoint };
  const recorded = { ...(await checked(client, args)), ...made, status: "completed" };
  const news = await checked(client, { ...args, description: "after" });

  expect(await client.diff("801", recorded, news)).toMatchObject({ deleteBeforeReplace: true });
  // A preview ends with its last diff, and the host with it: only the program has to end in between.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await host.stop();

  await eventually(() => engine.messages.length > 0);
  expect(engine.messages[0]).toMatchObject({
    severity: "WARNING",
    message: expect.stringContaining("a time without this restore point") as string,
  });
});

it("an unknown status word is warned about once", async () => {
  const { client, engine, emulator } = await open();
  // However slow this machine is, the status lasts until it was seen.
  emulator.setBehaviour({ intermediateStatus: "compressing", neverCompletes: true });
  const [a, b] = [
    await checked(client, { serverId: 12346, name: "a" }),
    await checked(client, { serverId: 12346, name: "b" }),
  ];

  const created = Promise.all([client.create(a), client.create(b)]);

  const warnings = () => engine.messages.filter(({ severity }) => severity === "WARNING");
  await eventually(() => warnings().length > 0);
  emulator.setBehaviour({ neverCompletes: null });
  await created;
  expect(warnings().map(({ message }) => message)).toEqual([
    expect.stringContaining('has the status "compressing", which is not documented') as string,
  ]);
});

it("a create whose answer was lost, and found again, is told and kept", async () => {
  const { client, engine, emulator } = await open();
  emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });

  const { properties } = await client.create(await checked(client, { serverId: 12345 }));

  expect(properties["status"]).toBe("completed");
  const told = await eventually(() => engine.messages.find(({ ephemeral }) => !ephemeral));
  expect(told).toMatchObject({
    severity: "INFO",
    message: expect.stringContaining("although VPS.org did not say so") as string,
  });
});

it.each([
  ["there is no engine at the address", "127.0.0.1:9"],
  ["there is no address", "nowhere"],
])("where %s, messages are lines and nothing breaks", async (_what, engineAddress) => {
  const { client, host, emulator } = await open({ engineAddress });
  emulator.model.outside.createSnapshot(LEFTOVER);

  const { id, properties } = await client.create(await checked(client, { serverId: 12345 }));
  const read = await client.read(id, properties);

  expect(read.properties["status"]).toBe("completed");
  await eventually(() => host.lines.length > 0);
  expect(host.lines).toEqual([
    expect.stringMatching(/^warning: snapshot \d+ "web-0123abc" of server 12345/) as string,
  ]);
});
