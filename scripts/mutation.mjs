/**
 * `npm run mutation`: StrykerJS changes the sources in small ways (mutants), and the fast suites have to notice. Files
 * may be given; without any it takes a seeded sample, because everything takes hours. `-- --help` lists the options.
 *
 * No mutator is left out. Texts are most of the mutants, and here they are what a user reads at night: one that can be
 * emptied unseen is one that no test has read. What changes nothing that anybody could see is listed, with the reason,
 * in test/mutation/equivalent.json, and does not count.
 */
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { score, showScore } from "./mutation/score.mjs";
import { bin, environment, install, root, run } from "./setup.mjs";

const HELP = `npm run mutation -- [FILE|FOLDER...] [options]

  --seed N          of the sample; default: a new one, which is printed
  --share PERCENT   of the sources in the sample, by lines; default 10
  --all             every file instead of a sample
  --only FIRST-LAST lines, of a single file
  --again           takes over what the last run with this option has found, as far as neither mutant nor test changed
  --seconds N       for the tests of one mutant, the quickest first; the score is then a lower bound
  --concurrency N   processes; default: one for each two cores`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean" },
    seed: { type: "string" },
    share: { type: "string", default: "10" },
    all: { type: "boolean" },
    only: { type: "string" },
    again: { type: "boolean" },
    seconds: { type: "string" },
    concurrency: { type: "string", default: String(Math.max(1, cpus().length >> 1)) },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const SOURCES = ["provider/core", "provider/host"];
const out = join(root, ".build", "mutation");

const everything = () => SOURCES.flatMap((folder) => sourcesBelow(folder)).sort();

function sourcesBelow(path) {
  const found = statSync(join(root, path)).isDirectory()
    ? globSync(`${path}/**/*.ts`, { cwd: root })
    : [path];
  return found.map((file) => relative(root, join(root, file)).split(sep).join("/"));
}

function chosen() {
  if (positionals.length > 0) return positionals.flatMap(sourcesBelow);
  if (values.all) return everything();
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  console.log(`seed ${seed}`);
  return sample(everything(), seed, Number(values.share));
}

/** Files in a random order, until their lines are the share of all lines. */
function sample(files, seed, share) {
  const random = generator(seed);
  const shuffled = files.map((file) => [random(), file]).sort(([a], [b]) => a - b);
  const lines = (file) => readFileSync(join(root, file), "utf8").split("\n").length;
  const wanted = (files.reduce((sum, file) => sum + lines(file), 0) * share) / 100;
  const taken = [];
  for (let sum = 0; sum < wanted && shuffled.length > 0; sum += lines(taken.at(-1)))
    taken.push(shuffled.shift()[1]);
  return taken.sort();
}

/** mulberry32: the same numbers for the same seed, on every platform. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const options = (files) => ({
  plugins: [join(root, "scripts", "mutation", "runner.mjs")],
  testRunner: "fast-suites",
  coverageAnalysis: "perTest",
  mutate: values.only === undefined ? files : files.map((file) => `${file}:${values.only}`),
  concurrency: Number(values.concurrency),
  incremental: values.again === true,
  incrementalFile: join(out, "again.json"),
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: join(out, "report.json") },
  tempDirName: join(".build", "mutation", "sandbox"),
  cleanTempDir: "always",
  ignorePatterns: [".build", "dist"],
  disableTypeChecks: false,
  allowConsoleColors: false,
  dryRunTimeoutMinutes: 20,
  timeoutMS: 60_000,
  timeoutFactor: 4,
});

install();
const files = chosen();
console.log(files.join("\n"));
mkdirSync(out, { recursive: true });
const config = join(out, "stryker.json");
writeFileSync(config, JSON.stringify(options(files), null, 2));
const code = await run([bin("@stryker-mutator/core/bin/stryker.js"), "run", config], {
  env: environment(values.seconds === undefined ? {} : { MUTATION_SECONDS: values.seconds }),
});
process.exitCode = code || showScore(score(join(out, "report.json"), { isWhole: values.only === undefined }));
