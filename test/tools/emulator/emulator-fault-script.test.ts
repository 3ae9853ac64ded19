import { startEmulator, type Emulator, type Fault, type FaultAction } from ".";
import { rawCall } from "./raw-client";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

const once = (action: FaultAction, more: Partial<Fault> = {}) =>
  emulator.fault({ match: {}, action, ...more });
const list = () => rawCall(emulator, "GET", "/snapshots/");

describe("the script", () => {
  const status = (code: number): FaultAction => ({ kind: "status", status: code });

  test("matches method, path and query, and counts", async () => {
    const path = "^/snapshots/\\d+/$";
    const fault = once(status(500), { match: { method: "delete", path }, id: "gone", times: 0 });
    const filtered = once(status(418), { match: { query: "server_id=1\\b" } });
    expect((await list()).status).toBe(200);
    expect((await rawCall(emulator, "DELETE", "/snapshots/1/")).status).toBe(500);
    expect((await rawCall(emulator, "DELETE", "/snapshots/2/")).status).toBe(500);
    expect([fault.hits(), filtered.hits()]).toEqual([2, 0]);
    expect(emulator.unreached().map(({ id }) => id)).toEqual([filtered.id]);
    expect((await rawCall(emulator, "GET", "/snapshots/?server_id=1")).status).toBe(418);
    expect(emulator.unreached()).toEqual([]);
    expect(emulator.requests().map(({ faultId }) => faultId)).toEqual([
      undefined,
      "gone",
      "gone",
      filtered.id,
    ]);
  });

  test("goes in order, with skip and times", async () => {
    once(status(500));
    once(status(502), { skip: 1, times: 2 });
    const codes: number[] = [];
    for (let i = 0; i < 5; i++) codes.push((await list()).status);
    expect(codes).toEqual([500, 200, 502, 502, 200]);
  });

  test("can be taken back", async () => {
    const fault = once(status(500), { times: 0 });
    once(status(501));
    fault.remove();
    expect((await list()).status).toBe(501);
    once(status(500));
    emulator.clearFaults();
    expect((await list()).status).toBe(200);
  });

  test.each([
    [{ match: {}, action: { kind: "boom" } }, '"kind" must be one of status, reset'],
    [{ match: {}, action: { kind: "status" } }, 'status: "status" is missing'],
    [{ match: { path: "(" }, action: { kind: "reset" } }, 'match: "path" has a wrong value'],
    [{ match: {}, action: { kind: "reset" }, tmies: 2 }, 'fault: "tmies" is not known'],
    [
      { match: {}, action: { kind: "run", effect: { action: "fly" } } },
      '"action" must be one of createSnapshot',
    ],
  ])("refuses what it does not understand: %j", (fault, text) => {
    expect(() => emulator.fault(fault as unknown as Fault)).toThrow(text);
  });

  test("refuses an id twice", () => {
    once(status(500), { id: "x" });
    expect(() => once(status(500), { id: "x" })).toThrow('there is already a fault "x"');
  });
});
