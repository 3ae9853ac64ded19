/**
 * Loaded first by each process that a test starts (`--require`). Finding, reading and compiling modules is nearly all that
 * a process of the SDK costs. So this remembers where modules were found and has their texts in one file, and leaves out
 * what the SDK loads at its start but uses only for what no test does, until somebody uses it. What runs stays the installed
 * SDK.
 */
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const { isModuleNamespaceObject } = require("node:util/types");
const { Script } = require("node:vm");

const FILE = join(process.env.NODE_COMPILE_CACHE ?? __dirname, `installed-${process.version}.js`);
const COMPILED = `${FILE}.compiled`;
const PARAMETERS = "exports, require, module, __filename, __dirname, globalThis";
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
/** Where installed modules were found, and their texts as functions, by path. */
const { found, texts } = isWarmUp ? { found: new Map(), texts: new Map() } : remembered();
function remembered() {
  const source = readIfThere(FILE, "latin1");
  if (source === undefined) return { found: new Map(), texts: new Map() };
  const script = new Script(source, { filename: FILE, cachedData: readIfThere(COMPILED) });
  // At the end, because it then has the functions that were called; Node's own cache does not.
  if (process.env.QUICK_START === "compile")
    process.on("exit", () => write(COMPILED, script.createCachedData()));
  const [places, functions] = script.runInThisContext();
  return { found: new Map(places), texts: new Map(functions) };
}

function readIfThere(path, encoding) {
  try {
    return readFileSync(path, encoding);
  } catch {
    return undefined;
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

/** The globals for axios: it tests fetch while it loads, which loads all of that, and sends its requests by node:http. */
const FETCH = ["FormData", "Request", "Response", "ReadableStream", "Blob"];
const withoutFetch = Object.create(
  globalThis,
  Object.fromEntries(FETCH.map((name) => [name, { value: undefined }])),
);

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

const { ".js": readAndCompile } = Module._extensions;

/** As Node does it, except that it neither looks for, reads nor compiles the file. */
Module._extensions[".js"] = function (module, path) {
  const text = texts.get(path);
  if (text === undefined) return readAndCompile(module, path);
  const require = (request) => module.require(request);
  require.resolve = (request) => Module._resolveFilename(request, module);
  Object.assign(require, { main: process.mainModule, extensions: Module._extensions, cache: Module._cache });
  const seen = installed(path).startsWith(join("axios", sep)) ? withoutFetch : globalThis;
  Reflect.apply(text, module.exports, [module.exports, require, module, path, dirname(path), seen]);
};

if (isWarmUp) process.on("exit", () => write(FILE, allThatWasLoaded()));

function allThatWasLoaded() {
  const functions = Object.entries(Module._cache)
    .filter(([path, { exports }]) => path.includes(INSTALLED) && !isModuleNamespaceObject(exports))
    .filter(([path]) => /\.c?js$/.test(path))
    .map(([path]) => [path, readFileSync(path, "utf8").replace(/^#!.*/, "")])
    // What imports from a text of its own would look for it from here.
    .filter(([, text]) => !/\beval\b.*\bimport\(/.test(text))
    .map(([path, text]) => `[${JSON.stringify(path)}, function (${PARAMETERS}) {${text}\n}]`);
  return asAscii(`[${JSON.stringify([...found])},\n[${functions.join(",\n")}]]`);
}

/** A string of one byte a character is read at once. */
const asAscii = (text) =>
  text.replace(/[\u0080-\uffff]/g, (other) => `\\u${other.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A reader gets the whole file or none. */
function write(path, content) {
  writeFileSync(`${path}.${process.pid}`, content);
  renameSync(`${path}.${process.pid}`, path);
}
