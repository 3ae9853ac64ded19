/** What `npm test` and its smaller ones have in common: they run checks, count them, and end with one line. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { bin, root, run, types } from "./setup.mjs";

let passed = 0;
let failed = 0;

export async function check(name, work) {
  const started = Date.now();
  console.log(`\n> ${name}`);
  const code = await work();
  if (code === 0) passed++;
  else failed++;
  console.log(`${code === 0 ? "ok" : "FAILED"}: ${name} (${seconds(Date.now() - started)})`);
  return code === 0;
}

/** The rules of typescript-eslint, on the native compiler. */
export const lint = (...more) =>
  run([bin("oxlint/bin/oxlint"), "--deny-warnings", "--report-unused-disable-directives", ...more, "."]);

const FORMAT_CACHE = [
  "--cache",
  "--cache-strategy=content",
  `--cache-location=${join(root, ".build", "prettier")}`,
];
export const format = (how = "--check") =>
  run([bin("prettier/bin/prettier.cjs"), how, "--log-level=warn", ...FORMAT_CACHE, "."]);

export const documented = () => run([join(root, "scripts", "interface.mjs")]);

/** What the sources have to hold without being run, in two parts, of which each takes one core. */
export const checkSources = () =>
  Promise.all([
    check("lint", lint).then(() => check("documented interface", documented)),
    check("types", types).then(() => check("formatting", format)),
  ]);

/** The tests of the named projects of jest.config.cjs; `more` goes to Jest. */
export async function jest(projects, more) {
  const results = join(root, ".build", "jest.json");
  mkdirSync(join(root, ".build"), { recursive: true });
  rmSync(results, { force: true });
  console.log(`\n> jest: ${projects.join(", ")}`);
  const only = ["--selectProjects", ...projects];
  const args = ["--ci", "--maxWorkers=3", "--json", `--outputFile=${results}`, ...more, ...only];
  // Its workers inherit the flag: what tests make is mostly gone at once, and a seventh of their time went into collecting it.
  const command = ["--max-semi-space-size=64", bin("jest/bin/jest.js"), ...args];
  const code = await run(command, { stdio: ["ignore", "ignore", "inherit"] });
  const before = failed;
  count(results);
  // A run that broke off, or a suite that did not load, fails even where no single test did.
  if (code !== 0 && failed === before) failed++;
}

function count(file) {
  try {
    const results = JSON.parse(readFileSync(file, "utf8"));
    passed += results.numPassedTests;
    failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    if (results.numTotalTests === 0) failed++;
    showTimes(results.testResults);
  } catch {
    failed++;
  }
}

/** Where the time went: each project, and its slowest suites, slowest first. */
function showTimes(suites, slowest = 10) {
  const projects = new Map();
  for (const { name, startTime, endTime, assertionResults } of suites) {
    const [, project, ...path] = relative(root, name).split(sep);
    const suite = { name: path.join("/"), ms: endTime - startTime, tests: assertionResults.length };
    projects.set(project, [...(projects.get(project) ?? []), suite]);
  }
  for (const [project, all] of [...projects].sort(([, a], [, b]) => total(b) - total(a))) {
    const tests = all.reduce((sum, suite) => sum + suite.tests, 0);
    console.log(`\n${project}: ${tests} tests in ${all.length} suites, ${seconds(total(all))}`);
    const sorted = all.sort((a, b) => b.ms - a.ms);
    for (const { name, ms } of sorted.slice(0, slowest)) console.log(`${seconds(ms).padStart(9)}  ${name}`);
    const rest = sorted.slice(slowest);
    if (rest.length > 0) console.log(`${seconds(total(rest)).padStart(9)}  ${rest.length} more`);
  }
}

const total = (suites) => suites.reduce((sum, { ms }) => sum + ms, 0);
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** The last line counts the checks and the tests together. */
export function end() {
  console.log("");
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
