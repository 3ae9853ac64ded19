import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { startEmulator } from "../tools/emulator";
import type { Emulator, Fault, FaultAction } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

/** Calls back before each sleep, for what happens meanwhile. */
class EventfulClock extends SimulatedClock {
  onSleep: () => unknown = () => undefined;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.onSleep();
    await super.sleep(ms, signal);
  }
}

let emulator: Emulator;
let clock: EventfulClock;
let client: VpsorgClient;

beforeEach(async () => {
  clock = new EventfulClock();
  emulator = await startEmulator({ token: CANARY, now: () => clock.now() });
  const limits = { connectMs: 10_000, requestMs: 10_000 };
  client = createClient({ endpoint: emulator.endpoint, token: CANARY, clock, limits });
});

afterEach(async () => {
  clock.close();
  await emulator.close();
});

function fault(action: FaultAction, more: Partial<Fault> = {}): void {
  emulator.fault({ match: {}, action, ...more });
}

const create = (): Promise<unknown> => client.createSnapshot({ serverId: "12345", name: "a" });
const held = (): number => emulator.model.listSnapshots().length;
const failed = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error,
  );

const TRANSIENT: readonly (readonly [string, FaultAction])[] = [
  ...[408, 425, 500, 502, 503, 504].map((status) => [String(status), { kind: "status", status }] as const),
  ["429", { kind: "status", status: 429 }],
  ["a reset", { kind: "reset" }],
  ["a closed connection", { kind: "close" }],
  ["no answer in time", { kind: "stall" }],
  ["half an answer, then nothing", { kind: "stallBody" }],
  ["half an answer, then a reset", { kind: "cutBody" }],
];

const UNREADABLE: readonly (readonly [string, FaultAction])[] = [
  ["HTML", { kind: "html" }],
  ["an empty success", { kind: "empty" }],
  ["half of the JSON", { kind: "truncate" }],
];

const FINAL = [400, 401, 403, 405, 409, 422, 423, 501];

describe("reads", () => {
  test.each([...TRANSIENT, ...UNREADABLE])("go on after %s", async (_what, action) => {
    fault(action, { times: 2 });
    expect(await client.listSnapshots()).toEqual([]);
    expect(emulator.requests()).toHaveLength(3);
    // 500 ms and 1000 ms with a jitter of one half.
    expect(clock.slept).toEqual([375, 750]);
  });

  test.each(FINAL)("end at %d", async (status) => {
    fault({ kind: "status", status }, { times: 0 });
    expect(await failed(client.listSnapshots())).toMatchObject({ status });
    expect([emulator.requests().length, clock.slept]).toEqual([1, []]);
  });

  test.each([301, 302, 303, 307, 308])(
    "end at a redirect (%d): it will be there the next time as well",
    async (status) => {
      fault({ kind: "redirect", location: "https://other.test/", status }, { times: 0 });
      expect(await failed(client.listSnapshots())).toMatchObject({ code: "RESPONSE_SHAPE" });
      expect(emulator.requests()).toHaveLength(1);
    },
  );

  test("are given up after five", async () => {
    fault(
      { kind: "status", status: 503, body: { detail: "down" }, headers: { "x-request-id": "r-9" } },
      { times: 0 },
    );
    expect(await failed(client.listSnapshots())).toMatchObject({
      code: "API_ERROR",
      status: 503,
      requestId: "r-9",
      message: "VPS.org answered 503 to GET /snapshots/: down (request id r-9)",
    });
    expect(emulator.requests()).toHaveLength(5);
    expect(clock.slept).toEqual([375, 750, 1500, 3000]);
  });

  test.each([1, 2, 3])("are given up after %d where the caller says so", async (attempts) => {
    fault({ kind: "status", status: 503 }, { times: 0 });
    await failed(client.listSnapshots({ attempts }));
    expect(emulator.requests()).toHaveLength(attempts);
  });
});

describe("deletes", () => {
  // Half of an empty answer is all of it.
  const transient = TRANSIENT.filter(([, { kind }]) => kind !== "stallBody" && kind !== "cutBody");

  test.each(transient)("go on after %s", async (_what, action) => {
    const id = String(emulator.outside.createSnapshot({ serverId: 12345, name: "a" }));
    fault(action);
    await client.deleteSnapshot(id);
    expect(held()).toBe(0);
    expect(emulator.requests()).toHaveLength(2);
  });

  test.each([...FINAL, 404])("end at %d", async (status) => {
    fault({ kind: "status", status }, { times: 0 });
    expect(await failed(client.deleteSnapshot("801"))).toMatchObject({ status });
    expect(emulator.requests()).toHaveLength(1);
  });

  test("an HTML page with status 200 is no proof that a snapshot is gone", async () => {
    const id = String(emulator.outside.createSnapshot({ serverId: 12345, name: "a" }));
    fault({ kind: "html" }, { times: 0 });
    expect(await failed(client.deleteSnapshot(id))).toMatchObject({ code: "RESPONSE_SHAPE" });
    expect(held()).toBe(1);
  });
});

describe("writes that may have happened are sent once", () => {
  const faults = [...TRANSIENT, ...UNREADABLE].flatMap(([what, action]) => [
    ["before it acted", what, { action, when: "before" }] as const,
    ["after it acted", what, { action, when: "after" }] as const,
  ]);
  const made = (action: FaultAction): boolean => ["stallBody", "cutBody", "truncate"].includes(action.kind);
  const possible = faults.filter(([, , { action, when }]) => when === "after" || !made(action));

  test.each(possible)("create, %s: %s", async (_when, _what, action) => {
    fault(action.action, { when: action.when });
    await failed(create());
    expect(emulator.requests()).toHaveLength(1);
    expect([held(), clock.slept]).toEqual([action.when === "after" ? 1 : 0, []]);
  });

  test.each(possible)("restore, %s: %s", async (_when, _what, action) => {
    const id = emulator.outside.createSnapshot({ serverId: 12345, name: "a" });
    fault(action.action, { when: action.when });
    await failed(client.restoreSnapshot(String(id)));
    expect(emulator.requests().map(({ method }) => method)).toEqual(["POST"]);
    expect(emulator.model.state().restores).toHaveLength(action.when === "after" ? 1 : 0);
    expect(clock.slept).toEqual([]);
  });

  test("an oversized answer", async () => {
    fault({ kind: "oversized", bytes: 40_000_000 });
    expect(await failed(create())).toMatchObject({ code: expect.any(String) as string });
    expect(emulator.requests()).toHaveLength(1);
  });

  test("Retry-After does not change that", async () => {
    fault({ kind: "status", status: 429, retryAfterSeconds: 1 });
    expect(await failed(create())).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 1000 });
    expect([emulator.requests().length, clock.slept]).toEqual([1, []]);
  });
});

describe("a server that cannot be reached", () => {
  test.each([
    ["list", () => client.listSnapshots()],
    ["create", create],
  ])("%s goes on when it is back, and happens once", async (_what, work) => {
    await emulator.pause();
    clock.onSleep = () => (clock.slept.length === 1 ? emulator.resume() : undefined);
    await work();
    expect(clock.slept).toEqual([375, 750]);
    expect(emulator.requests()).toHaveLength(1);
  });

  test("is an error after five connections", async () => {
    await emulator.pause();
    expect(await failed(create())).toMatchObject({
      code: "CONNECTION",
      sent: false,
      message:
        "no answer from VPS.org to POST /snapshots/: the connection was refused. Check the endpoint and the network",
    });
    expect(clock.slept).toEqual([375, 750, 1500, 3000]);
  });
});

describe("Retry-After", () => {
  const inSeconds = (seconds: number): FaultAction => ({
    kind: "status",
    status: 429,
    retryAfterSeconds: seconds,
  });
  const asDate = (ms: number): FaultAction => ({
    kind: "status",
    status: 429,
    headers: { "retry-after": new Date(clock.now() + ms).toUTCString() },
  });

  test.each<[string, () => FaultAction, number]>([
    ["seconds", () => inSeconds(7), 7000],
    ["a date", () => asDate(30_000), 30_000],
    ["seconds shorter than the back-off", () => inSeconds(0), 375],
    ["a date that has passed", () => asDate(-30_000), 375],
    ["two minutes", () => inSeconds(120), 120_000],
  ])("%s", async (_what, action, slept) => {
    fault(action());
    await client.listSnapshots();
    expect([clock.slept, emulator.requests().length]).toEqual([[slept], 2]);
  });

  test("longer than two minutes is the caller's to decide", async () => {
    fault(inSeconds(121), { times: 0 });
    expect(await failed(client.listSnapshots())).toMatchObject({
      code: "RATE_LIMITED",
      retryAfterMs: 121_000,
      message: expect.stringMatching(/\. It asks to wait 121 s\.$/) as string,
    });
    expect([clock.slept, emulator.requests().length]).toEqual([[], 1]);
  });

  test("of a 503 is waited for as well", async () => {
    fault({ kind: "status", status: 503, retryAfterSeconds: 30 });
    await client.listSnapshots();
    expect(clock.slept).toEqual([30_000]);
  });
});
