/** Loads the fast suites without Jest: the sources as Jest compiles them, and the globals that tests use. */
const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const { transformSync } = require("@swc/core");
const circus = require("jest-circus");
const { jestExpect } = require("@jest/expect");
const { ModuleMocker } = require("jest-mock");

/** `require` of TypeScript, of an import without an ending, and of one that names the compiled file. */
function compileTypeScript(options) {
  /** All of it is loaded anew for each mutant that decides at load, and after each that hangs. */
  const compiled = new Map();
  const compile = (filename) => {
    const { code } = transformSync(readFileSync(filename, "utf8"), {
      ...options,
      filename,
      sourceMaps: "inline",
    });
    compiled.set(filename, code);
    return code;
  };
  Module._extensions[".ts"] = (module, filename) => {
    module._compile(compiled.get(filename) ?? compile(filename), filename);
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    const isSource = /^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith(".ts");
    const wanted =
      isSource && !existsSync(join(dirname(parent.filename), request)) ? request.slice(0, -3) : request;
    return resolve.call(this, wanted, parent, ...rest);
  };
}

/** The tests of these files, as Jest would collect them; all modules of the project are loaded anew. */
function load(root, files) {
  forgetModules(root);
  circus.resetState();
  const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
  const mocker = new ModuleMocker(globalThis);
  const jest = {
    fn: mocker.fn.bind(mocker),
    spyOn: mocker.spyOn.bind(mocker),
    restoreAllMocks: () => mocker.restoreAllMocks(),
    resetModules: () => forgetModules(root),
    // What a test took without a mutant limits it here.
    setTimeout: () => undefined,
  };
  const suite = { describe, test, it, beforeAll, beforeEach, afterAll, afterEach };
  Object.assign(globalThis, suite, { expect: jestExpect, jest });
  for (const file of files) describe(file, () => void require(join(root, file)));
  const { rootDescribeBlock, unhandledErrors } = circus.getState();
  if (unhandledErrors.length > 0) throw new Error(String(unhandledErrors[0]));
  const modules = { ...require.cache };
  /** What a test has mocked or loaded anew must not reach the next one. */
  const reset = () => {
    mocker.restoreAllMocks();
    Object.assign(require.cache, modules);
  };
  return { block: rootDescribeBlock, reset };
}

function forgetModules(root) {
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(root + sep) && !path.includes(`${sep}node_modules${sep}`)) delete require.cache[path];
  }
}

module.exports = { compileTypeScript, load };
