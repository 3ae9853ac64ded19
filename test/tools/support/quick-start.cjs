/**
 * Loaded first by each process that a test starts (`--require`). Finding and compiling modules is nearly all that a
 * process of the SDK costs. So this remembers where modules were found, and leaves out what the SDK loads at its start
 * but uses only for what no test does, until somebody uses it. What runs stays the installed SDK.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");

const FILE = join(process.env.NODE_COMPILE_CACHE ?? "", "resolved.json");
const INSTALLED = `${sep}node_modules${sep}`;
const SDK = join("node_modules", "@pulumi", "pulumi") + sep;
const sdk = (...path) => `${SDK}${join(...path)}`;

/** By the module that requires it. */
const LATER = new Map([
  // For the automation API, which is no part of a program.
  [sdk("index.js"), ["./automation"]],
  // For functions that are serialised; the package brings its provider's text along.
  [sdk("typescript-shim.js"), ["typescript"]],
  [sdk("runtime", "closure", "codePaths.js"), ["@npmcli/arborist", "normalize-package-data"]],
  // For positions in stack traces.
  [sdk("cmd", "dynamic-provider", "index.js"), ["source-map-support/register"]],
  [sdk("cmd", "run", "index.js"), ["source-map-support/register"]],
]);
/** A debugger, which tells where a function lies that cannot be serialised. It starts when it is first asked. */
const DEBUGGER = "../../runtime/closure/v8Hooks";
const isDebuggerStart = (request, by) =>
  request === DEBUGGER && by?.endsWith(sdk("cmd", "run", "index.js")) === true;

const isWarmUp = process.env.QUICK_START === "write";
const found = new Map(isWarmUp ? [] : remembered());
function remembered() {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch {
    return [];
  }
}

const { _load: load, _resolveFilename: resolve } = Module;

Module._load = function (request, parent, isMain) {
  const by = parent?.filename;
  if (isDebuggerStart(request, by)) return { isInitializedAsync: () => Promise.resolve() };
  if (!isLater(request, by)) return Reflect.apply(load, this, arguments);
  let loaded;
  const get = () => (loaded ??= Reflect.apply(load, Module, [request, parent, isMain]));
  return new Proxy(
    {},
    {
      // `__esModule` is read by the import itself, which would copy every member of another answer.
      get: (_, key) => (key === "__esModule" ? true : key === "default" ? get() : get()[key]),
      has: (_, key) => key in get(),
    },
  );
};

function isLater(request, by) {
  const at = by?.lastIndexOf(SDK) ?? -1;
  return at >= 0 && LATER.get(by.slice(at))?.includes(request) === true;
}

/** Only between installed packages: what the checkout itself holds changes with each build. */
Module._resolveFilename = function (request, parent, isMain, options) {
  const by = parent?.filename;
  if (options !== undefined || !by?.includes(INSTALLED)) return Reflect.apply(resolve, this, arguments);
  const key = `${dirname(by)}\0${request}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const path = Reflect.apply(resolve, this, arguments);
  if (isWarmUp) found.set(key, path);
  return path;
};

if (isWarmUp) process.on("exit", () => writeFileSync(FILE, JSON.stringify([...found])));
