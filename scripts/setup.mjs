/**
 * What every command of a fresh clone needs first: the dependencies that the lockfile names, and the Node that
 * they bring along. It runs on whatever Node the machine has.
 */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");
export const bin = (name) => join(root, "node_modules", ...name.split("/"));
export const manifest = join(root, "package.json");
/** Where it waits while one that is fit to be published stands in its place. */
export const ownManifest = join(root, ".build", "package.json");

const isWindows = process.platform === "win32";
/** Node 24, as scripts/package.json names it for some platforms. */
const nodePackage = `node-${isWindows ? "win" : process.platform}-${process.arch}`;
const ownNode = bin(`${nodePackage}/bin/node${isWindows ? ".exe" : ""}`);
/** The oldest that the package supports. */
const OLDEST_NODE = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  .engines.node.match(/\d+/g)
  .map(Number);
/** What everything runs on. */
let node = process.execPath;

/** The native compiler, ten times as fast; what needs the compiler's API (TypeDoc, the SDK) has TypeScript 6. */
export const tsc = bin("typescript-7/bin/tsc");

/** Installs what is missing, and says so. */
export function install() {
  if (!isInstalled()) installAll();
  useNode();
}

/** Elsewhere the machine's own has to do; USE_MACHINE_NODE takes it anywhere, to test on another version. */
function useNode() {
  if (existsSync(ownNode) && !process.env.USE_MACHINE_NODE) {
    node = ownNode;
    return;
  }
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Node ${process.versions.node} is too old, and no newer one came with the dependencies for ` +
      `${process.platform} on ${process.arch}: install Node ${OLDEST_NODE.join(".")} or later.`,
  );
  process.exit(1);
}

function installAll() {
  // Of the copy that scripts/packed.mjs makes: npm would empty the folder behind the link.
  if (lstatSync(join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error("The dependencies of this checkout are not those of the lockfile: run `npm ci`.");
    process.exit(1);
  }
  console.log("> npm ci   (the dependencies are missing or not those of the lockfile)");
  const result = npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (result.status !== 0) {
    console.error("npm ci failed: nothing can be built or tested without the dependencies.");
    process.exit(1);
  }
}

/** Runs npm: the one that runs this, or the one on the PATH. */
export function npm(args, options) {
  const own = process.env.npm_execpath;
  if (own?.endsWith(".js")) return spawnSync(process.execPath, [own, ...args], options);
  return spawnSync("npm", args, { shell: isWindows, ...options });
}

/** npm keeps the lockfile of what it has installed beside it: equal package lists mean that nothing is missing. */
function isInstalled() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = packages(join(root, "package-lock.json"));
  const present = packages(installed);
  if (wanted[`node_modules/${nodePackage}`] !== undefined && !existsSync(ownNode)) return false;
  return Object.entries(wanted).every(
    ([path, { version, link, optional }]) =>
      !path.startsWith("node_modules/") || link || optional || present[path]?.version === version,
  );
}

function packages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** The environment of everything that runs here: Node 24 first on the PATH. */
export function environment(extra = {}) {
  const separator = process.platform === "win32" ? ";" : ":";
  return { ...process.env, PATH: `${join(node, "..")}${separator}${process.env.PATH ?? ""}`, ...extra };
}

/** Runs a command with Node 24; resolves to its exit code. */
export function run(args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: root,
      env: environment(),
      stdio: ["ignore", "inherit", "inherit"],
      ...options,
    });
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * Compiles the package to dist/, and the emulator, the offline engine and the demo to .build/. Their types are not
 * checked here but by `types`, with those of the tests; what is packed is compiled with both.
 */
export async function build() {
  for (const project of ["tsconfig.json", "test/tsconfig.tools.json"]) {
    const code = await run([tsc, "-p", project, "--noCheck"]);
    if (code !== 0) return code;
  }
  return 0;
}

/**
 * Compiles a project that brings the provider's sources along to a folder of its own below .build/; gives that folder
 * and the compiler's exit code.
 */
export async function buildAside(name, project) {
  const out = join(root, ".build", name);
  mkdirSync(out, { recursive: true });
  // The provider reads its version from the package's own file, two folders up.
  copyFileSync(join(root, "package.json"), join(out, "package.json"));
  return { out, code: await run([tsc, "-p", project]) };
}

/** Checks the types of the package, its tests and tools, and of the examples as a user's compiler would. */
export async function types() {
  const known = join(root, ".build", "types.tsbuildinfo");
  const code = await run([tsc, "-p", "test", "--noEmit", "--incremental", "--tsBuildInfoFile", known]);
  if (code !== 0) return code;
  for (const project of examples()) {
    const code = await run([tsc, "-p", project, "--noEmit"]);
    if (code !== 0) return code;
  }
  return 0;
}

function examples() {
  const entries = readdirSync(join(root, "examples"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join("examples", name));
}
