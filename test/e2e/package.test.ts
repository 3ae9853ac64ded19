import { execFile } from "node:child_process";
import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { EXAMPLES, follow } from "../tools/support/example";
import { ROOT } from "../tools/support/project";

jest.setTimeout(120_000);

/** What scripts/packed.mjs says of the archive that a release would be. */
interface Packed {
  readonly tarball: string;
  readonly bytes: number;
  readonly files: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly problems: readonly unknown[];
}

let packed: Packed;

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, "scripts", "packed.mjs"), join(ROOT, ".build", "packed")],
    { cwd: ROOT, maxBuffer: 10_000_000 },
  );
  packed = JSON.parse(stdout) as Packed;
});

describe("The archive that a release is", () => {
  it("has nothing that publint --strict or Are the Types Wrong object to", () => {
    expect(packed.problems).toEqual([]);
  });

  it("holds each source compiled, the documents, and nothing else", () => {
    const sources = globSync("provider/**/*.ts", { cwd: ROOT, exclude: ["**/*.d.ts"] });
    const compiled = sources.map((file) => slashed(file).replace(/^provider(.*)\.ts$/, "dist$1.js"));
    const documents = globSync("docs/*.md", { cwd: ROOT }).map(slashed);
    const declarations = (file: string): boolean => file.endsWith(".d.ts");

    expect(packed.files.filter((file) => !declarations(file)).toSorted()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "package.json", ...documents, ...compiled].toSorted(),
    );
  });

  it("declares what a program imports, and no inner type", () => {
    const declared = packed.files.filter((file) => file.endsWith(".d.ts"));
    expect(declared).toContain("dist/index.d.ts");
    expect(declared.filter((file) => /^dist\/(host|cli)\//.test(file))).toEqual([]);
    expect(declared.length).toBeLessThanOrEqual(12);
  });

  it("declares the interface that test/e2e/interface.txt holds: UPDATE_INTERFACE=1 writes it anew", () => {
    const golden = join(ROOT, "test", "e2e", "interface.txt");
    const checkout = join(ROOT, ".build", "packed", "checkout");
    const declared = packed.files.filter((file) => file.endsWith(".d.ts")).toSorted();
    const texts = declared.map((file) => {
      const text = readFileSync(join(checkout, file), "utf8");
      return `// ${file}\n${text.replace(/^ *\/\*\*[^]*?\*\/\n/gm, "")}`;
    });
    if (process.env["UPDATE_INTERFACE"]) writeFileSync(golden, texts.join("\n"));

    expect(texts.join("\n")).toBe(readFileSync(golden, "utf8"));
  });

  it("stays small", () => expect(packed.bytes).toBeLessThanOrEqual(195_000));
});

describe("Its package.json", () => {
  it("holds nothing that works in this repository alone", () => {
    expect(Object.keys(packed.manifest)).toEqual([
      ...["name", "version", "description", "keywords", "license", "type", "main", "types", "exports", "bin"],
      ...["files", "engines", "dependencies", "peerDependencies"],
    ]);
  });

  it("takes corrected releases of the dependencies without a release of its own", () => {
    const ranges = Object.values(packed.manifest["dependencies"] as Record<string, string>);
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges.filter((range) => !range.startsWith("^"))).toEqual([]);
  });

  it("offers Pulumi's host, and no types for it", () => {
    expect(packed.manifest["exports"]).toMatchObject({ "./host": "./dist/host/index.js" });
  });
});

describe("An example that is copied out, with the archive", () => {
  it.each(EXAMPLES)("$name does what its README says", async (example) => {
    const { code, output, last, writes, restored } = await follow(example, packed.tarball);

    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    for (const text of example.says ?? []) expect(output).toMatch(text);
    expect(last).toMatch(example.ends);
    expect(writes.toSorted()).toEqual(example.writes.toSorted());
    expect(restored).toEqual(example.restored ?? []);
  });

  it("is one of all that there are", () => {
    const folders = readdirSync(join(ROOT, "examples"), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.toSorted()).toEqual(EXAMPLES.map(({ name }) => name).toSorted());
  });
});

const slashed = (path: string): string => path.replaceAll("\\", "/");
