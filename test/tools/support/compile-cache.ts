import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.cwd();
const QUICK_START = join(ROOT, "test", "tools", "support", "quick-start.cjs");
const DIRECTORY = join(ROOT, ".build", "compile-cache");
const KEPT = join(DIRECTORY, "installed.js");
const SOURCES = [join(ROOT, "node_modules", ".package-lock.json"), QUICK_START];
const SDK = join(ROOT, "node_modules", "@pulumi", "pulumi");
/** Each in turn takes its arguments from the command line; a program begins only after this has ended. */
const WARM_UP = `
process.argv[2] = "127.0.0.1:1";
require(${JSON.stringify(join(SDK, "cmd", "dynamic-provider"))});
require("pulumi-vpsorg/host");
import(${JSON.stringify(join(ROOT, "dist", "core", "session.js"))})
  .then(() => {
    process.argv[2] = "--monitor=127.0.0.1:1";
    require(${JSON.stringify(join(SDK, "cmd", "run", "run"))});
  })
  .finally(() => process.exit());
`;

/**
 * The options of each Node process that a test starts; none for a benchmark, which measures what users have. With more
 * room for young objects, a process that soon ends collects no garbage.
 */
export const quickStart = (): string[] =>
  process.env["QUICK_START"] === "off" ? [] : ["--max-semi-space-size=32", "--require", QUICK_START];

/**
 * Where Node keeps what it compiled, and what is known of the installed modules. Most of what a process of the SDK costs
 * is the loading of its modules, and one that is ended by a signal, as a provider host is, keeps nothing of it. So one
 * process does it for all.
 */
export function compileCache(): string {
  if (!isCurrent()) {
    // V8 tells a text from another one by its length alone.
    for (const path of [`${KEPT}.compiled`, KEPT]) rmSync(path, { force: true });
    const { NODE_OPTIONS: _options, ...kept } = process.env;
    // The second one keeps what it has compiled of that file.
    for (const step of ["write", "compile"]) {
      const env = { ...kept, NODE_COMPILE_CACHE: DIRECTORY, QUICK_START: step };
      const args = ["--require", QUICK_START, "--eval", WARM_UP];
      spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: "ignore", timeout: 30_000 });
    }
  }
  return DIRECTORY;
}

/** Packages that were installed since may lie elsewhere. */
function isCurrent(): boolean {
  if (![KEPT, ...SOURCES].every((path) => existsSync(path))) return false;
  return SOURCES.every((path) => statSync(KEPT).mtimeMs > statSync(path).mtimeMs);
}

/** What both mean for a process that is started through others. */
export const nodeEnvironment = (): Record<string, string> => ({
  NODE_COMPILE_CACHE: compileCache(),
  NODE_OPTIONS: quickStart()
    .map((word) => JSON.stringify(word))
    .join(" "),
});
