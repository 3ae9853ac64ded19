import { detailOf, errorFromResponse, retryAfterMs } from "../../provider/api/http/response";
import type { ApiResponse } from "../../provider/api/http/response";
import { ApiError, ResponseShapeError } from "../../provider/api/errors";

const request = { method: "GET", path: "/snapshots/" };
const NOW = Date.parse("2026-01-15T12:00:00Z");

const redact = (text: string): string => text.replaceAll("hush", "[token]");

function answer(status: number, more: Partial<ApiResponse> = {}): ApiResponse {
  return {
    status,
    text: "",
    retryAfter: undefined,
    requestId: undefined,
    location: undefined,
    redact,
    ...more,
  };
}

// The characters that steer a terminal or reorder a line, by code point.
const STEERING = [
  0x00, 0x07, 0x08, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f, 0x85, 0x9b, 0x9f, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066,
  0x2069,
].map((code) => [`U+${code.toString(16).padStart(4, "0")}`, String.fromCharCode(code)] as const);

describe("detailOf", () => {
  test.each<[string, string, string | undefined]>([
    ["nothing", "", undefined],
    ["blanks", " \r\n", undefined],
    ["detail", '{"detail":"Server not found."}', "Server not found."],
    ["error", '{"error":"Limit reached"}', "Limit reached"],
    ["message", '{"message":"Limit reached"}', "Limit reached"],
    ["non_field_errors", '{"non_field_errors":["Not now."]}', "Not now."],
    ["a field", '{"name":["Enter a valid value."]}', "name: Enter a valid value."],
    ["two texts of a field", '{"name":["Too long.","Not unique."]}', "name: Too long. Not unique."],
    ["two fields", '{"name":["Bad."],"server_id":["Required."]}', "name: Bad.; server_id: Required."],
    ["a nested one", '{"error":{"code":"x","message":"Busy"}}', "code: x; Busy"],
    ["a list", '["Busy","Try later"]', "Busy Try later"],
    ["a JSON text", '"Busy"', "Busy"],
    ["an object that says nothing", "{}", undefined],
    ["null", "null", undefined],
    ["numbers only", '{"code":17}', undefined],
    ["an empty detail", '{"detail":""}', undefined],
    ["plain text", "upstream connect error\n", "upstream connect error"],
    ["cut JSON", '{"detail":"Ser', '{"detail":"Ser'],
    ["HTML with a title", "<html><head><title> 502 Bad Gateway </title>", 'an HTML page, "502 Bad Gateway"'],
    ["HTML with a doctype", "\n<!DOCTYPE html><html><title>x</title>", 'an HTML page, "x"'],
    ["HTML without a title", "<html><body>secret</body></html>", "an HTML page"],
    ["HTML with an empty title", "<html><title></title>", "an HTML page"],
  ])("%s", (_what, text, expected) => {
    expect(detailOf(text)).toBe(expected);
  });

  test.each<[string, (mark: string) => string]>([
    ["detail", (mark) => JSON.stringify({ detail: `a${mark}b` })],
    ["a key", (mark) => JSON.stringify({ [`a${mark}b`]: ["c"] })],
    ["plain text", (mark) => `a${mark}b`],
    ["an HTML title", (mark) => `<html><title>a${mark}b</title>`],
    ["raw inside JSON", (mark) => `{"detail":"a${mark}b"}`],
  ])("%s carries no control character out", (_what, body) => {
    const survived = STEERING.filter(([, mark]) => detailOf(body(mark))?.includes(mark) ?? false);
    expect(survived.map(([name]) => name)).toEqual([]);
  });

  test("line breaks become blanks", () => {
    expect(detailOf('{"detail":"a\\r\\nb\\tc\\u2028d"}')).toBe("a b c d");
  });

  test.each([
    ["JSON", JSON.stringify({ detail: "x".repeat(5000) }), 200],
    ["text", "x".repeat(5000), 120],
  ])("a long %s is cut", (_what, text, length) => {
    expect(detailOf(text)).toHaveLength(length);
    expect(detailOf(text)?.endsWith("…")).toBe(true);
  });

  test("the time for an HTML page grows with its size, whatever is in it", () => {
    const once = (page: string): number => {
      const begun = performance.now();
      expect(detailOf(page)).toBe("an HTML page");
      return performance.now() - begun;
    };
    // The shortest of some: others take the processor in between.
    const timed = (blocks: number): number => {
      const page = `<html>${"<title".repeat(blocks)}`;
      return Math.min(...[1, 2, 3, 4, 5].map(() => once(page)));
    };
    // Sixteen times the size took 256 times as long.
    expect(timed(32_000)).toBeLessThan(60 * timed(2000) + 20);
  });

  test("deep nesting ends in no stack overflow", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(() => detailOf(deep)).not.toThrow();
  });
});

describe("errorFor", () => {
  test.each([
    [400, "ApiError", "API_ERROR"],
    [401, "AuthError", "AUTH_FAILED"],
    [403, "AuthError", "AUTH_FAILED"],
    [404, "NotFoundError", "NOT_FOUND"],
    [405, "ApiError", "API_ERROR"],
    [409, "ApiError", "API_ERROR"],
    [429, "RateLimitError", "RATE_LIMITED"],
    [500, "ApiError", "API_ERROR"],
    [503, "ApiError", "API_ERROR"],
  ])("%d is an %s", (status, name, code) => {
    const error = errorFromResponse(request, answer(status), NOW);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ name, code, status, ...request });
  });

  test.each([301, 302, 307, 308])("%d is an answer of another form", (status) => {
    const error = errorFromResponse(request, answer(status), NOW);
    expect(error).toBeInstanceOf(ResponseShapeError);
    expect(error).toMatchObject({ code: "RESPONSE_SHAPE", ...request });
  });

  test.each([
    ["the API's words", { text: '{"detail":"Busy"}' }, "VPS.org answered 409 to GET /snapshots/: Busy"],
    [
      "the request id",
      { text: '{"detail":"Busy"}', requestId: "req-7" },
      "VPS.org answered 409 to GET /snapshots/: Busy (request id req-7)",
    ],
    ["nothing", {}, "VPS.org answered 409 to GET /snapshots/"],
  ])("says what happened, with %s", (_what, more, message) => {
    expect(errorFromResponse(request, answer(409, more), NOW).message).toBe(message);
  });

  test("a request id is one short line", () => {
    const requestId = `a\r\n\u001b[2J${"b".repeat(200)}`;
    expect(errorFromResponse(request, answer(500, { requestId }), NOW)).toMatchObject({
      requestId: `a [2J${"b".repeat(74)}…`,
    });
  });

  test("a redirect names its target and the setting", () => {
    const error = errorFromResponse(request, answer(302, { location: "https://other.test/\u001b[2J" }), NOW);
    expect(error.message).toBe(
      "VPS.org's answer to GET /snapshots/ cannot be used: it redirects to https://other.test/[2J (status 302); " +
        "redirects are not followed, because they would carry the token along. Check the endpoint",
    );
    expect(errorFromResponse(request, answer(302), NOW).message).toContain(
      "it redirects elsewhere (status 302)",
    );
  });

  test.each([
    ["7", 7000, ". It asks to wait 7 s."],
    ["0.5", 500, ". It asks to wait 1 s."],
    [undefined, undefined, "."],
    ["soon", undefined, "."],
  ])("429 with Retry-After %s", (retryAfter, retryAfterMs, said) => {
    const error = errorFromResponse(request, answer(429, { retryAfter }), NOW);
    expect(error).toMatchObject({ retryAfterMs });
    expect(error.message).toBe(`VPS.org answered 429 to GET /snapshots/${said}`);
  });

  test("429 does not spoil the full stop of the API's own sentence", () => {
    const text = '{"detail":"Request was throttled."}';
    expect(errorFromResponse(request, answer(429, { text, retryAfter: "7" }), NOW).message).not.toMatch(
      /[.][.;,]/,
    );
  });

  test("Retry-After is kept whatever the status is", () => {
    expect(errorFromResponse(request, answer(503, { retryAfter: "30" }), NOW)).toMatchObject({
      retryAfterMs: 30_000,
    });
  });

  test.each<[string, number, Partial<ApiResponse>]>([
    ["the detail", 500, { text: '{"detail":"\\u0068ush"}' }],
    ["the request id", 500, { requestId: "hush" }],
    ["the target of a redirect", 302, { location: "https://hush.test/" }],
  ])("%s loses what has to be hidden", (_what, status, more) => {
    const { message } = errorFromResponse(request, answer(status, more), NOW);
    expect([message.includes("[token]"), message.includes("hush")]).toEqual([true, false]);
  });

  test.each([
    ["an HTML page", "<html></html>", true],
    ["plain text", "upstream connect error", true],
    ["text that only begins like JSON", "{upstream} is down", true],
    ["an object", ' {"detail":"No such snapshot"}', false],
    ["a JSON list", '["Server is busy"]', true],
    ["nothing", "", true],
  ])("%s is foreign: %s", (_what, text, foreign) => {
    expect(errorFromResponse(request, answer(404, { text }), NOW)).toMatchObject({ notFromApi: foreign });
  });
});

describe("retryAfterMs", () => {
  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ["", undefined],
    ["0", 0],
    ["7", 7000],
    [" 7 ", 7000],
    ["1.5", 1500],
    ["Thu, 15 Jan 2026 12:00:30 GMT", 30_000],
    ["Thu, 15 Jan 2026 11:59:30 GMT", 0],
    ["soon", undefined],
    ["7 s", undefined],
  ])("%j is %d ms", (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });

  test.each(["-5", "in 3000"])("%j is neither seconds nor an HTTP date", (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });
});
