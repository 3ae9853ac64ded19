/**
 * The fast suites in one process, to be run for thousands of mutants. Jest loads each test file anew for each run, and
 * runs all files that import a mutated one to their end: minutes for a mutant. Here they are collected once, and a run
 * is of the tests that are asked for, up to the first that fails.
 */
const { load } = require("./load.cjs");

/** A test hangs that takes many times longer than without a mutant. */
const PATIENCE = { factor: 10, ms: 2000 };
const HOOK_MS = 10_000;

class Suites {
  /** Every test by its id, in the order of the files. */
  tests = new Map();
  /** How long a test takes without a mutant. */
  usualMs = new Map();

  constructor(root, files) {
    this.root = root;
    this.files = files;
  }

  load() {
    this.tests.clear();
    const { block, reset } = load(this.root, this.files);
    this.reset = reset;
    for (const child of block.children) this.#collect(child, []);
    this.isClean = true;
  }

  #collect(block, outer) {
    const blocks = [...outer, block];
    for (const child of block.children) {
      if (child.type === "describeBlock") this.#collect(child, blocks);
      else if (child.mode !== "skip" && child.mode !== "todo") {
        const name = [...blocks, child].map(({ name }) => name).join(" > ");
        let id = name;
        for (let n = 2; this.tests.has(id); n++) id = `${name} #${n}`;
        this.tests.set(id, { id, name, file: blocks[0].name, test: child, blocks });
      }
    }
  }

  /** Runs tests until one fails; gives what each took, and the failure. `before` hears of each before it runs. */
  async run(ids, { before = () => undefined, limitMs = Infinity } = {}) {
    const end = performance.now() + limitMs;
    /** The blocks whose hooks before all have run. */
    const open = new Set();
    const took = new Map();
    let failure;
    for (const id of ids) {
      const { test, blocks } = this.tests.get(id);
      const started = performance.now();
      if (started > end) break;
      const usual = this.usualMs.get(id);
      const limit = test.timeout ?? (usual === undefined ? 60_000 : usual * PATIENCE.factor + PATIENCE.ms);
      before(id);
      const run = () => this.#runOne(test, blocks, open, limit);
      let error = await run();
      // Some tests are of real time, and fail now and then on a busy machine.
      if (error !== undefined && this.isClean) error = await run();
      took.set(id, performance.now() - started);
      if (error !== undefined) {
        failure = { id, error };
        break;
      }
    }
    for (const block of [...open].reverse()) await this.#hooks([block], "afterAll").catch(() => undefined);
    return { took, failure };
  }

  async #runOne(test, blocks, open, limit) {
    const errors = [];
    const attempt = (work) => work.catch((error) => errors.push(error ?? new Error("nothing was thrown")));
    for (const block of blocks) {
      if (open.has(block)) continue;
      open.add(block);
      await attempt(this.#hooks([block], "beforeAll"));
    }
    if (errors.length === 0) await attempt(this.#hooks(blocks, "beforeEach"));
    if (errors.length === 0) await attempt(this.#within(() => test.fn({}), limit));
    await attempt(this.#hooks([...blocks].reverse(), "afterEach"));
    this.reset();
    return errors[0];
  }

  async #hooks(blocks, type) {
    for (const block of blocks) {
      const hooks = block.hooks.filter((hook) => hook.type === type);
      for (const { fn, timeout } of hooks) await this.#within(() => fn({}), timeout ?? HOOK_MS);
    }
  }

  async #within(work, ms) {
    let timer;
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => {
        // Whatever hangs may go on in the next test.
        this.isClean = false;
        reject(new Error(`still running after ${Math.round(ms)} ms`));
      }, ms);
    });
    try {
      await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

module.exports = { Suites };
