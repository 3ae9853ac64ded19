import type { Properties } from "../../provider/host/boundary";
import type { Provider } from "../../provider/host/provider";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { openHost, PROVIDER } from "./snapshot-host";

/** Which slot is promised to which replacement, as a run of the engine shows it to the host: by check, diff and create. */
const SEEDS = ["web-1111111", "db-2222222", "of-others", "of-others-too"].map((name, i) => ({
  id: 801 + i,
  serverId: 12345,
  name,
  createdAt: "2025-01-15T18:30:00Z",
}));

let emulator: Emulator;
let host: Provider["snapshot"];

beforeEach(async () => {
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
  emulator = await startEmulator({ token: CANARY, snapshots: SEEDS, speed: 3600 });
  host = openHost(emulator.endpoint);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await emulator.close();
});

interface Recorded {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** As the state holds a resource that was called so. */
function recorded(id: string, resource: string, name: string): Recorded {
  const inputs = { __provider: PROVIDER, serverId: "12345", name, __autoName: resource, triggers: [1] };
  const { __autoName: _prefix, ...outputs } = inputs;
  const api = { status: "completed", serverName: "web", createdAt: "2025-01-15T18:30:00Z" };
  const marks = { waitForCompletion: true, __endpoint: emulator.endpoint };
  return { id, inputs: { ...inputs, waitForCompletion: true }, outputs: { ...outputs, ...api, ...marks } };
}

const declared = (resource: string, parent = ""): Properties => ({
  __provider: PROVIDER,
  __resource: resource,
  __urn: `urn:pulumi:dev::demo::${parent}pulumi-nodejs:dynamic/vpsorg:Snapshot::${resource}`,
  serverId: 12345,
  triggers: [2],
});

/** Whether the old one goes first. */
async function compare(old: Recorded, resource: string): Promise<boolean> {
  const { inputs } = await host.check(old.inputs, declared(resource));
  const diff = await host.diff(old.id, old.outputs, { ...inputs, __provider: PROVIDER });
  expect(diff.replaces).toEqual(["triggers"]);
  return diff.deleteBeforeReplace;
}

/** The create of a new resource, or of a replacement: neither check sees old inputs. */
async function create(resource: string, parent?: string): Promise<string> {
  const { inputs } = await host.check({}, declared(resource, parent));
  return (await host.create({ ...inputs, __provider: PROVIDER })).id;
}

test("a renamed resource gives its slot back when it is replaced", async () => {
  const web = recorded("801", "web", "web-1111111");
  const db = recorded("802", "db", "db-2222222");

  expect(await compare(web, "site")).toBe(false);
  await create("site");
  await host.delete(web.id, web.outputs);

  expect(await compare(db, "db")).toBe(false);
  expect(emulator.model.listSnapshots()).toHaveLength(4);
});

test("a replacement that had to delete first is promised the slot that it has left", async () => {
  const web = recorded("801", "web", "web-1111111");
  const db = recorded("802", "db", "db-2222222");
  emulator.outside.createSnapshot({ serverId: 12345, name: "fifth" });

  expect(await compare(web, "web")).toBe(true);
  await host.delete(web.id, web.outputs);

  // Four are there, and the fifth slot is for the replacement of "web".
  expect(await compare(db, "db")).toBe(true);
  await create("web");
  await host.delete(db.id, db.outputs);
  await create("db");
  expect(emulator.model.listSnapshots()).toHaveLength(5);
});

test("another resource of the same name takes no slot that is promised", async () => {
  const web = recorded("801", "web", "web-1111111");
  const db = recorded("802", "db", "db-2222222");
  emulator.model.deleteSnapshot("803");

  expect(await compare(web, "web")).toBe(false);
  await create("web", "in:a:Component$");
  // Four are there, and the fifth slot is for the replacement of "web".
  expect(await compare(db, "db")).toBe(true);
});

test("a new snapshot takes the last slot, so a replacement that is met after it deletes first", async () => {
  const { inputs } = await host.check({}, declared("new"));
  const web = recorded("801", "web", "web-1111111");
  expect(await compare(web, "web")).toBe(true);

  await host.delete(web.id, web.outputs);
  await host.create({ ...inputs, __provider: PROVIDER });
  await create("web");
  expect(emulator.model.listSnapshots()).toHaveLength(5);
});

test("a new snapshot that could not be made gives its slot back", async () => {
  emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 400 } });
  await expect(create("new")).rejects.toThrow();

  expect(await compare(recorded("801", "web", "web-1111111"), "web")).toBe(false);
});

test("a new snapshot that is made counts once", async () => {
  emulator.model.deleteSnapshot("803");
  await create("new");

  expect(await compare(recorded("801", "web", "web-1111111"), "web")).toBe(false);
});
