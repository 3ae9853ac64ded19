import { startEmulator, type Emulator, type Fault, type FaultAction } from ".";
import { rawCall } from "./raw-client";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

const once = (action: FaultAction, more: Partial<Fault> = {}) =>
  emulator.fault({ match: {}, action, ...more });
const list = (signal?: AbortSignal) => rawCall(emulator, "GET", "/snapshots/", signal ? { signal } : {});
const create = (name = "a") => rawCall(emulator, "POST", "/snapshots/", { body: { server_id: 12345, name } });
const made = () => emulator.model.state().snapshots.length;

async function failure(work: Promise<unknown>): Promise<{ code?: string; name: string }> {
  try {
    await work;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; name: string } };
    return cause ?? (error as { name: string });
  }
  throw new Error("it did not fail");
}

describe("answers of their own", () => {
  test("a status, with headers and a body", async () => {
    once({ kind: "status", status: 503, headers: { "x-why": "test" }, body: { detail: "down" } });
    const answer = await list();
    expect([answer.status, answer.headers.get("x-why"), answer.json]).toEqual([
      503,
      "test",
      { detail: "down" },
    ]);
    expect((await list()).status).toBe(200);
  });

  test("a status without a body follows the error style", async () => {
    emulator.setBehaviour({ errorBodyStyle: "message" });
    once({ kind: "status", status: 502 });
    expect((await list()).json).toEqual({ message: "Bad Gateway" });
  });

  test("429 with Retry-After in seconds or as a date", async () => {
    once({ kind: "status", status: 429, retryAfterSeconds: 7 });
    once({ kind: "status", status: 429, retryAfterDate: 5000 });
    expect((await list()).headers.get("retry-after")).toBe("7");
    const date = Date.parse((await list()).headers.get("retry-after") ?? "");
    expect(date - Date.now()).toBeGreaterThan(4000);
    expect(date - Date.now()).toBeLessThanOrEqual(6000);
  });

  test("an HTML page, an empty success, another body", async () => {
    once({ kind: "html" });
    once({ kind: "empty" });
    once({ kind: "replaceBody", body: [1, 2] });
    once({ kind: "replaceBody", body: "not json", status: 203 });
    const html = await list();
    expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(html.text).toContain("<html>");
    expect(await list()).toMatchObject({ status: 200, text: "" });
    expect(await list()).toMatchObject({ status: 200, json: [1, 2] });
    expect(await list()).toMatchObject({ status: 203, text: "not json" });
  });

  test("a redirect", async () => {
    once({ kind: "redirect", location: "http://127.0.0.1:1/elsewhere" });
    once({ kind: "redirect", location: "/x", status: 307 });
    const answer = await list();
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "http://127.0.0.1:1/elsewhere"]);
    expect((await list()).status).toBe(307);
  });

  test("a deeply nested one", async () => {
    once({ kind: "deep", depth: 5000 });
    const { text } = await list();
    expect(text).toMatch(/^\{"count":1,"results":\[\[\[/);
    expect(text.split("[").length - 1).toBe(5001);
  });

  test.each([true, false])("a huge one, with its length declared: %s", async (declared) => {
    once({ kind: "oversized", bytes: 3_000_000, declared });
    const answer = await list();
    expect(answer.text).toHaveLength(3_000_000);
    expect(answer.json).toMatchObject({ count: 0, results: [] });
    expect(answer.headers.get("content-length")).toBe(declared ? "3000000" : null);
  });
});

describe("changes to the API's answer", () => {
  test("patch drops and sets fields, and the status", async () => {
    emulator.outside.fillServer(12345);
    once({ kind: "patch", drop: ["results"] });
    once({
      kind: "patch",
      drop: ["results.*.id"],
      set: { "results.*.status": 5, "results.0.server.id": null },
    });
    once({ kind: "patch", status: 206, set: { count: 99, "no.such.place": 1 } });
    expect((await list()).json).toEqual({ count: 5 });
    const { results } = (await list()).json as { results: Record<string, unknown>[] };
    expect(results.map((result) => [result["id"], result["status"]])).toEqual(Array(5).fill([undefined, 5]));
    expect(results[0]?.["server"]).toMatchObject({ id: null });
    expect(await list()).toMatchObject({ status: 206, json: { count: 99 } });
    expect((await list()).json).toMatchObject({ count: 5, results: Array(5).fill({ status: "completed" }) });
  });

  test("next is added to the page", async () => {
    once({ kind: "next", url: "http://example.com/?page=2" });
    expect((await list()).json).toEqual({ count: 0, results: [], next: "http://example.com/?page=2" });
  });

  test("truncate sends half of the JSON as if it were all", async () => {
    const whole = (await list()).text;
    once({ kind: "truncate" });
    const answer = await list();
    expect(answer).toMatchObject({ status: 200, json: undefined });
    expect(answer.text).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  });
});

describe("broken connections", () => {
  test("reset and close give no answer", async () => {
    once({ kind: "reset" });
    once({ kind: "close" });
    expect(await failure(list())).toMatchObject({ code: "ECONNRESET" });
    expect(await failure(list())).toMatchObject({ code: "UND_ERR_SOCKET" });
    expect(emulator.requests().map(({ status }) => status)).toEqual([null, null]);
  });

  test("stall never answers", async () => {
    once({ kind: "stall" });
    expect(await failure(list(AbortSignal.timeout(100)))).toMatchObject({ name: "TimeoutError" });
    expect(emulator.requests()).toMatchObject([{ status: null }]);
    expect((await list()).status).toBe(200);
  });

  test("stallBody sends the headers and half of the body", async () => {
    once({ kind: "stallBody" });
    const response = await fetch(`${emulator.endpoint}/snapshots/`, {
      headers: { authorization: `Bearer ${emulator.token}` },
      signal: AbortSignal.timeout(150),
    });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "24"]);
    expect(await failure(response.text())).toMatchObject({ name: "TimeoutError" });
  });

  test("cutBody breaks off in the middle of the body", async () => {
    once({ kind: "cutBody" });
    expect(await failure(list())).toMatchObject({
      code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) as string,
    });
    expect(emulator.requests()).toMatchObject([{ status: 200 }]);
  });
});

test("an answer without a body can be cut off as well", async () => {
  emulator.outside.createSnapshot({ id: 1, serverId: 12345, name: "a" });
  once({ kind: "cutBody" });
  // A 204 is complete with its headers; what counts is that the connection does not hang.
  await rawCall(emulator, "DELETE", "/snapshots/1/").catch(() => undefined);
  expect(made()).toBe(0);
  expect((await list()).status).toBe(200);
});

describe("before and after", () => {
  test.each([
    ["before", 0],
    ["after", 1],
  ] as const)("a reset %s the API acts leaves %i snapshots", async (when, count) => {
    once({ kind: "reset" }, { when, match: { method: "POST" } });
    await failure(create());
    expect(made()).toBe(count);
  });

  test.each([
    ["before", 0],
    ["after", 1],
  ] as const)("so does a status %s", async (when, count) => {
    once({ kind: "status", status: 504 }, { when });
    expect((await create()).status).toBe(504);
    expect(made()).toBe(count);
  });

  test("an answer replaced afterwards keeps the API's status", async () => {
    once({ kind: "html" }, { when: "after" });
    expect((await create()).status).toBe(201);
    expect(made()).toBe(1);
  });

  test("a change of the API's answer cannot come before it", () => {
    expect(() => once({ kind: "truncate" }, { when: "before" })).toThrow('"when" must be "after"');
  });

  test("a delayed request is carried out although its client has gone", async () => {
    once({ kind: "delay", ms: 100 });
    const signal = AbortSignal.timeout(20);
    const body = { server_id: 12345, name: "a" };
    await failure(rawCall(emulator, "POST", "/snapshots/", { body, signal }));
    expect(made()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(made()).toBe(1);
  });

  test("a delay ends when its fault is removed", async () => {
    const fault = once({ kind: "delay", ms: 60_000 }, { match: { method: "GET" } });
    const cleared = once({ kind: "delay", ms: 60_000 }, { match: { method: "POST" } });
    const [listed, created] = [list(), create()];
    while (fault.hits() + cleared.hits() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    fault.remove();
    expect((await listed).status).toBe(200);
    expect(made()).toBe(0);
    emulator.clearFaults();
    expect((await created).status).toBe(201);
  });

  test("a delay goes on to the answer, and to other faults", async () => {
    once({ kind: "delay", ms: 60 }, { times: 2 });
    once({ kind: "status", status: 500 });
    const before = Date.now();
    expect((await list()).status).toBe(500);
    expect(Date.now() - before).toBeGreaterThanOrEqual(55);
    expect((await list()).status).toBe(200);
  });
});

describe("other people's doings", () => {
  test("the server fills up between the list and the create", async () => {
    once({ kind: "run", effect: { action: "fillServer", id: 12345 } }, { match: { method: "POST" } });
    expect((await list()).json).toMatchObject({ count: 0 });
    expect((await create()).status).toBe(400);
  });

  test("a snapshot vanishes between two pages", async () => {
    emulator.setBehaviour({ pageSize: 3 });
    const ids = emulator.outside.fillServer(12345);
    const effect = { action: "deleteSnapshot", id: ids.at(-1) ?? "" } as const;
    once({ kind: "run", effect }, { when: "after" });
    const first = (await list()).json as { next: string; results: unknown[] };
    const second = (await rawCall(emulator, "GET", first.next)).json as { count: number; results: unknown[] };
    expect([first.results.length, second.results.length, second.count]).toEqual([3, 1, 4]);
  });

  test("an effect that cannot be done is said aloud", async () => {
    once({ kind: "run", effect: { action: "fillServer", id: 1 } });
    expect(await list()).toMatchObject({ status: 500, json: { detail: "emulator: there is no server 1" } });
    expect(emulator.requests()).toMatchObject([{ status: 500, faultId: "fault-1" }]);
  });
});
