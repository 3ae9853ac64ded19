import { createSchedule } from "../../provider/core/time/schedule";
import type { Operation } from "../../provider/core/time/schedule";

const MINUTE = 60_000;

describe("the built-in schedule", () => {
  const pace = createSchedule();

  test.each<[Operation, number, number]>([
    ["create", 0, 30_000],
    ["create", 2 * MINUTE, 30_000],
    ["create", 3 * MINUTE - 30_000, 30_000],
    ["create", 3 * MINUTE - 20_000, 20_000],
    ["create", 3 * MINUTE - 1, 10_000],
    ["create", 3 * MINUTE, 10_000],
    ["create", 60 * MINUTE, 10_000],
    ["restore", 0, 10_000],
    ["restore", 29_999, 10_000],
    ["restore", 30_000, 30_000],
    ["restore", 5 * MINUTE - 15_000, 15_000],
    ["restore", 5 * MINUTE, 10_000],
  ])("%s, after %d ms: the next look in %d ms", (operation, elapsed, expected) => {
    expect(pace.pollDelay(operation, elapsed)).toBe(expected);
  });

  test.each<[Operation, number]>([
    ["create", 48],
    ["restore", 42],
  ])("a %s of ten minutes is looked at %d times", (operation, expected) => {
    let looks = 0;
    for (let at = 0; at < 10 * MINUTE; at += pace.pollDelay(operation, at)) looks++;
    expect(looks).toBe(expected);
  });
});

describe("a fixed interval", () => {
  test.each<[number, number]>([
    [0.05, 50],
    [1, 1000],
    [60, 60_000],
  ])("of %d s is %d ms for everything that is looked at", (seconds, ms) => {
    const pace = createSchedule(seconds);
    const delays = [0, MINUTE, 60 * MINUTE].flatMap((at) => [
      pace.pollDelay("create", at),
      pace.pollDelay("restore", at),
    ]);
    expect(new Set(delays)).toEqual(new Set([ms]));
  });

  test("shrinks every grace period", () => {
    expect(createSchedule(0.1)).toMatchObject({
      listGraceMs: 2000,
      searchMs: 2000,
      searchStepMs: 100,
      settleMs: 1000,
      busyDelayMs: 100,
      retryBaseMs: 100,
    });
  });

  test("lengthens none of them", () => {
    expect(JSON.stringify(createSchedule(60))).toBe(JSON.stringify(createSchedule()));
  });
});

describe("after a 429", () => {
  test.each([[undefined], [2]])(
    "looks are half as many, and at the fewest a quarter (interval %s)",
    (fixed) => {
      const [usual, pace] = [createSchedule(fixed), createSchedule(fixed)];
      const times = (): number =>
        pace.pollDelay("create", 5 * MINUTE) / usual.pollDelay("create", 5 * MINUTE);
      const seen = [times()];
      for (let i = 0; i < 3; i++) {
        pace.slowDown();
        seen.push(times());
      }
      expect(seen).toEqual([1, 2, 4, 4]);
    },
  );

  test("only the account that met it is looked at less often", () => {
    createSchedule().slowDown();
    expect(createSchedule().pollDelay("restore", 10 * MINUTE)).toBe(10_000);
  });
});
