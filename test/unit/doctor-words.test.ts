import { publicList, PublicWords } from "../../provider/core/doctor/public-words";
import { readEntries } from "../../provider/core/doctor/reading";
import type { ObservedAnswer } from "../../provider/api";

const answer = (body: unknown, more: Partial<ObservedAnswer> = {}): ObservedAnswer => ({
  method: "GET",
  path: "/snapshots/",
  query: {},
  status: 200,
  text: typeof body === "string" ? body : JSON.stringify(body),
  retryAfter: undefined,
  requestId: undefined,
  location: undefined,
  redact: (text) => text.replaceAll("hush", "[token]"),
  sentAt: 0,
  receivedAt: 0,
  ...more,
});

describe("PublicWords", () => {
  const words = new PublicWords([
    { results: [{ name: "Paused", status: "migrating", tags: ["locked"], server: { plan: "zone" } }] },
  ]);

  it.each([
    ["snapshotting", "snapshotting"],
    ["backing_up", "backing_up"],
    ["in-progress", "in-progress"],
    ["COMPLETED", "COMPLETED"],
    ["migrating", "migrating"],
    ["paused", undefined],
    ["LOCKED", undefined],
    ["web-01", undefined],
    ["10.0.0.1", undefined],
    ["a", undefined],
    ["", undefined],
    ["two words", undefined],
    ["anna@example.com", undefined],
    ["x".repeat(60), undefined],
    ["a_b_c_d_e_f", undefined],
    ["\u001b[31mred", undefined],
  ])("shows the status %j as %j", (status, shown) => expect(words.word(status)).toBe(shown));

  it.each([
    ["is_locked", "is_locked"],
    ["expiresAt", "expiresAt"],
    ["md5", "md5"],
    ["_links", "_links"],
    ["zone", undefined],
    ["web-01", undefined],
    ["server_12345", undefined],
    ["10_0_0_1", undefined],
    ["__proto__", "__proto__"],
    ["anna@example.com", undefined],
    ["two words", undefined],
    ["x".repeat(60), undefined],
  ])("shows the key %j as %j", (key, shown) => expect(words.key(key)).toBe(shown));
});

it("counts what it does not show, and what is too much", () => {
  const shown = (text: string): string | undefined => (text.startsWith("x") ? undefined : text);
  expect(publicList(["b", "a", "b", "x1", "x2", "x1"], shown)).toBe("a, b, 2 not shown here");
  const many = Array.from({ length: 20 }, (_, i) => `w${String(i).padStart(2, "0")}`);
  expect(publicList(many, shown)).toMatch(/^w00, .*w11, 8 more$/);
});

describe("readEntries", () => {
  const page = (...ids: number[]) => ({ count: 3, results: ids.map((id) => ({ id })) });
  const ids = (...answers: ObservedAnswer[]) => readEntries(answers).items.map(({ id }) => id);
  const second = { query: { page: "2" } };

  it("puts pages together", () => {
    expect(ids(answer(page(1, 2)), answer(page(3), second))).toEqual([1, 2, 3]);
  });

  it("leaves out what was no success", () => {
    expect(ids(answer({ detail: "no" }, { status: 503 }), answer(page(1)))).toEqual([1]);
  });

  it("takes the reading that came farthest, of equals the last", () => {
    const [first, more] = [answer(page(1, 2)), answer(page(3), second)];
    expect(ids(first, more, answer(page(4, 5)))).toEqual([1, 2, 3]);
    expect(ids(first, more, answer(page(4, 5)), answer(page(6), second))).toEqual([4, 5, 6]);
  });

  it.each<[string, unknown, string, number]>([
    ["a page", page(1), "page", 1],
    ["a bare array", [{ id: 1 }, 5], "array", 1],
    ["an object", { results: null }, "object", 0],
    ["a number", 5, "other JSON", 0],
    ["HTML", "<!doctype html><p>", "HTML", 0],
    ["nothing", " ", "empty", 0],
    ["half of it", '{"count": 3, "res', "no JSON", 0],
    ["deep", `{"a":${"[".repeat(50)}${"]".repeat(50)}}`, "deep", 0],
  ])("knows %s", (_what, body, form, items) => {
    const entries = readEntries([answer(body)]);
    expect([entries.pages[0]?.form, entries.items.length]).toEqual([form, items]);
  });

  it("holds no token, neither as a value nor as a key", () => {
    const [item] = readEntries([answer('{"count":1,"results":[{"hu\\u0073h":"a hu\\u0073h b"}]}')]).items;
    expect(item).toEqual({ "[token]": "a [token] b" });
  });
});
