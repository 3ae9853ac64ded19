import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Every path that a text names in backticks; found from the root or below `base`. */
function namedPaths(file: string): string[] {
  const text = readFileSync(join(process.cwd(), file), "utf8").replace(/^```[^]*?^```/gm, "");
  const named = codes(text);
  const isPath = (code: string): boolean =>
    /^[\w.*-]+(\/[\w.*-]+)*\/?$/.test(code) && /\/|\.(ts|mjs|cjs|md|json|yml|nvmrc)$/.test(code);
  // Compiled, or a package's own entry.
  return [...new Set(named.filter((code) => isPath(code) && !/^(dist|\.build|pulumi-vpsorg)\b/.test(code)))];
}

const DOCUMENTS = [
  { file: "docs/architecture.md", base: "provider", atLeast: 60 },
  { file: "CONTRIBUTING.md", base: "", atLeast: 20 },
  { file: "test/README.md", base: "test", atLeast: 20 },
  ...["emulator", "engine", "support"].map((tool) => ({
    file: `test/tools/${tool}/README.md`,
    base: `test/tools/${tool}`,
    atLeast: 8,
  })),
];

describe.each(DOCUMENTS)("$file", ({ file, base, atLeast }) => {
  const paths = namedPaths(file);

  it("is read by this test", () => expect(paths.length).toBeGreaterThanOrEqual(atLeast));

  it.each(paths)("names a file or folder that exists: %s", (path) => {
    const found = ["", base].flatMap((folder) => globSync(join(process.cwd(), folder, path)));
    expect(found).not.toEqual([]);
  });
});

describe("Links", () => {
  const documents = globSync(
    ["*.md", "docs/*.md", "bench/*.md", "examples/**/*.md", "test/**/*.md", ".github/**/*.md"],
    {
      exclude: (path) => path.includes("node_modules"),
    },
  );
  /** As GitHub and npm make them of headings. */
  const anchors = (file: string): string[] =>
    [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    );

  it.each(documents)("of %s lead to what exists", (document) => {
    const text = readFileSync(document, "utf8").replace(/^```[^]*?^```/gm, "");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      if (/^https?:/.test(path)) return false;
      const file = path === "" ? document : join(dirname(document), path);
      return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});

describe("Layers", () => {
  const text = readFileSync(join(process.cwd(), "docs", "architecture.md"), "utf8");
  const table = (text.split("## Layers")[1] ?? "").split("\n## ")[0] ?? "";
  const rules = readFileSync(join(process.cwd(), ".oxlintrc.json"), "utf8");
  const light = [...rules.matchAll(/"!\*\*\/([^*"]+)"/g)].map(([, path = ""]) => path);

  it("names what a program may load at its start, as the lint rule does", () => {
    const row = table.split("\n").find((line) => line.startsWith("| `program/`")) ?? "";
    const named = codes(row.split("at its start only")[1]?.split("|")[0] ?? "");
    expect(named.toSorted()).toEqual(light.map((path) => `${path}.ts`).toSorted());
    expect(named.length).toBeGreaterThan(2);
  });

  it("lets a program name a compiled file in an import() alone: the lint rule takes it for one", () => {
    const files = ["provider/index.ts", ...globSync("provider/program/**/*.ts")];
    const named = files.filter((file) =>
      /^(import|export|\}) .*"[^"]+\.js"|^import "[^"]+\.js"/m.test(readFileSync(file, "utf8")),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(named).toEqual([]);
  });
});

describe("One file for each concept", () => {
  const text = readFileSync(join(process.cwd(), "docs", "architecture.md"), "utf8");
  const rows = [
    ...(text.split("## One file for each concept")[1] ?? "").matchAll(/^\|(.+)\|(.+)\|(.+)\|$/gm),
  ];
  const concepts = rows.slice(2).map(([, concept = "", names = "", file = ""]) => ({
    concept: concept.trim(),
    names: codes(names),
    file: codes(file)[0] ?? "",
  }));

  it("is read by this test", () => expect(concepts.length).toBeGreaterThan(25));

  it.each(concepts)("$concept: $file exports $names", ({ names, file }) => {
    const source = readFileSync(join(process.cwd(), "provider", file), "utf8");
    const isExported = (name: string): boolean =>
      new RegExp(`^export (async )?(class|function|const|interface|type) ${name}\\b`, "m").test(source);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !isExported(name))).toEqual([]);
  });
});

describe("What state holds", () => {
  const text = readFileSync(join(process.cwd(), "docs", "architecture.md"), "utf8");
  const table = (text.split("## What state holds")[1] ?? "").split("\n## ")[0] ?? "";
  const schemas = globSync("provider/core/*/state.ts").map((file) => readFileSync(file, "utf8"));
  const keys = new Set(schemas.flatMap((source) => source.match(/\b__\w+(?=:)/g) ?? []));

  it("is read by this test", () => expect(keys.size).toBeGreaterThan(8));

  it.each([...keys])("has a row for %s", (key) => expect(table).toContain(`| \`${key}\` `));
});

function codes(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
}
