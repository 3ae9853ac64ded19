import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

/** Calls back before each sleep, for what happens meanwhile. */
class EventfulClock extends SimulatedClock {
  onSleep: () => void = () => undefined;

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.onSleep();
    return super.sleep(ms, signal);
  }
}

const reasons: readonly (readonly [string, unknown])[] = [
  ["no reason", undefined],
  ["an error", new TypeError("mine")],
  ["a text", "enough"],
  ["null", null],
];

let clock: EventfulClock;
let server: Server;
let client: VpsorgClient;
let controller: AbortController;
let requests: number;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  clock = new EventfulClock();
  controller = new AbortController();
  requests = 0;
  answer = (response) => void response.end('{"count":0,"results":[]}');
  server = createServer((_request, response) => {
    requests++;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = createClient({ endpoint: `http://127.0.0.1:${port}/api/v1`, token: CANARY, clock });
});

afterEach(() => {
  clock.close();
  server.close();
  server.closeAllConnections();
});

const aborted = {
  name: "AbortedError",
  code: "ABORTED",
  message: "GET /snapshots/ was aborted",
};
const list = (): Promise<unknown> => client.listSnapshots({ signal: controller.signal });

test.each(reasons)("before the request, with %s", async (_what, reason) => {
  controller.abort(reason);
  await expect(list()).rejects.toMatchObject(aborted);
  expect(requests).toBe(0);
});

test.each(reasons)("during the request, with %s", async (_what, reason) => {
  answer = () => controller.abort(reason);
  await expect(list()).rejects.toMatchObject(aborted);
  expect([requests, clock.slept]).toEqual([1, []]);
});

test.each(reasons)("in the middle of the answer, with %s", async (_what, reason) => {
  answer = (response) => response.write('{"count":', () => controller.abort(reason));
  await expect(list()).rejects.toMatchObject(aborted);
  expect([requests, clock.slept]).toEqual([1, []]);
});

test.each(reasons)("between two requests, with %s", async (_what, reason) => {
  answer = (response) => void response.writeHead(503).end();
  clock.onSleep = () => controller.abort(reason);
  await expect(list()).rejects.toMatchObject(aborted);
  expect([requests, clock.slept]).toEqual([1, [375]]);
});

test("of a write that was sent is no proof that it did not happen", async () => {
  answer = () => controller.abort();
  const restoring = client.restoreSnapshot("801", { signal: controller.signal });
  await expect(restoring).rejects.toMatchObject({ code: "ABORTED" });
  expect(requests).toBe(1);
});

test("closes the connection", async () => {
  const closed = new Promise<void>((resolve) => {
    answer = (response) => {
      response.on("close", resolve);
      controller.abort();
    };
  });
  await expect(list()).rejects.toMatchObject(aborted);
  await closed;
});

test("of one call leaves the others alone", async () => {
  answer = (response) => {
    if (requests === 2) controller.abort();
    setTimeout(() => response.end('{"count":0,"results":[]}'), 20);
  };
  const [first, second] = await Promise.allSettled([list(), client.listSnapshots()]);
  expect([first, second]).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: [] }]);
});
