import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { startEmulator } from "../emulator";
import type { Emulator, Fault, FaultAction } from "../emulator";
import { CANARY } from "../support/account";
import { SimulatedClock } from "../support/simulated-clock";

let emulator: Emulator;
let clock: SimulatedClock;
let client: VpsorgClient;
const others: Server[] = [];

beforeEach(async () => {
  clock = new SimulatedClock();
  emulator = await startEmulator({ token: CANARY, now: () => clock.now() });
  client = createClient({ endpoint: emulator.endpoint, token: CANARY, clock });
});

afterEach(async () => {
  clock.close();
  others.splice(0).forEach((other) => other.close());
  await emulator.close();
});

const fault = (action: FaultAction, more: Partial<Fault> = {}): unknown =>
  emulator.fault({ match: {}, action, ...more });
const asked = (): string[] =>
  emulator.requests().map(({ path, query }) => `${path}?${new URLSearchParams(query).toString()}`);

async function ids(serverId?: string): Promise<string[]> {
  return (await client.listSnapshots({ serverId })).map(({ id }) => id);
}

describe("pages", () => {
  let all: string[];

  beforeEach(() => {
    emulator.outside.fillServer(12345);
    all = emulator.model.listSnapshots().map(({ id }) => String(id));
    emulator.setBehaviour({ pageSize: 2 });
  });

  test("all of them make the list", async () => {
    expect(await ids()).toEqual(all);
    expect(all).toHaveLength(5);
    expect(asked()).toHaveLength(3);
  });

  test("keep the filter", async () => {
    expect(await ids("12345")).toEqual(all);
    expect(emulator.requests().map(({ query }) => query["server_id"])).toEqual(["12345", "12345", "12345"]);
  });

  test("each is repeated by itself", async () => {
    fault({ kind: "status", status: 503 }, { skip: 1 });
    expect(await ids()).toEqual(all);
    expect(asked()).toHaveLength(4);
  });

  test("a snapshot that goes away meanwhile makes it begin anew", async () => {
    const effect = { action: "deleteSnapshot", id: Number(all[0]) } as const;
    fault({ kind: "run", effect }, { match: { query: "page=2" }, when: "before" });
    expect(await ids()).toEqual(all.slice(1));
    expect(asked()[2]).toBe("/snapshots/?");
  });

  test("a list that never holds still is an error, not a shorter list", async () => {
    fault({ kind: "patch", set: { count: 6 } }, { match: { query: "page=2" }, times: 0 });
    await expect(client.listSnapshots()).rejects.toMatchObject({
      code: "INCOMPLETE_LIST",
      message: expect.stringContaining("the list changed while it was read (5 entries, then 6)") as string,
    });
    expect(asked()).toHaveLength(6);
  });
});

test("count above what is listed, without next, is an incomplete list", async () => {
  fault({ kind: "patch", set: { count: 99 } }, { times: 0 });
  await expect(client.listSnapshots()).rejects.toMatchObject({
    code: "INCOMPLETE_LIST",
    message: "VPS.org's answer to GET /snapshots/ cannot be used: it announces 99 entries and lists 0",
  });
});

test("a next on another origin is refused, and nobody asks there", async () => {
  let visits = 0;
  const other = createServer((_request, response) => {
    visits++;
    response.end('{"count":0,"results":[]}');
  });
  others.push(other);
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  emulator.outside.createSnapshot({ serverId: 12345, name: "a" });
  fault({ kind: "next", url: `${url}/api/v1/snapshots/?page=2` }, { times: 0 });

  await expect(client.listSnapshots()).rejects.toMatchObject({
    code: "RESPONSE_SHAPE",
    message: expect.stringContaining(
      `its next page is at ${url}, which is not the endpoint's origin`,
    ) as string,
  });
  expect([visits, asked().length]).toEqual([0, 1]);
});

test("one entry of another form is named with its place", async () => {
  emulator.outside.fillServer(12345);
  fault({ kind: "patch", set: { "results.3.status": 5 } }, { times: 0 });
  await expect(client.listSnapshots()).rejects.toMatchObject({
    code: "RESPONSE_SHAPE",
    message: expect.stringContaining(" cannot be used: results[3].status should be string") as string,
  });
});

test.each([33, 5000, 200_000])("an answer nested %d deep is refused", async (depth) => {
  fault({ kind: "deep", depth }, { times: 0 });
  await expect(client.listSnapshots({ attempts: 1 })).rejects.toMatchObject({
    code: "RESPONSE_SHAPE",
    message: "VPS.org's answer to GET /snapshots/ cannot be used: its JSON is nested deeper than 32 levels",
  });
});

test("UUIDs are ids like any other", async () => {
  emulator.setBehaviour({ uuidIds: true });
  emulator.outside.fillServer(12345);
  const [first] = emulator.model.listSnapshots();
  const listed = await client.listSnapshots({ serverId: String(first?.server.id) });
  expect(listed.map(({ id }) => id)).toEqual(emulator.model.listSnapshots().map(({ id }) => id));
  expect(listed[0]?.serverId).toBe(first?.server.id);
});

describe("one server", () => {
  test.each([
    [200, ["/servers/12345/?"]],
    [404, ["/servers/12345/?", "/servers/?"]],
    [405, ["/servers/12345/?", "/servers/?"]],
  ] as const)("where its own address answers %d", async (serverDetail, requests) => {
    emulator.setBehaviour({ serverDetail });
    expect(await client.getServer("12345")).toEqual({ id: "12345", name: "web-server-01", status: "active" });
    expect(asked()).toEqual(requests);
  });

  test.each([404, 405] as const)("that is on no list is none (%d)", async (serverDetail) => {
    emulator.setBehaviour({ serverDetail });
    expect(await client.getServer("999999")).toBeUndefined();
  });

  test("is not called gone on a list that is not whole", async () => {
    fault({ kind: "patch", set: { count: 99 } }, { match: { path: "^/servers/$" }, times: 0 });
    await expect(client.getServer("999999")).rejects.toMatchObject({ code: "INCOMPLETE_LIST" });
  });

  test.each([401, 403, 500])("is not called gone after %d", async (status) => {
    fault({ kind: "status", status }, { times: 0 });
    await expect(client.getServer("12345")).rejects.toMatchObject({ status });
    expect(asked()).not.toContain("/servers/?");
  });
});
