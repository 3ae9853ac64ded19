import { request } from "node:http";
import { connect } from "node:net";
import { startEmulator, type Emulator } from ".";
import { rawCall, type RawOptions } from "./raw-client";

let emulator: Emulator;
let now: number;

beforeEach(async () => {
  now = Date.parse("2025-01-15T18:30:00Z");
  emulator = await startEmulator({ now: () => now });
});

afterEach(() => emulator.close());

const call = (method: string, path: string, options?: RawOptions) => rawCall(emulator, method, path, options);
const create = (body: unknown) => call("POST", "/snapshots/", { body });
const list = async (query = "") => (await call("GET", `/snapshots/${query}`)).json as Page;

interface Page {
  count: number;
  next?: string | null;
  previous?: string | null;
  results: { id: number | string; name: string; status: string }[];
}

describe("requests", () => {
  test.each([
    ["none", null],
    ["a wrong one", "wrong"],
  ])("with %s for a token: 401", async (_what, token) => {
    const paths: [string, string][] = [
      ["GET", "/snapshots/"],
      ["POST", "/snapshots/"],
      ["DELETE", "/snapshots/1/"],
      ["POST", "/snapshots/1/restore/"],
      ["GET", "/servers/"],
    ];
    for (const [method, path] of paths) expect((await call(method, path, { token })).status).toBe(401);
    expect(emulator.requests().map(({ authorised }) => authorised)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(emulator.requests()[0]?.sentCredentials).toBe(token !== null);
  });

  test.each<[string, Record<string, string>, number]>([
    ["under another host's name", { host: "evil.example" }, 403],
    ["under a name that only begins like this machine's", { host: "127.0.0.1.evil.example" }, 403],
    ["from a page of another site", { origin: "https://evil.example" }, 403],
    ["from a page without an origin", { origin: "null" }, 403],
    ["that a browser calls cross-site", { "sec-fetch-site": "cross-site" }, 403],
    ["under localhost", { host: "localhost:80" }, 204],
  ])("%s: %d", async (_what, headers, expected) => {
    const status = await new Promise((resolve, reject) => {
      const url = `${emulator.origin}/__emulator/requests`;
      const sent = request(url, { method: "DELETE", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject).end();
    });
    expect(status).toBe(expected);
  });

  test("wrong methods get 405 with the right ones, other paths 404", async () => {
    expect((await call("GET", "/snapshots/801/")).headers.get("allow")).toBe("DELETE");
    expect((await call("PATCH", "/snapshots/")).status).toBe(405);
    expect((await call("DELETE", "/servers/12345/")).status).toBe(405);
    expect((await call("GET", "/snapshots")).status).toBe(404);
    expect((await call("GET", `${emulator.origin}/snapshots/`)).status).toBe(404);
    expect((await call("DELETE", "/snapshots/%ff/")).status).toBe(404);
  });

  test("are logged with what they asked and got, but never with their token", async () => {
    await create({ server_id: 12345, name: "a" });
    await call("GET", "/snapshots/?server_id=12345", { headers: { "user-agent": "probe/1" } });
    expect(emulator.requests()).toMatchObject([
      { seq: 1, at: now, method: "POST", path: "/snapshots/", status: 201, body: { name: "a" } },
      {
        seq: 2,
        query: { server_id: "12345" },
        status: 200,
        body: null,
        userAgent: "probe/1",
        authorised: true,
      },
    ]);
    expect(JSON.stringify(emulator.requests())).not.toContain(emulator.token);
    emulator.clearRequests();
    expect(emulator.requests()).toEqual([]);
  });
});

describe("pages", () => {
  beforeEach(() => {
    emulator.setBehaviour({ pageSize: 2 });
    emulator.outside.fillServer(12345);
  });

  test("follow each other by absolute addresses that keep the filter", async () => {
    const names: string[] = [];
    let url: string | null = `${emulator.endpoint}/snapshots/?server_id=12345`;
    const seen: string[] = [];
    while (url !== null) {
      seen.push(url);
      const page = (await call("GET", url)).json as Page;
      expect(page.count).toBe(5);
      names.push(...page.results.map(({ name }) => name));
      url = page.next ?? null;
    }
    expect(names).toEqual([5, 4, 3, 2, 1].map((n) => `someone-elses-${n}`));
    expect(seen[2]).toBe(`${emulator.endpoint}/snapshots/?server_id=12345&page=3`);
  });

  test("know the page before, shift when something vanishes, and end with 404", async () => {
    const second = await list("?page=2");
    expect(second.previous).toBe(`${emulator.endpoint}/snapshots/`);
    emulator.outside.deleteSnapshot((await list()).results[0]?.id ?? "");
    expect((await list("?page=2")).results[0]).toEqual(second.results[1]);
    expect((await call("GET", "/snapshots/?page=9")).status).toBe(404);
    expect((await call("GET", "/servers/?page=x")).status).toBe(404);
  });
});

describe("error bodies", () => {
  test.each([
    ["detail", '{"detail":"name: This field is required."}'],
    ["error", '{"error":"name: This field is required."}'],
    ["message", '{"message":"name: This field is required."}'],
    ["field", '{"name":["name: This field is required."]}'],
    ["html", /^<!DOCTYPE html>/],
    ["empty", /^$/],
  ] as const)("can be of the style %s", async (errorBodyStyle, text) => {
    emulator.setBehaviour({ errorBodyStyle });
    const answer = await create({ server_id: 12345 });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(text);
  });
});

describe("the server", () => {
  test("runs on real time, divided by the speed", async () => {
    const servers = [{ id: 1, name: "s", createMs: 60_000 }];
    const other = await startEmulator({ speed: 600, servers });
    const startedAt = Date.now();
    await rawCall(other, "POST", "/snapshots/", { body: { server_id: 1, name: "a" } });
    while (other.model.listSnapshots()[0]?.status !== "completed") {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(99);
    expect(Date.now() - startedAt).toBeLessThan(2000);
    await other.close();
  });

  test("refuses a body beyond its limit", async () => {
    expect((await create({ server_id: 12345, name: "a".repeat(2 ** 20) })).status).toBe(413);
  });

  test("refuses connections while paused, and comes back on its port with its account", async () => {
    await create({ server_id: 12345, name: "a" });
    await emulator.pause();
    await expect(list()).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await emulator.resume();
    expect((await list()).count).toBe(1);
  });

  test("closes at once, with kept connections, silent ones and requests that are held", async () => {
    const other = await startEmulator();
    other.fault({ match: {}, action: { kind: "stall" } });
    const held = rawCall(other, "GET", "/snapshots/").catch((error: unknown) => error);
    const silent = connect(other.port, "127.0.0.1");
    const gone = new Promise((resolve) => silent.once("close", resolve));
    silent.on("error", () => undefined);
    await new Promise((resolve) => silent.once("connect", resolve));
    const before = Date.now();
    await other.close();
    expect(await held).toMatchObject({ message: "fetch failed" });
    await gone;
    expect(Date.now() - before).toBeLessThan(1000);
  });

  test("says that its port is taken", async () => {
    await expect(startEmulator({ port: emulator.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
