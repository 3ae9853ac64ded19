import { globSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY } from "../tools/support/account";
import { blocksOf, runCommands, timeless } from "../tools/support/blocks";
import type { Block } from "../tools/support/blocks";
import { Deployment } from "../tools/support/deployment";
import { Project, ROOT } from "../tools/support/project";

jest.setTimeout(120_000);

/** What people copy: each block of it is run as it stands. `e2e/package.test.ts` does the same for the examples. */
const DOCUMENTS = ["README.md", ...readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`)];
const BLOCKS = DOCUMENTS.flatMap(blocksOf);
const isOf = (language: string) => (block: Block) => block.language === language;

/** As `pulumi new typescript` makes it. */
const PROJECT_OPTIONS = {
  ...{ strict: true, outDir: "bin", target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
  ...{ sourceMap: true, experimentalDecorators: true, pretty: true, noFallthroughCasesInSwitch: true },
  ...{ noImplicitReturns: true, forceConsistentCasingInFileNames: true },
};
const PROJECT = {
  "Pulumi.yaml": "name: infra\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "infra", main: "index.ts" }),
  "tsconfig.json": JSON.stringify({ compilerOptions: PROJECT_OPTIONS, files: ["index.ts"] }),
};

const programs = BLOCKS.filter(isOf("ts")).map((block, n) => ({
  ...block,
  file: block.file ?? `p${n}.ts`,
}));
const scripts = BLOCKS.filter(isOf("js"));
const consoles = BLOCKS.filter(isOf("console"));
/** The examples of the public interface: `scripts/interface.mjs` has one for each class and function. */
const examples = globSync(["provider/program/*.ts", "provider/api/errors.ts"], { cwd: ROOT })
  .flatMap(blocksOf)
  .map((block, n) => ({ ...block, file: `example${n}.ts` }));
const isSession = ({ text }: Block): boolean => text.startsWith("$ ");

it("reads all blocks, and knows what to do with each", () => {
  expect([programs.length > 4, scripts.length > 1, consoles.length > 5]).toEqual([true, true, true]);
  const languages = ["ts", "js", "console"];
  // A diagram, and the forms of a command.
  const shown = ["mermaid", "text"];
  expect(BLOCKS.filter(({ language }) => ![...languages, ...shown].includes(language))).toEqual([]);
  expect(scripts.filter(({ file }) => file === undefined)).toEqual([]);
});

it("has programs that a compiler takes, without the types of Node", async () => {
  const compilerOptions = { ...PROJECT_OPTIONS, noEmit: true, skipLibCheck: true, types: [] };
  expect(examples.length).toBeGreaterThan(15);
  const all = [...programs, ...examples];
  const config = { compilerOptions, files: all.map(({ file }) => file) };
  const sources = Object.fromEntries(all.map(({ file, text }) => [file, text]));
  const project = new Project({ files: { ...sources, "tsconfig.json": JSON.stringify(config) } });
  try {
    const { code, output } = await project.node(join(ROOT, "node_modules", "typescript", "bin", "tsc"));
    expect([code, output]).toEqual([0, ""]);
  } finally {
    project.remove();
  }
});

describe("README.md and docs/, from the first line to the last", () => {
  let stack: Deployment;

  async function mustRun(block: Block): Promise<string> {
    const { code, output } = await runCommands(stack.project, block);
    expect([block.where, code, code === 0 ? "" : output]).toEqual([block.where, 0, ""]);
    return output;
  }

  /** The rotation's snapshot and the one of the release are made at the same time. */
  const held = async (): Promise<string[]> =>
    (await stack.snapshots())
      .map(({ id }) => (/^80[23]$/.test(id ?? "") ? "802 or 803" : (id ?? "none")))
      .toSorted();

  beforeAll(async () => {
    // Slow enough for its session to see a snapshot in progress, also where the machine is busy.
    stack = await Deployment.open({ files: PROJECT, env: { VPSORG_TOKEN: CANARY } }, { speed: 150 });
    for (const { file, text } of [...programs, ...scripts]) {
      writeFileSync(join(stack.project.dir, file ?? ""), text);
    }
  });

  afterAll(() => stack.close());

  it("the session at its beginning shows what is really printed", async () => {
    const [session] = consoles.filter(isSession);
    const commands = session?.text.match(/^\$ .*/gm)?.map((line) => line.slice(2)) ?? [];
    const shown = session?.text.split("\n").filter((line) => !/^(\$ |…|$)/.test(line)) ?? [];

    const output = await mustRun({ ...(session as Block), text: commands.join("\n") });

    const printed = timeless(output).split("\n");
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.map(timeless).filter((line) => !printed.includes(line))).toEqual([]);
  });

  it("every program runs, and does what is said of it", async () => {
    const { model } = stack.emulator;
    stack.emulator.outside.createSnapshot({ id: 701, serverId: 12345, name: "before-upgrade-4d2a91c" });
    stack.emulator.outside.createSnapshot({ id: 702, serverId: 12346, name: "golden" });
    stack.emulator.outside.createSnapshot({ id: 703, serverId: 12347, name: "nightly" });
    stack.emulator.clearRequests();
    const imports = programs.map(({ file }) => `import "./${file.replace(/\.ts$/, "")}";\n`);
    writeFileSync(join(stack.project.dir, "all.ts"), imports.join(""));
    writeFileSync(join(stack.project.dir, "package.json"), JSON.stringify({ name: "infra", main: "all.ts" }));
    await stack.must("config", "set", "incident", "2026-11-21");

    await stack.up();

    const posts = ["POST /snapshots/", "POST /snapshots/", "POST /snapshots/701/restore/"];
    expect(stack.writes().toSorted()).toEqual(posts);
    expect(model.listSnapshots(12345).map(({ name }) => name)).toContainEqual(
      expect.stringMatching(/^releases-[0-9a-f]{7}-1$/),
    );
    expect(await held()).toEqual(["702", "801", "802 or 803"]);
    expect(model.state().restores).toMatchObject([{ snapshot_id: "801" }, { snapshot_id: "701" }]);
  });

  it.each(scripts)("$where: the script runs", async ({ file = "" }) => {
    const args = file.includes(".test.") ? ["--test", file] : [file];
    const { code, output } = await stack.project.node(...args);
    expect([code, output]).toEqual([0, expect.stringMatching(/web-server-01 is active|pass 1/)]);
  });

  it.each(consoles.filter((block) => !isSession(block)))("$where: every command goes well", async (block) => {
    await mustRun(block);
  });

  it("has imported what it says, and taken a snapshot before the restore", async () => {
    expect(await held()).toEqual(["702", "703", "801", "802 or 803"]);
    expect(stack.emulator.model.listSnapshots(12345).map(({ name }) => name)).toContainEqual(
      expect.stringMatching(/^before-restore-701-/),
    );
  });
});
