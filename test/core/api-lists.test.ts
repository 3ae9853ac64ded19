import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { createSession } from "../../provider/core/session";
import { startEmulator } from "../tools/emulator";
import type { Emulator, Fault, FaultAction } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

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

test("one entry without an id is named with its place", async () => {
  emulator.outside.fillServer(12345);
  fault({ kind: "patch", set: { "results.3.id": null } }, { times: 0 });
  await expect(client.listSnapshots()).rejects.toMatchObject({
    code: "RESPONSE_SHAPE",
    message: expect.stringContaining(
      " cannot be used: results[3].id is neither of the forms that it can have",
    ) as string,
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

describe("a list of very many pages", () => {
  /** Each page takes the API a while. */
  class SlowClock extends SimulatedClock {
    passed = 0;
    override now(): number {
      return super.now() + this.passed;
    }
  }

  /** One new id a page, and always another page: a list that is never wrong, only never whole. */
  async function slow(
    pageMs: number,
    description = "",
  ): Promise<{ at: string; clock: SlowClock; pages: () => number }> {
    clock.close();
    const slowClock = (clock = new SlowClock());
    let pages = 0;
    const server = createServer((_request, response) => {
      slowClock.passed += pageMs;
      const id = ++pages;
      const item = { id, server: { id: 1 }, name: "a", status: "completed", created_at: "", description };
      response.end(JSON.stringify({ count: 50_000, results: [item], next: `?page=${id + 1}` }));
    });
    others.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { at: `http://127.0.0.1:${port}/api/v1`, clock: slowClock, pages: () => pages };
  }

  const timeUp = (pages: number): unknown => ({
    code: "INCOMPLETE_LIST",
    message: `VPS.org's answer to GET /snapshots/ cannot be used: it was not whole when its time was up, after ${pages} pages`,
  });

  test("has ten minutes", async () => {
    const { at, clock: ticking, pages } = await slow(60_000);
    const listing = createClient({ endpoint: at, token: CANARY, clock: ticking }).listSnapshots();
    await expect(listing).rejects.toMatchObject(timeUp(10) as object);
    expect(pages()).toBe(10);
  });

  test("has until the deadline of who asks for it", async () => {
    const { at, clock: ticking, pages } = await slow(60_000);
    const deadlineAt = ticking.now() + 150_000;
    const patient = createClient({ endpoint: at, token: CANARY, clock: ticking });
    await expect(patient.listSnapshots({ deadlineAt })).rejects.toMatchObject(timeUp(3) as object);
    expect(pages()).toBe(3);
  });

  test("has so many bytes in all", async () => {
    const { at, clock: ticking, pages } = await slow(0, "x".repeat(400_000));
    const limits = { maxBytes: 1024 * 1024, maxListBytes: 2 * 1024 * 1024 };
    const listing = createClient({ endpoint: at, token: CANARY, clock: ticking, limits }).listSnapshots();
    await expect(listing).rejects.toMatchObject({
      code: "RESPONSE_SHAPE",
      message: "VPS.org's answer to GET /snapshots/ cannot be used: it is larger than the limit of 2 MiB",
    });
    expect(pages()).toBe(6);
  });

  test("holds no wait up beyond its deadline", async () => {
    const { at, clock: ticking, pages } = await slow(60_000);
    const session = createSession({ token: CANARY, tokenSource: "config", endpoint: at }, { clock: ticking });
    const now = ticking.now();
    const target = { serverId: "1", startedAt: now, acceptedAt: now, seen: true, pollImmediately: true };
    const ended = (id: string, ms: number): Promise<[string, number]> =>
      session.waiter
        .wait({ ...target, id, deadlineAt: now + ms }, { onStatus: () => undefined })
        .then(({ kind }) => [kind, Math.round((ticking.now() - now) / 60_000)]);
    // Those that share a list end each in its own time.
    expect(await Promise.all([ended("90001", 150_000), ended("90002", 330_000)])).toEqual([
      ["timedOut", 3],
      ["timedOut", 6],
    ]);
    expect(pages()).toBe(6);
  });
});
