import * as fc from "fast-check";
import { oneLine, withoutControls } from "../../provider/api/text";

// Written apart from the code under test: the Unicode categories, instead of ranges.
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

describe("withoutControls", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "[31mred[0m"],
    ["a\u0000b\u0007c\u0008d", "abcd"],
    ["a\u009bb\u0085c", "abc"],
    ["a\u202eb\u2066c\u200ed", "abcd"],
    ["two\nlines\tand a tab", "two\nlines\tand a tab"],
    ["Zürich 東京 😀", "Zürich 東京 😀"],
    ["", ""],
  ])("%j becomes %j", (text, expected) => {
    expect(withoutControls(text)).toBe(expected);
  });

  test("nothing that reorders a line is left, the Arabic letter mark included", () => {
    const marks = [
      0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
    ];
    const left = marks.filter((mark) => withoutControls(String.fromCharCode(mark)) !== "");
    expect(left.map((mark) => mark.toString(16))).toEqual([]);
  });
});

describe("oneLine", () => {
  test.each([
    ["  a  ", 200, "a"],
    ["a\r\n\r\nb", 200, "a b"],
    ["a\tb\u2028c\u2029d", 200, "a b c d"],
    ["\n\na\n", 200, "a"],
    ["12345", 5, "12345"],
    ["123456", 5, "1234…"],
    ["", 5, ""],
    ["\u001b\u0000", 5, ""],
  ])("%j within %d is %j", (text, limit, expected) => {
    expect(oneLine(text, limit)).toBe(expected);
  });

  test("200 characters unless told", () => {
    expect(oneLine("x".repeat(200))).toHaveLength(200);
    expect(oneLine("x".repeat(201))).toBe(`${"x".repeat(199)}…`);
  });

  test("a cut leaves no half of a character behind", () => {
    expect(oneLine("abc😀😀", 5)).not.toMatch(/\p{Cs}/u);
  });

  test("is one printable line, whatever comes", () => {
    const steering = fc.constantFrom("\u001b", "\r", "\n", "\u009b", "\u202e", "\u2028", "\t", "a", " ");
    const text = fc.oneof(
      fc.string(),
      fc.array(steering).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (given, limit) => {
        const line = oneLine(given, limit);
        expect(line.length).toBeLessThanOrEqual(limit);
        expect(line).not.toMatch(CONTROL);
      }),
    );
  });
});
