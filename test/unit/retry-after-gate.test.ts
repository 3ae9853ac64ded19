import { systemClock } from "../../provider/api";
import type { Clock } from "../../provider/api";
import { ApiError, ConnectionError, RateLimitError } from "../../provider/api/errors";
import { RetryAfterGate } from "../../provider/api/http/retry-after-gate";
import { REQUEST_TIMES } from "../../provider/api/times";

const request = { method: "GET", path: "/snapshots/" };

function openGate(): { gate: RetryAfterGate; clock: Clock; slept: number[] } {
  let time = 1000;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => time,
    random: () => 0,
    deadline: (ms) => systemClock.deadline(ms),
    sleep: (ms) => {
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
  return { gate: new RetryAfterGate(clock), clock, slept };
}

const asking = (status: number, retryAfterMs?: number): ApiError =>
  status === 429
    ? new RateLimitError({ ...request, status, retryAfterMs })
    : new ApiError({ ...request, status, retryAfterMs });

test.each([
  [429, 5000],
  [503, 5000],
])("a %d with Retry-After holds every later request back, once", async (status, ms) => {
  const { gate, slept } = openGate();
  gate.note(asking(status, ms));
  expect([gate.closedMs, gate.opensAt]).toEqual([ms, 1000 + ms]);
  await gate.pass();
  await gate.pass();
  expect([slept, gate.closedMs]).toEqual([[ms], 0]);
});

test.each([
  ["a busy server", asking(409, 5000)],
  ["a locked server", asking(423, 5000)],
  ["a 429 that names no time", asking(429)],
  ["no answer", new ConnectionError(request, "reset", true)],
])("%s holds nothing back", async (_what, error) => {
  const { gate, slept } = openGate();
  gate.note(error);
  await gate.pass();
  expect([slept, gate.closedMs]).toEqual([[], 0]);
});

test("the latest time counts, in whichever order they come", () => {
  const { gate } = openGate();
  for (const ms of [3000, 9000, 5000]) gate.note(asking(429, ms));
  expect(gate.closedMs).toBe(9000);
});

test.each<[string, number, number | undefined, number[]]>([
  ["waits up to the bound", REQUEST_TIMES.maxRetryAfterMs, undefined, [REQUEST_TIMES.maxRetryAfterMs]],
  ["is sent at once where the bound is passed", REQUEST_TIMES.maxRetryAfterMs + 1, undefined, []],
  ["waits where its deadline is later", 5000, 6001, [5000]],
  ["is sent at once where its deadline comes first", 5000, 6000, []],
])("a request %s", async (_what, ms, deadlineAt, expected) => {
  const { gate, slept } = openGate();
  gate.note(asking(429, ms));
  await gate.pass(deadlineAt);
  expect(slept).toEqual(expected);
});
