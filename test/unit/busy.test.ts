import { ApiError, ConnectionError, RateLimitError } from "../../provider/api";
import { busyDelay, isBusy } from "../../provider/core/busy";
import { createSchedule } from "../../provider/core/time/schedule";

const request = { method: "POST", path: "/snapshots/" };
const answer = (status: number, detail?: string, namesField = false): ApiError =>
  new ApiError({ ...request, status, detail, namesField });

describe("a server is busy", () => {
  test.each([
    [423, undefined],
    [423, "This name exists"],
    [409, undefined],
    [409, "Conflict"],
    [400, "Server is busy"],
    [400, "A backup is in progress"],
    [400, "The server is locked."],
    [400, "Server is restoring"],
    [400, "It is being resized"],
    [400, "ANOTHER SNAPSHOT is made"],
  ])("where VPS.org answers %d with %j", (status, detail) => {
    expect(isBusy(answer(status, detail))).toBe(true);
  });

  test("where it is locked, whatever argument the text names", () => {
    expect(isBusy(answer(423, "server: locked", true))).toBe(true);
  });
});

describe("a server is not busy", () => {
  test.each([
    [409, "A snapshot of this name exists already"],
    [409, "It must not exist"],
    [409, "The name is already taken"],
    [409, "The name is already used"],
    [409, "name must be unique"],
    [409, "Duplicate name"],
    [400, undefined],
    [400, "Please try again."],
    [400, "The business plan has none"],
    [500, "Server is busy"],
    [403, "Another task runs"],
  ])("where VPS.org answers %d with %j", (status, detail) => {
    expect(isBusy(answer(status, detail))).toBe(false);
  });

  test.each([409, 400])("where %d names an argument", (status) => {
    expect(isBusy(answer(status, "name: busy is in progress", true))).toBe(false);
  });

  test.each([new ConnectionError(request, "busy", true), Object.assign(new Error("busy"), { status: 423 })])(
    "where nothing was answered: %s",
    (error) => expect(isBusy(error)).toBe(false),
  );
});

describe("until the next attempt", () => {
  const schedule = createSchedule();

  test.each([
    [1, 5000],
    [2, 10_000],
    [4, 40_000],
    [5, 60_000],
    [50, 60_000],
  ])("%d: a busy server is given %d ms", (attempt, ms) => {
    expect(busyDelay(answer(409), attempt, schedule)).toBe(ms);
    expect(busyDelay(new RateLimitError({ ...request, status: 429 }), attempt, schedule)).toBe(ms);
  });

  test.each([
    [1000, 5000],
    [90_000, 90_000],
  ])("a 429 that asks for %d ms is given %d", (retryAfterMs, ms) => {
    expect(busyDelay(new RateLimitError({ ...request, status: 429, retryAfterMs }), 1, schedule)).toBe(ms);
  });

  test("nothing else is waited for", () => {
    expect(busyDelay(answer(500), 1, schedule)).toBeUndefined();
  });
});
