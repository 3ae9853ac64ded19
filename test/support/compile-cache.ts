import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.cwd();
const DIRECTORY = join(ROOT, ".build", "compile-cache");
const SDK = join(ROOT, "node_modules", "@pulumi", "pulumi");
const WARM_UP = `
process.argv[2] = "127.0.0.1:1";
require(${JSON.stringify(join(SDK, "cmd", "dynamic-provider"))});
require("pulumi-vpsorg/host");
import(${JSON.stringify(join(ROOT, "dist", "core", "session.js"))}).finally(() => process.exit());
`;

/**
 * Where Node keeps what it compiled. Half of what a process of the SDK costs is the compiling of its modules, and one
 * that is ended by a signal, as a provider host is, keeps nothing of it. So one process compiles for all.
 */
export function compileCache(): string {
  if (!existsSync(DIRECTORY)) {
    const { NODE_OPTIONS: _options, ...kept } = process.env;
    const env = { ...kept, NODE_COMPILE_CACHE: DIRECTORY };
    spawnSync(process.execPath, ["--eval", WARM_UP], { cwd: ROOT, env, stdio: "ignore", timeout: 30_000 });
  }
  return DIRECTORY;
}
