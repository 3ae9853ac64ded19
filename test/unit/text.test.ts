import * as fc from "fast-check";
import { redactor } from "../../provider/api/http/redact";
import { oneLine, printable } from "../../provider/api/text";

// Written apart from the code under test: the Unicode categories, instead of ranges.
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

describe("printable", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "[31mred[0m"],
    ["a\u0000b\u0007c\u0008d", "abcd"],
    ["a\u009bb\u0085c", "abc"],
    ["a\u202eb\u2066c\u200ed", "abcd"],
    ["two\nlines\tand a tab", "two\nlines\tand a tab"],
    ["Zürich 東京 😀", "Zürich 東京 😀"],
    ["separated\u2028lines\u2029and paragraphs", "separated\nlines\nand paragraphs"],
    ["\u2028::error::x", "\n: :error::x"],
    ["half \ud800 of a pair, and \udc00 the other", "half \ufffd of a pair, and \ufffd the other"],
    ["", ""],
  ])("%j becomes %j", (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test("nothing that reorders a line is left, the Arabic letter mark included", () => {
    const marks = [
      0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
    ];
    const left = marks.filter((mark) => printable(String.fromCharCode(mark)) !== "");
    expect(left.map((mark) => mark.toString(16))).toEqual([]);
  });
});

/** Every code point that is taken away. */
const UNSEEN = Array.from({ length: 0xe2000 }, (_, code) => code).filter(
  // Neither half pairs nor the planes of letters and of nothing in between.
  (code) =>
    !(code >= 0xd800 && code <= 0xdfff) &&
    !(code >= 0x20000 && code < 0xe0000) &&
    printable(`a${String.fromCodePoint(code)}b`) === "ab",
);

describe("what nobody sees", () => {
  test.each([
    ["zero width", "a\u200bb\u200cc\u200dd\u2060e\ufefff", "abcdef"],
    ["a soft hyphen", "pass\u00adword", "password"],
    ["tags that spell another text", "web\u{e0041}\u{e007f}", "web"],
    ["variation selectors", "a\ufe0fb\u{e0100}c", "abc"],
    ["fillers", "a\u3164b\u115fc\uffa0", "abc"],
    ["annotations", "a\ufff9b\ufffac\ufffb", "abc"],
  ])("%s is taken away", (_what, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test("letters of all scripts, their marks, and emoji stay", () => {
    for (const text of [
      "Größe",
      "עברית",
      "عربي \u0600",
      "हिन्दी",
      "ไทย",
      "한국어",
      "e\u0301",
      "👍🏽",
      "🇨🇭",
      "∞ € ½",
    ])
      expect(printable(text)).toBe(text);
    expect(printable("👩‍🚀❤️")).toBe("👩🚀❤");
  });

  test("a token with any of it between its characters is found", () => {
    const token = "canary-token-4f9d1c77";
    const redact = redactor(token);
    const escaped = (code: number): string =>
      Array.from(
        String.fromCodePoint(code).split(""),
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      ).join("");
    const missed = UNSEEN.filter(
      (code) =>
        redact(token.replace("-", `-${String.fromCodePoint(code)}`)).includes("canary") ||
        redact(token.replace("-", `-${escaped(code)}`)).includes("canary"),
    );
    expect(UNSEEN.length).toBeGreaterThan(4000);
    expect(missed.map((code) => code.toString(16))).toEqual([]);
  });
});

describe("what a log's reader takes for commands", () => {
  test.each([
    ["::set-output name=a::b", ": :set-output name=a::b"],
    [" \t::add-mask::x", " \t: :add-mask::x"],
    ["a\n::stop-commands::x\r\n  ::error::y", "a\n: :stop-commands::x\r\n  : :error::y"],
    [":\u200b:error::y", ": :error::y"],
    ["##[error]x", "## [error]x"],
    ["a ##vso[task.setvariable]x", "a ## vso[task.setvariable]x"],
    ["##VSO[a] ###[b]", "## VSO[a] ### [b]"],
    ["#\u00ad#v\u200bso[a]", "## vso[a]"],
    ["##teamcity[a]", "## teamcity[a]"],
    ["fe80::1, ## a heading, #[x]", "fe80::1, ## a heading, #[x]"],
  ])("%j becomes %j, and stays that", (text, expected) => {
    expect(printable(text)).toBe(expected);
    expect(printable(expected)).toBe(expected);
  });

  test("a long text takes no long time", () => {
    const began = performance.now();
    for (const piece of ["\n", " ", ":", "#", "##a", "\u200b", "\t\n"]) printable(piece.repeat(500_000));
    expect(performance.now() - began).toBeLessThan(2000);
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
    ["a\n::error::b", 200, "a ::error::b"],
    ["\n::error::b", 200, ": :error::b"],
    ["##\n[a]", 200, "## [a]"],
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
