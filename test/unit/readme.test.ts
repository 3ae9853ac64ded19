import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FAILURES = readFileSync(join(process.cwd(), "docs", "failures.md"), "utf8");

/** The operations of docs/failures.md: what goes wrong in each, what is found afterwards, and the tests that prove it. */
const operations = FAILURES.split("\n## ")
  .slice(1)
  .map((text) => ({
    name: text.split("\n")[0] ?? "",
    rows: text
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2)
      .map((line) => line.split("|").map((cell) => cell.trim())),
    proofs: (/^Tests: ([^]*?)\.\n/m.exec(text)?.[1] ?? "").split(/;\s/),
  }));

describe("docs/failures.md", () => {
  it("has a row for every fault", () => {
    expect(operations.flatMap(({ rows }) => rows).length).toBeGreaterThan(30);
  });

  it.each(operations)("$name: no cell is empty, and each row has its tests", ({ rows, proofs }) => {
    for (const row of rows) expect(row.filter((cell) => cell !== "")).toHaveLength(2);
    expect(proofs).toHaveLength(rows.length);
    const paths = proofs.map((proof) =>
      [...proof.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, path]) => path ?? ""),
    );
    expect(paths.filter((tests) => tests.length === 0)).toEqual([]);
    expect(paths.flat().filter((path) => !existsSync(join(process.cwd(), "test", path)))).toEqual([]);
  });
});

describe("docs/security.md", () => {
  const text = readFileSync(join(process.cwd(), "docs", "security.md"), "utf8");
  const proofs = [...text.matchAll(/`([^`\s]+\.test\.ts)`/g)].map(([, path]) => path ?? "");

  it.each([...new Set(proofs)])("names a test that exists: %s", (path) => {
    expect(existsSync(join(process.cwd(), "test", path))).toBe(true);
  });

  it("has a test for each attack", () => {
    const attacks = (text.split("## Attacks")[1] ?? "")
      .split("\n")
      .filter((line) => /^\| (?!attack|-)/.test(line));
    expect(attacks.length).toBeGreaterThan(15);
    expect(attacks.filter((line) => !line.includes(".test.ts"))).toEqual([]);
  });
});

describe("The command that texts name", () => {
  const files = globSync(["README.md", "provider/**/*.ts", "examples/**/*.{md,mjs,ts}", "docs/**/*.md"], {
    exclude: (path) => path.includes("node_modules"),
  });

  it.each(files)("%s: npx runs the installed command, and fetches none from the registry", (file) => {
    expect(readFileSync(file, "utf8")).not.toMatch(/npx (?!--no-install )/);
  });
});
