import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../tools/support/project";

const VARIABLE = "LAYOUTS_WORKSHOP";

/** What all layouts share, in one temporary folder: the archive, the tools, the caches; the projects lie there too. */
export async function openWorkshop(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "layouts-")));
  process.env[VARIABLE] = folder;
  const tools = join(folder, "tools");
  mkdirSync(tools);
  cpSync(join(ROOT, "test", "layouts", "tools", "package.json"), join(tools, "package.json"));
  try {
    await Promise.all([pack(join(folder, "packed")), execute("npm", ["install"], tools)]);
  } catch (error) {
    closeWorkshop();
    throw error;
  }
}

export const closeWorkshop = (): void => rmSync(workshop(), { recursive: true, force: true });

export const workshop = (): string => {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error("test/layouts runs as a project of Jest, with its global setup");
  return folder;
};

/** As a release would be. */
export const archive = (): string => join(workshop(), "pulumi-vpsorg.tgz");

export const compiler = (version: string): string =>
  join(workshop(), "tools", "node_modules", `typescript-${version}`, "bin", "tsc");

/** The tools first on the PATH, one cache for each of them, and nothing of the `npm run` that may have started this. */
export function toolEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => !/^(npm_(?!config_registry$)|INIT_CWD$)/i.test(entry[0]),
  );
  const cache = (name: string): string => join(workshop(), "cache", name);
  return {
    ...Object.fromEntries(inherited),
    PATH: path(),
    npm_config_cache: cache("npm"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    npm_config_store_dir: cache("pnpm"),
    pnpm_config_store_dir: cache("pnpm"),
    YARN_GLOBAL_FOLDER: cache("yarn"),
    YARN_ENABLE_TELEMETRY: "false",
    // Yarn would not write a lockfile where it sees CI.
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    BUN_INSTALL_CACHE_DIR: cache("bun"),
  };
}

/** Without the commands of this checkout, which `npm run` puts there. */
function path(): string {
  const own = join(ROOT, "node_modules", ".bin");
  const inherited = (process.env["PATH"] ?? "").split(delimiter).filter((dir) => dir !== own);
  return [join(workshop(), "tools", "node_modules", ".bin"), ...inherited].join(delimiter);
}

async function pack(folder: string): Promise<void> {
  const { stdout } = await execute(process.execPath, [join(ROOT, "scripts", "packed.mjs"), folder], ROOT);
  cpSync((JSON.parse(stdout) as { readonly tarball: string }).tarball, archive());
}

const execute = (command: string, args: readonly string[], cwd: string): Promise<{ stdout: string }> =>
  promisify(execFile)(command, args, { cwd, env: toolEnvironment(), maxBuffer: 10_000_000 });
