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
const SDK = join("@pulumi", "pulumi");
const sdk = (...path) => join(SDK, ...path);

/** What the SDK takes apart where it requires it: functions and classes. */
const TRACING = [
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation-grpc",
  "@opentelemetry/sdk-trace-node",
  "@opentelemetry/instrumentation",
];
/** By the installed module that requires it. */
const LATER = new Map([
  // For the automation API, which is no part of a program.
  [sdk("index.js"), ["./automation"]],
  // For functions that are serialised; the package brings its provider's text along.
  [sdk("typescript-shim.js"), ["typescript"]],
  [sdk("runtime", "closure", "codePaths.js"), ["@npmcli/arborist", "normalize-package-data"]],
  [sdk("runtime", "closure", "rewriteSuper.js"), ["semver"]],
  // For positions in stack traces.
  [sdk("cmd", "dynamic-provider", "index.js"), ["source-map-support/register"]],
  [sdk("cmd", "run", "index.js"), ["source-map-support/register"]],
  // For resources of packages that have several versions, and for programs that ask for a version of Node or TypeScript.
  [sdk("runtime", "rpc.js"), ["semver"]],
  [sdk("cmd", "run", "run.js"), ["semver"]],
  // For a package.yaml.
  [sdk("runtime", "manifest.js"), ["js-yaml"]],
  // For messages in other languages than English.
  [join("zod", "v4", "core", "index.cjs"), ["../locales/index.cjs"]],
  [join("zod", "v4", "mini", "external.cjs"), ["../locales/index.cjs"]],
  [join("zod", "v4", "classic", "external.cjs"), ["../locales/index.cjs"]],
  // For traces, which are sent only where an address is given.
  [sdk("cmd", "run", "tracing.js"), TRACING],
]);
/** A debugger, which tells where a function lies that cannot be serialised. It starts when it is first asked. */
const DEBUGGER = "../../runtime/closure/v8Hooks";
const isDebuggerStart = (request, by) =>
  request === DEBUGGER && installed(by) === sdk("cmd", "run", "index.js");

/** Its path below the folder that it is installed in. */
function installed(path) {
  const at = path?.lastIndexOf(INSTALLED) ?? -1;
  return at < 0 ? undefined : path.slice(at + INSTALLED.length);
}

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
  if (LATER.get(installed(by))?.includes(request) !== true) return Reflect.apply(load, this, arguments);
  let loaded;
  const get = () => (loaded ??= Reflect.apply(load, Module, [request, parent, isMain]));
  const member = TRACING.includes(request) ? (key) => memberLater(get, key) : (key) => get()[key];
  return new Proxy(
    {},
    {
      // `__esModule` is read by the import itself, which would copy every member of another answer.
      get: (_, key) => (key === "__esModule" ? true : key === "default" ? get() : member(key)),
      has: (_, key) => key in get(),
    },
  );
};

/** A function or a class of a module that is loaded when it is called. */
const memberLater = (get, key) =>
  new Proxy(function () {}, {
    apply: (_, self, args) => Reflect.apply(get()[key], self, args),
    construct: (_, args) => Reflect.construct(get()[key], args),
    // `prototype` belongs to the function that stands here, and cannot be another one's.
    get: (own, name) => (name === "prototype" ? own[name] : get()[key][name]),
  });

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
