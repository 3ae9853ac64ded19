import {
  ApiError,
  AuthError,
  ConnectionError,
  IncompleteListError,
  isVpsorgError,
  NotFoundError,
  QuotaError,
  RateLimitError,
  withMessage,
  VpsorgError,
  WaitTimeoutError,
} from "../../provider/api/errors";

const request = { method: "GET", path: "/snapshots/" };
const details = { ...request, status: 429, retryAfterMs: 30_000, requestId: "r-1", detail: "slow down" };

describe("an error that is told in other words", () => {
  const errors = [
    new VpsorgError("INVALID_ARGUMENT", "no"),
    new ApiError({ ...details, status: 500 }),
    new NotFoundError({ ...details, status: 404 }),
    new AuthError({ ...details, status: 401 }),
    new RateLimitError(details),
    new QuotaError("full"),
    new ConnectionError(request, "reset", true),
    new IncompleteListError(request, "3 of 7"),
    new WaitTimeoutError("late", "in_progress", 1000),
  ].map((error): [string, VpsorgError] => [error.name, error]);

  test.each(errors)("keeps class, code and details: %s", (_name, error) => {
    const told = withMessage(error, "snapshot 801 was not made");

    expect(told).toBeInstanceOf(error.constructor);
    expect(Object.prototype.toString.call(told)).toBe("[object Error]");
    expect(isVpsorgError(told, error.code)).toBe(true);
    expect(Object.entries(told)).toEqual(Object.entries(error));
    expect(told.message).toBe("snapshot 801 was not made");
    expect(told.cause).toBe(error);
    expect(`${told.stack?.split("\n")[0] ?? ""} / ${String(told)}`).toContain("snapshot 801 was not made");
    expect(error.message).not.toContain("801");
  });

  test("keeps the first cause behind the second", () => {
    const first = new QuotaError("full");
    const third = withMessage(withMessage(first, "second"), "third");
    expect((third.cause as Error).cause).toBe(first);
  });
});
