import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.cwd();
const QUICK_START = join(ROOT, "test", "tools", "support", "quick-start.cjs");
const DIRECTORY = join(ROOT, ".build", "compile-cache");
/** The last thing that is made of them; see quick-start.cjs. */
const COMPILED = join(DIRECTORY, `installed-${process.version}.js.compiled`);
const SOURCES = [
  join(ROOT, "node_modules", ".package-lock.json"),
  QUICK_START,
  join(ROOT, "test", "tools", "support", "compile-cache.ts"),
];
const SDK = join(ROOT, "node_modules", "@pulumi", "pulumi");
/** Each part of the SDK takes its arguments from the command line; a program would begin in the next turn. */
const WARM_UP = `
process.argv[2] = "127.0.0.1:1";
require(${JSON.stringify(join(SDK, "cmd", "dynamic-provider"))});
require("pulumi-vpsorg/host");
import(${JSON.stringify(join(ROOT, "dist", "core", "session.js"))}).then(() => {
  process.argv.splice(2, 1, "--monitor=127.0.0.1:1", "no-program");
  require(${JSON.stringify(join(SDK, "cmd", "run", "run"))});
  process.exit(0);
});
`;

const OPTIONS = ["--max-semi-space-size=32", "--require", QUICK_START];
/**
 * The options of each Node process that a test starts; none for a benchmark, which measures what users have. With more
 * room for young objects, a process that soon ends collects no garbage.
 */
export const quickStart = (): string[] => (process.env["QUICK_START"] === "off" ? [] : OPTIONS);

/**
 * Where Node keeps what it compiled, and what is known of the installed modules. Most of what a process of the SDK costs
 * is the loading of its modules, and one that is ended by a signal, as a provider host is, keeps nothing of it. So one
 * process does it for all.
 */
export function compileCache(): string {
  if (isCurrent()) return DIRECTORY;
  // V8 tells one text from another by its length alone: it would take what it compiled of the earlier one.
  rmSync(COMPILED, { force: true });
  const { NODE_OPTIONS: _options, ...kept } = process.env;
  for (const step of ["write", "compile"]) {
    const env = { ...kept, NODE_COMPILE_CACHE: DIRECTORY, QUICK_START: step };
    const { status, stderr } = spawnSync(process.execPath, [...OPTIONS, "--eval", WARM_UP], {
      cwd: ROOT,
      env,
      encoding: "utf8",
      timeout: 30_000,
    });
    if (status !== 0) throw new Error(`the preparation of the tests' processes failed:\n${stderr}`);
  }
  return DIRECTORY;
}

/** Not older than the installed packages, and than what makes it. */
function isCurrent(): boolean {
  if (![COMPILED, ...SOURCES].every((path) => existsSync(path))) return false;
  return SOURCES.every((path) => statSync(COMPILED).mtimeMs > statSync(path).mtimeMs);
}

/** What both mean for a process that is started through others. */
export const nodeEnvironment = (): Record<string, string> => ({
  NODE_COMPILE_CACHE: compileCache(),
  NODE_OPTIONS: quickStart()
    .map((word) => JSON.stringify(word))
    .join(" "),
});
