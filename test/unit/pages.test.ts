import { IncompleteListError, ResponseShapeError } from "../../provider/api/errors";
import { readPages } from "../../provider/api/http/pages";

const ENDPOINT = "https://api.test/api/v1";
const request = { method: "GET", path: "/snapshots/" };
const at = (query: string): string => `${ENDPOINT}/snapshots/?${query}`;
const items = (...ids: readonly string[]): { id: string }[] => ids.map((id) => ({ id }));

interface Read {
  readonly ids: readonly string[];
  readonly requests: number;
  readonly queries: readonly Readonly<Record<string, string>>[];
}

/** Serves the pages in order; asking for one more is an error of the test. */
async function read(pages: readonly unknown[], first: Record<string, string> = {}): Promise<Read> {
  const queries: Readonly<Record<string, string>>[] = [];
  const fetchPage = (query: Readonly<Record<string, string>>): Promise<unknown> => {
    queries.push(query);
    if (queries.length > pages.length) return Promise.reject(new Error("one page too many was asked for"));
    return Promise.resolve(pages[queries.length - 1]);
  };
  const listed = await readPages(request, ENDPOINT, first, fetchPage, (item) => item as { id: string });
  return { ids: listed.items.map((item) => item.id), requests: listed.requests, queries };
}

describe("a whole list", () => {
  test.each<[string, unknown[], string[]]>([
    ["empty", [{ count: 0, results: [] }], []],
    ["as documented", [{ count: 2, results: items("1", "2") }], ["1", "2"]],
    ["with next: null", [{ count: 1, results: items("1"), next: null }], ["1"]],
    ["with an empty next", [{ count: 1, results: items("1"), next: "" }], ["1"]],
    ["with unknown keys", [{ count: 1, results: items("1"), previous: null, more: {} }], ["1"]],
    [
      "of several pages",
      [
        { count: 3, results: items("1"), next: at("page=2") },
        { count: 3, results: items("2"), next: at("page=3") },
        { count: 3, results: items("3"), next: null },
      ],
      ["1", "2", "3"],
    ],
    [
      "with an overlap between pages",
      [
        { count: 3, results: items("1", "2"), next: at("page=2") },
        { count: 3, results: items("2", "3") },
      ],
      ["1", "2", "3"],
    ],
    [
      "with an empty last page",
      [
        { count: 1, results: items("1"), next: at("page=2") },
        { count: 1, results: [] },
      ],
      ["1"],
    ],
  ])("%s", async (_what, pages, ids) => {
    expect(await read(pages)).toMatchObject({ ids, requests: pages.length });
  });

  test("the query of next is taken over as it stands", async () => {
    const next = at("server_id=12345&page=2&cursor=a%2Bb%3D");
    const pages = [
      { count: 2, results: items("1"), next },
      { count: 2, results: items("2") },
    ];
    expect((await read(pages, { server_id: "12345" })).queries).toEqual([
      { server_id: "12345" },
      { server_id: "12345", page: "2", cursor: "a+b=" },
    ]);
  });

  test.each(["?page=2", "/api/v1/snapshots/?page=2", "https://api.test:443/elsewhere/?page=2"])(
    "a next of the form %s is of the same origin",
    async (next) => {
      const pages = [
        { count: 2, results: items("1"), next },
        { count: 2, results: items("2") },
      ];
      expect((await read(pages)).queries[1]).toEqual({ page: "2" });
    },
  );
});

describe("a list that is provably not whole", () => {
  test.each<[string, unknown[], string]>([
    ["fewer than announced", [{ count: 5, results: items("1") }], "it announces 5 entries and lists 1"],
    ["more than announced", [{ count: 1, results: items("1", "2") }], "it announces 1 entries and lists 2"],
    ["the same one twice", [{ count: 2, results: items("1", "1") }], "it announces 2 entries and lists 1"],
    [
      "an entry skipped between pages",
      [
        { count: 3, results: items("1", "2"), next: at("page=2") },
        { count: 3, results: items("2") },
      ],
      "it announces 3 entries and lists 2",
    ],
    [
      "shrinking",
      [
        { count: 3, results: items("1", "2"), next: at("page=2") },
        { count: 2, results: items("3") },
      ],
      "the list changed while it was read (3 entries, then 2)",
    ],
    [
      "growing",
      [
        { count: 2, results: items("1"), next: at("page=2") },
        { count: 3, results: items("2") },
      ],
      "the list changed while it was read (2 entries, then 3)",
    ],
    [
      "a page that leads to itself",
      [
        { count: 3, results: items("1"), next: at("page=2") },
        { count: 3, results: items("2"), next: at("page=2") },
        { count: 3, results: items("2"), next: at("page=2") },
      ],
      "a page that announces another one brought nothing new",
    ],
    [
      "a circle",
      [
        { count: 9, results: items("1"), next: at("page=2") },
        { count: 9, results: items("2"), next: at("page=1") },
        { count: 9, results: items("1"), next: at("page=2") },
      ],
      "a page that announces another one brought nothing new",
    ],
    [
      "an empty page with a next",
      [{ count: 3, results: [], next: at("page=2") }],
      "a page that announces another one brought nothing new",
    ],
  ])("%s", async (_what, pages, problem) => {
    const failure = await read(pages).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(IncompleteListError);
    expect(failure).toMatchObject({
      code: "INCOMPLETE_LIST",
      message: `VPS.org's answer to GET /snapshots/ cannot be used: ${problem}`,
    });
  });
});

describe("a next that is not followed", () => {
  test.each([
    ["another host", "https://evil.test/api/v1/snapshots/?page=2", "https://evil.test"],
    ["another port", "https://api.test:8443/api/v1/snapshots/?page=2", "https://api.test:8443"],
    ["another scheme", "ftp://api.test/api/v1/snapshots/?page=2", "ftp://api.test"],
    ["a relative scheme", "//evil.test/?page=2", "https://evil.test"],
    ["no origin", "data:application/json,{}", "null"],
    ["nonsense", "https://", "https://"],
    ["a steered line", "https://\u001b[2J", "https://[2J"],
  ])("%s", async (_what, next, shown) => {
    const failure = await read([{ count: 2, results: items("1"), next }]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ResponseShapeError);
    expect(failure).toMatchObject({
      code: "RESPONSE_SHAPE",
      message:
        `VPS.org's answer to GET /snapshots/ cannot be used: its next page is at ${shown}, which is not the ` +
        "endpoint's origin; it is not followed",
    });
  });
});

describe("a page of another form", () => {
  test.each<[string, unknown, string]>([
    ["a list", [], "the answer"],
    ["null", null, "the answer"],
    ["a text", "ok", "the answer"],
    ["no count", { results: [] }, "count"],
    ["count as text", { count: "1", results: [] }, "count"],
    ["a negative count", { count: -1, results: [] }, "count"],
    ["half a count", { count: 0.5, results: [] }, "count"],
    ["no results", { count: 0 }, "results"],
    ["results as an object", { count: 0, results: {} }, "results"],
    ["next as a number", { count: 0, results: [], next: 2 }, "next"],
  ])("%s", async (_what, page, path) => {
    await expect(read([page])).rejects.toMatchObject({
      code: "RESPONSE_SHAPE",
      message: expect.stringContaining(` cannot be used: ${path} `) as string,
    });
  });
});

describe("a list without end", () => {
  /** Serves pages of new ids for ever, and counts them. */
  async function endless(count: number, size: number): Promise<{ failure: unknown; pages: number }> {
    let pages = 0;
    const fetchPage = (): Promise<unknown> => {
      const results = items(...Array.from({ length: size }, (_, i) => String(pages * size + i)));
      return Promise.resolve({ count, results, next: at(`page=${++pages}`) });
    };
    const listed = readPages(request, ENDPOINT, {}, fetchPage, (item) => item as { id: string });
    return { failure: await listed.catch((error: unknown) => error), pages };
  }
  const problem = (what: string): object => ({
    message: `VPS.org's answer to GET /snapshots/ cannot be used: ${what}`,
  });

  test.each([
    [5, 1, 6],
    [5, 100, 1],
    [0, 1, 1],
    [5000, 100, 51],
  ])("that announces %d, in pages of %d, ends after %d of them", async (count, size, expected) => {
    const { failure, pages } = await endless(count, size);
    expect(failure).toBeInstanceOf(IncompleteListError);
    expect(failure).toMatchObject(problem(`it announces ${count} entries and lists ${count + 1}`));
    expect(pages).toBe(expected);
  });

  test("that announces more than any account can hold ends at its first page", async () => {
    const { failure, pages } = await endless(100_001, 100);
    expect(failure).toMatchObject({
      code: "RESPONSE_SHAPE",
      ...problem("it announces 100001 entries, more than the 100000 that an account can hold"),
    });
    expect(pages).toBe(1);
  });

  test.each([
    [3000, 400],
    [100_000, 10_100],
  ])("of %d in very small pages ends after %d of them", async (count, expected) => {
    const { failure, pages } = await endless(count, 1);
    expect(failure).toMatchObject(problem(`it has more than ${expected} pages for ${count} entries`));
    expect(pages).toBe(expected);
  });
});

test("each item is read with its place on its page", async () => {
  const places: string[] = [];
  const page = { count: 2, results: items("1", "2") };
  await readPages(
    request,
    ENDPOINT,
    {},
    () => Promise.resolve(page),
    (item, place) => {
      places.push(place);
      return item as { id: string };
    },
  );
  expect(places).toEqual(["results[0]", "results[1]"]);
});
