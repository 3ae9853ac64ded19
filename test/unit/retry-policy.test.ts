import {
  AbortedError,
  ApiError,
  AuthError,
  ConnectionError,
  NotFoundError,
  QuotaError,
  RateLimitError,
  ResponseShapeError,
} from "../../provider/api/errors";
import { retryDelay } from "../../provider/api/http/retry-policy";
import { REQUEST_TIMES } from "../../provider/api/times";

const { maxBackoffMs: MAX_BACKOFF_MS, maxRetryAfterMs: MAX_RETRY_AFTER_MS } = REQUEST_TIMES;
import type { RetryContext } from "../../provider/api/http/retry-policy";

const request = { method: "ANY", path: "/snapshots/" };
const api = (status: number): ApiError => new ApiError({ ...request, status });
const limited = (retryAfterMs?: number): RateLimitError =>
  new RateLimitError({ ...request, status: 429, retryAfterMs });
const neverSent = new ConnectionError(request, "refused", false);
const sent = new ConnectionError(request, "reset", true);
const unreadable = new ResponseShapeError(request, "it is not complete JSON", { transient: true });

/** Jitter of 1 is out of range on purpose: it makes the back-off itself visible. */
function context(more: Partial<RetryContext> = {}): RetryContext {
  return { method: "GET", attempt: 1, attempts: 5, baseMs: 500, random: 1, ...more };
}

const SAFE = ["GET", "HEAD", "DELETE"];
const UNSAFE = ["POST", "PUT", "PATCH"];
const ALL = [...SAFE, ...UNSAFE];

describe("what is sent again", () => {
  const transient: readonly (readonly [string, unknown])[] = [
    ["a broken connection", sent],
    ["an unreadable 2xx", unreadable],
    ["429 without Retry-After", limited()],
    ["429 with Retry-After", limited(100)],
    ...[408, 425, 500, 502, 503, 504].map((status) => [String(status), api(status)] as const),
  ];
  const cases = (methods: readonly string[]): (readonly [string, string, unknown])[] =>
    methods.flatMap((method) => transient.map(([what, error]) => [method, what, error] as const));

  test.each(cases(SAFE))("%s after %s: yes", (method, _what, error) => {
    expect(retryDelay(error, context({ method }))).toBe(500);
  });

  test.each(cases(UNSAFE))("%s after %s: never, it may have happened", (method, _what, error) => {
    expect(retryDelay(error, context({ method }))).toBeUndefined();
  });

  test.each(ALL)("%s that never left this machine: yes", (method) => {
    expect(retryDelay(neverSent, context({ method }))).toBe(500);
  });

  const final: readonly (readonly [string, unknown])[] = [
    ...[400, 402, 405, 409, 410, 413, 422, 423, 501].map((status) => [String(status), api(status)] as const),
    ["401", new AuthError({ ...request, status: 401 })],
    ["403", new AuthError({ ...request, status: 403 })],
    ["404", new NotFoundError({ ...request, status: 404 })],
    ["an answer that will be the same the next time", new ResponseShapeError(request, "it redirects")],
    ["an untrusted certificate", new ConnectionError(request, "TLS", false, true)],
    ["an abort", new AbortedError("aborted")],
    ["a full server", new QuotaError("full")],
    ["an error of somebody else", new TypeError("x is not a function")],
    ["a thrown text", "reset"],
    ["nothing", undefined],
  ];

  test.each(ALL.flatMap((method) => final.map(([what, error]) => [method, what, error] as const)))(
    "%s after %s: never",
    (method, _what, error) => {
      expect(retryDelay(error, context({ method }))).toBeUndefined();
    },
  );
});

describe("how often", () => {
  test.each([
    [1, 5, true],
    [4, 5, true],
    [5, 5, false],
    [6, 5, false],
    [1, 1, false],
    [1, 0, false],
    [1, 2, true],
    [2, 2, false],
  ])("after request %d of %d: %s", (attempt, attempts, again) => {
    expect(retryDelay(sent, context({ attempt, attempts })) !== undefined).toBe(again);
    expect(retryDelay(neverSent, context({ method: "POST", attempt, attempts })) !== undefined).toBe(again);
  });
});

describe("how long it waits", () => {
  test.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
    [6, 16_000],
    [7, MAX_BACKOFF_MS],
    [8, MAX_BACKOFF_MS],
    [60, MAX_BACKOFF_MS],
    [2000, MAX_BACKOFF_MS],
  ])("request %d: at most %d ms", (attempt, expected) => {
    expect(retryDelay(sent, context({ attempt, attempts: 10_000 }))).toBe(expected);
  });

  test.each([
    [0, 250],
    [0.5, 375],
    [0.999999, 500],
  ])("jitter %d makes 500 ms %d ms", (random, expected) => {
    expect(retryDelay(sent, context({ random }))).toBe(expected);
  });

  test.each([0, 0.25, 0.5, 0.75, 0.999999])("jitter %d never goes beyond the cap", (random) => {
    const delay = retryDelay(sent, context({ random, attempt: 30, attempts: 99 }));
    expect(delay).toBeGreaterThanOrEqual(MAX_BACKOFF_MS / 2);
    expect(delay).toBeLessThanOrEqual(MAX_BACKOFF_MS);
  });

  test.each([
    ["longer than the back-off: taken", 7000, 7000],
    ["shorter than the back-off: the back-off", 100, 500],
    ["now: the back-off", 0, 500],
    ["beyond the cap of our own: taken", 60_000, 60_000],
    ["just short enough", MAX_RETRY_AFTER_MS, MAX_RETRY_AFTER_MS],
    ["too long", MAX_RETRY_AFTER_MS + 1, undefined],
    ["endless", Infinity, undefined],
  ])("Retry-After %s", (_what, retryAfterMs, expected) => {
    expect(retryDelay(limited(retryAfterMs), context())).toBe(expected);
  });

  test("Retry-After of a 503 counts like that of a 429", () => {
    const error = new ApiError({ ...request, status: 503, retryAfterMs: 7000 });
    expect(retryDelay(error, context())).toBe(7000);
  });

  test("Retry-After does not bring another request where none is left", () => {
    expect(retryDelay(limited(100), context({ attempt: 5 }))).toBeUndefined();
  });
});
