import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.cwd();
const DIRECTORY = join(ROOT, ".build", "compile-cache");
const RESOLVED = join(DIRECTORY, "resolved.json");
const INSTALLED = join(ROOT, "node_modules", ".package-lock.json");
const SDK = join(ROOT, "node_modules", "@pulumi", "pulumi");
const WARM_UP = `
process.argv[2] = "127.0.0.1:1";
require(${JSON.stringify(join(SDK, "cmd", "dynamic-provider"))});
require(${JSON.stringify(join(SDK, "cmd", "run", "run"))});
require("pulumi-vpsorg/host");
import(${JSON.stringify(join(ROOT, "dist", "core", "session.js"))}).finally(() => process.exit());
`;

const QUICK_START = join(ROOT, "test", "tools", "support", "quick-start.cjs");

/**
 * The options of each Node process that a test starts; none for a benchmark, which measures what users have. With more
 * room for young objects, a process that soon ends collects no garbage.
 */
export const quickStart = (): string[] =>
  process.env["QUICK_START"] === "off" ? [] : ["--max-semi-space-size=32", "--require", QUICK_START];

/**
 * Where Node keeps what it compiled, and where modules were found. Most of what a process of the SDK costs is the
 * loading of its modules, and one that is ended by a signal, as a provider host is, keeps nothing of it. So one process
 * does it for all.
 */
export function compileCache(): string {
  if (!isCurrent()) {
    rmSync(RESOLVED, { force: true });
    const { NODE_OPTIONS: _options, ...kept } = process.env;
    const env = { ...kept, NODE_COMPILE_CACHE: DIRECTORY, QUICK_START: "write" };
    const args = ["--require", QUICK_START, "--eval", WARM_UP];
    spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: "ignore", timeout: 30_000 });
  }
  return DIRECTORY;
}

/** Packages that were installed since may lie elsewhere. */
function isCurrent(): boolean {
  if (!existsSync(RESOLVED) || !existsSync(INSTALLED)) return false;
  return statSync(RESOLVED).mtimeMs > statSync(INSTALLED).mtimeMs;
}

/** What both mean for a process that is started through others. */
export const nodeEnvironment = (): Record<string, string> => ({
  NODE_COMPILE_CACHE: compileCache(),
  NODE_OPTIONS: quickStart()
    .map((word) => JSON.stringify(word))
    .join(" "),
});
