import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { examined, findingsOf, steady } from "./examined";
import type { ShownFinding } from "./examined";
import { delta, MOST } from "./variant";
import { ENTRIES } from "./variants-entries";
import { LISTS } from "./variants-lists";
import { REQUESTS } from "./variants-requests";

const DOCUMENTED = "as documented";
const VARIANTS = [...LISTS, ...ENTRIES, ...REQUESTS];

/** Every word that people read of each variant: UPDATE_WORDS=1 writes the file anew, to be read like a change of the code. */
const FILE = join(process.cwd(), "test", "core", "doctor", "words.txt");
const golden = new Map(
  readFileSync(FILE, "utf8")
    .split(/^(?=# )/m)
    .map((part) => [part.slice(2, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1).trim()]),
);
const seen = new Map<string, string>();

let base: readonly ShownFinding[];
beforeAll(async () => {
  base = findingsOf(await examined(["--json"]));
});

afterAll(() => {
  if (process.env["UPDATE_WORDS"] === undefined) return;
  writeFileSync(FILE, [...seen].map(([name, words]) => `# ${name}\n${words}\n`).join("\n"));
});

/** A finding as lines: what it is, and each of its texts. */
function wordsOf({ check, verdict, ...texts }: ShownFinding): string {
  const lines = Object.entries(texts).map(([kind, text]) => `  ${kind}: ${text}`);
  return steady([`${check}: ${verdict}`, ...lines].join("\n"));
}

function expectWords(name: string, findings: readonly ShownFinding[]): void {
  const usual = name === DOCUMENTED ? [] : base.map(wordsOf);
  const words = findings.map(wordsOf).filter((text) => !usual.includes(text));
  seen.set(name, words.join("\n").trim());
  if (process.env["UPDATE_WORDS"] === undefined) expect(seen.get(name)).toBe(golden.get(name));
}

test(DOCUMENTED, () => {
  expectWords(DOCUMENTED, base);
});

test.each(VARIANTS)("$name", async ({ name, arrange, options, code, requests, found }) => {
  const done = await examined(["--json"], arrange, options);
  expect(delta(base, findingsOf(done)).toSorted()).toEqual(found.toSorted());
  expect(done.code).toBe(code);
  expect(done.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  if (requests === undefined) expect(done.requests.length).toBeLessThanOrEqual(MOST);
  else expect(done.requests).toHaveLength(requests);
  expectWords(name, findingsOf(done));
});

test("the file holds the words of these alone", () => {
  expect([...golden.keys()].toSorted()).toEqual([DOCUMENTED, ...VARIANTS.map(({ name }) => name)].toSorted());
});
