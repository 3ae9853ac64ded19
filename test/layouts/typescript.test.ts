import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project, ROOT } from "../tools/support/project";
import { json, SDK, writeFiles } from "./layout";
import { archive, compiler, toolEnvironment, workshop } from "./workshop";

jest.setTimeout(300_000);

const PROGRAM = readFileSync(join(ROOT, "test", "layouts", "fixtures", "every-export.ts"), "utf8");

/** How a compiler may be told to find modules; two files are a CommonJS and an ES module. */
const RESOLUTIONS = {
  node: { module: "commonjs", files: ["index.ts"] },
  node10: { module: "commonjs", files: ["index.ts"] },
  node16: { module: "node16", files: ["index.cts", "index.mts"] },
  nodenext: { module: "nodenext", files: ["index.cts", "index.mts"] },
  bundler: { module: "esnext", files: ["index.ts"] },
};

interface Compiler {
  /** As in test/layouts/tools/package.json. */
  readonly version: string;
  readonly resolutions: readonly (keyof typeof RESOLUTIONS)[];
  readonly options?: object;
  /** The major version of @types/node. @default 24 */
  readonly node?: number;
}

const COMPILERS: readonly Compiler[] = [
  // No later types of Node take it. With `bundler` grpc-js, which the SDK uses, declares what it does not find before 5.6.
  { version: "5.0", resolutions: ["node", "node16", "nodenext"], node: 18 },
  { version: "5.6", resolutions: ["bundler"] },
  { version: "5.9", resolutions: ["node10", "node16", "nodenext", "bundler"] },
  { version: "6.0", resolutions: ["node16", "nodenext", "bundler"] },
  { version: "6.0", resolutions: ["node10"], options: { ignoreDeprecations: "6.0" } },
  { version: "7.0", resolutions: ["node16", "nodenext", "bundler"] },
];

const MATRIX = COMPILERS.flatMap(({ resolutions, ...given }) =>
  resolutions.map((moduleResolution) => ({ moduleResolution, ...given })),
);

const STRICT = {
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  ...{ target: "es2022", noEmit: true, pretty: false, skipLibCheck: false },
};

/** By the major version of @types/node. */
const projects = new Map<number, Project>();

async function installedProject(node: number): Promise<Project> {
  const project = new Project({ parent: join(workshop(), "projects"), env: toolEnvironment() });
  projects.set(node, project);
  writeFiles(project.dir, {
    "package.json": json({
      ...{ name: "program", private: true },
      dependencies: { "@pulumi/pulumi": SDK, "pulumi-vpsorg": `file:${archive()}` },
      devDependencies: { "@types/node": `^${node}.0.0` },
    }),
    ...{ "index.ts": PROGRAM, "index.cts": PROGRAM, "index.mts": PROGRAM },
    "install.sh": "npm install\n",
  });
  const { code, output } = await project.shell("install.sh");
  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  return project;
}

afterAll(() => projects.forEach((project) => project.remove()));

describe("A program that uses all that the package exports, with `skipLibCheck: false`", () => {
  it.each(MATRIX)(
    "is taken by TypeScript $version, module resolution $moduleResolution",
    async ({ version, moduleResolution, options, node = 24 }) => {
      const project = projects.get(node) ?? (await installedProject(node));
      const { module, files } = RESOLUTIONS[moduleResolution];
      const compilerOptions = { ...STRICT, module, moduleResolution, ...options };
      writeFiles(project.dir, { "tsconfig.json": json({ compilerOptions, files }) });

      const { code, output } = await project.node(compiler(version), "--project", ".");

      expect([output, code]).toEqual(["", 0]);
    },
  );

  it("uses all of it", () => {
    const [project] = projects.values();
    const index = join(project?.dir ?? "", "node_modules", "pulumi-vpsorg", "dist", "index.d.ts");
    const names = [...readFileSync(index, "utf8").matchAll(/^export (?:type )?\{([^}]+)\}/gm)]
      .flatMap(([, list = ""]) => list.split(","))
      .map((name) => name.trim())
      .filter((name) => name !== "");

    expect(names.length).toBeGreaterThan(25);
    const isUsed = (name: string): boolean =>
      (PROGRAM.match(new RegExp(`\\b${name}\\b`, "g")) ?? []).length > 1;
    expect(names.filter((name) => !isUsed(name))).toEqual([]);
  });
});
