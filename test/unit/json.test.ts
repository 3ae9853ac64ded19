import { ResponseShapeError } from "../../provider/api/errors";
import { isHtml, parseJson } from "../../provider/api/http/json";

const request = { method: "GET", path: "/snapshots/" };
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

function problem(text: string): string {
  try {
    parseJson(text, request);
  } catch (error) {
    expect(error).toBeInstanceOf(ResponseShapeError);
    return (error as Error).message.replace("VPS.org's answer to GET /snapshots/ cannot be used: ", "");
  }
  throw new Error("it was accepted");
}

test.each<[string, unknown]>([
  ['{"count":0,"results":[]}', { count: 0, results: [] }],
  [' \n{"a":1}\n', { a: 1 }],
  ["null", null],
  ['"[[[["', "[[[["],
  [`{"a":"${"[{".repeat(50)}"}`, { a: "[{".repeat(50) }],
  [`{"a":"\\"${"[".repeat(50)}"}`, { a: `"${"[".repeat(50)}` }],
  [`["\\\\",${nested(31)}]`, ["\\", JSON.parse(nested(31))]],
  [`[${Array(100).fill("[]").join()}]`, Array(100).fill([])],
])("%s is read", (text, expected) => {
  expect(parseJson(text, request)).toEqual(expected);
});

test.each([
  ["nothing", "", "it is empty, JSON was expected"],
  ["blanks", " \n", "it is empty, JSON was expected"],
  ["HTML", "<html></html>", "it is an HTML page, JSON was expected; a proxy may have answered"],
  ["a doctype", "\n <!doctype  HTML>", "it is an HTML page, JSON was expected; a proxy may have answered"],
  ["XML", '<?xml version="1.0"?>', "it is an HTML page, JSON was expected; a proxy may have answered"],
  ["half", '{"count":1,"res', "it is not complete JSON; the answer may have been cut off"],
  ["an open text", '{"count":"1', "it is not complete JSON; the answer may have been cut off"],
  ["text", "Bad Gateway", "it is not complete JSON; the answer may have been cut off"],
  ["two documents", "{}{}", "it is not complete JSON; the answer may have been cut off"],
])("%s is refused", (_what, text, expected) => {
  expect(problem(text)).toBe(expected);
});

test("32 levels are read, 33 are not", () => {
  expect(parseJson(nested(32), request)).toEqual(JSON.parse(nested(32)));
  expect(problem(nested(33))).toBe("its JSON is nested deeper than 32 levels");
  expect(problem('{"a":'.repeat(33))).toBe("its JSON is nested deeper than 32 levels");
});

test("no depth overflows the stack", () => {
  expect(problem(nested(1_000_000))).toBe("its JSON is nested deeper than 32 levels");
});

test("no refusal repeats what the answer holds", () => {
  expect(problem('{"secret":"hush')).not.toContain("hush");
});

test.each([
  ["<!DOCTYPE html>", true],
  ["  <html lang=en>", true],
  ["{}", false],
  ["<", false],
  ["an <html> page", false],
  ["", false],
])("isHtml(%j): %s", (text, expected) => {
  expect(isHtml(text)).toBe(expected);
});
