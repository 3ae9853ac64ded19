import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const README = readFileSync(join(process.cwd(), "README.md"), "utf8");

/** The rows of the README's table of faults: what goes wrong, what is found afterwards, and the test that proves it. */
const rows = (README.split("## What happens when")[1] ?? "")
  .split("\n## ")[0]
  ?.split("\n")
  .filter((line) => line.startsWith("|"))
  .slice(2)
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("What happens when", () => {
  it("has a row for every fault, and no row is empty", () => {
    expect(rows?.length).toBeGreaterThan(20);
    for (const row of rows ?? []) expect(row.filter((cell) => cell !== "")).toHaveLength(3);
  });

  it.each((rows ?? []).map((row) => [row[1], row[3]]))("%s: there is a test for it", (_fault, proof) => {
    const path = /`([^`]+\.test\.ts)`/.exec(proof ?? "")?.[1] ?? "";

    expect(existsSync(join(process.cwd(), "test", path))).toBe(true);
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
