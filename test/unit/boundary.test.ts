import { VpsorgError } from "../../provider/api";
import { InitError } from "../../provider/core/init-error";
import { DisplayError, isUnknown, withErrorBoundary } from "../../provider/host/boundary";

const thrown = (error: unknown): Promise<unknown> =>
  withErrorBoundary({ __provider: "code" }, () => {
    throw error;
  }).catch((shown: unknown) => shown);

test("what works is handed on", async () => {
  expect(await withErrorBoundary({}, () => 7)).toBe(7);
  expect(await withErrorBoundary({}, () => Promise.resolve(8))).toBe(8);
});

describe("an error is shown without a stack trace", () => {
  test.each([
    ["ours", new VpsorgError("API_ERROR", "it failed")],
    ["of a library", new TypeError("it failed")],
    ["that is none", "it failed"],
    ["with what could steer a terminal", new Error("it\u0007 failed")],
  ])("%s", async (_which, error) => {
    const shown = (await thrown(error)) as DisplayError;
    expect(shown).toBeInstanceOf(DisplayError);
    expect(shown.message).toMatch(/^it ?failed$/);
    // The host prints both.
    expect([String(shown), shown.stack]).toEqual(["vpsorg", shown.message]);
    expect(Object.keys(shown)).not.toContain("id");
  });
});

test("one of what was begun carries what the host records", async () => {
  const error = new InitError("801", { name: "web" }, "WAIT_TIMEOUT", "it takes longer");
  expect(await thrown(error)).toMatchObject({
    id: "801",
    properties: { __provider: "code", name: "web" },
    reasons: ["it takes longer"],
    message: "it takes longer",
  });
});

test.each([
  ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", true],
  ["04da6b54", false],
  [undefined, false],
])("%j is not known yet: %s", (value, unknown) => {
  expect(isUnknown(value)).toBe(unknown);
});
