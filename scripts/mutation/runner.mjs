/** A test runner for StrykerJS: it asks `Suites` for the tests of each mutant. See suites.cjs for why it is not Jest. */
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PluginKind } from "@stryker-mutator/api/plugin";
import { DryRunStatus, MutantRunStatus, TestStatus } from "@stryker-mutator/api/test-runner";

const require = createRequire(import.meta.url);
const { compileTypeScript } = require("./load.cjs");
const { Suites } = require("./suites.cjs");

/** What decides fast. The random programs of the model take a minute for each mutant; what they have found is in. */
const FILES = ["test/unit/**/*.test.ts", "test/core/**/*.test.ts", "test/model/{engine,regressions}.test.ts"];
/** These read texts, also that of the sources. */
const TEXTS = ["test/unit/documents.test.ts", "test/unit/readme.test.ts"];

/** How long the tests of one mutant may take, the quickest first. What they have not noticed by then has survived. */
const LIMIT_MS = Number(process.env.MUTATION_SECONDS ?? Infinity) * 1000;

/** What the instrumented sources and StrykerJS tell each other. The sources keep this very object. */
const stryker = (globalThis.__stryker__ ??= {});

class Runner {
  #suites;
  /** How many mutants each test has killed: those go first. */
  #kills = new Map();
  /** Which mutants each test runs through: those of what is loaded once are in none. */
  #perTest = {};

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    const root = process.cwd();
    const config = require(join(root, "jest.config.cjs")).projects[0];
    compileTypeScript(Object.values(config.transform)[0][1]);
    const files = globSync(FILES, { cwd: root, exclude: (path) => TEXTS.includes(path) });
    this.#suites = new Suites(root, files.sort());
    // What a mutant leaves unhandled must not end the process.
    process.on("unhandledRejection", () => undefined);
    process.on("uncaughtException", () => undefined);
    // Tests print what a user would see.
    process.stdout.write = () => true;
  }

  async dryRun() {
    this.#suites.load();
    const { mutantCoverage } = stryker;
    const atLoad = { ...mutantCoverage?.static };
    const { took, failure } = await this.#suites.run([...this.#suites.tests.keys()], {
      before: (id) => (stryker.currentTestId = id),
    });
    if (failure !== undefined) {
      return {
        status: DryRunStatus.Error,
        errorMessage: `${failure.id}: ${failure.error.stack ?? failure.error}`,
      };
    }
    this.#suites.usualMs = took;
    const tests = [...took].map(([id, ms]) => {
      const { name, file } = this.#suites.tests.get(id);
      return {
        id,
        name,
        fileName: join(process.cwd(), file),
        timeSpentMs: Math.ceil(ms),
        status: TestStatus.Success,
      };
    });
    const perTest = stryker.mutantCoverage?.perTest ?? {};
    this.#perTest = perTest;
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: atLoad, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    const isStatic = mutantActivation === "static";
    stryker.activeMutant = isStatic ? activeMutant.id : undefined;
    stryker.hitLimit = hitLimit;
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    try {
      if (isStatic || !this.#suites.isClean) this.#suites.load();
    } catch (error) {
      this.#suites.isClean = false;
      return {
        status: MutantRunStatus.Killed,
        killedBy: [],
        failureMessage: `does not load: ${error}`,
        nrOfTests: 0,
      };
    }
    stryker.activeMutant = activeMutant.id;
    const ids = this.#inOrder(
      testFilter ?? [...this.#suites.tests.keys()],
      isStatic ? activeMutant.id : undefined,
    );
    const { took, failure } = await this.#suites.run(ids, { limitMs: LIMIT_MS });
    stryker.activeMutant = undefined;
    if (isStatic) this.#suites.isClean = false;
    if (failure === undefined) return { status: MutantRunStatus.Survived, nrOfTests: took.size };
    this.#kills.set(failure.id, (this.#kills.get(failure.id) ?? 0) + 1);
    return {
      status: MutantRunStatus.Killed,
      killedBy: [failure.id],
      failureMessage: String(failure.error.message ?? failure.error),
      nrOfTests: took.size,
    };
  }

  /** Those first that are quick, and have killed; of what is loaded once, those that run through the code beside it. */
  #inOrder(ids, loaded) {
    const near = loaded === undefined ? new Set() : this.#testsNear(Number(loaded));
    const cost = (id) => (this.#suites.usualMs.get(id) ?? 100) / (1 + 4 * (this.#kills.get(id) ?? 0));
    const rank = (id) => (near.has(id) ? 0 : 1);
    return [...ids].sort((a, b) => rank(a) - rank(b) || cost(a) - cost(b));
  }

  /** StrykerJS numbers the mutants of a file one after the other. */
  #testsNear(id) {
    const tests = Object.entries(this.#perTest).filter(([, covered]) =>
      Object.keys(covered).some((other) => Math.abs(Number(other) - id) <= 40),
    );
    return new Set(tests.map(([test]) => test));
  }
}

const factory = () => new Runner();
factory.inject = [];
export const strykerPlugins = [{ kind: PluginKind.TestRunner, name: "fast-suites", factory }];
