/**
 * `npm test`: installs what is missing, then everything that has to hold. What follows `--` goes to Jest.
 * The last line counts the checks and the tests together.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bin, build, install, root, run, types } from "./setup.mjs";

install();

let passed = 0;
let failed = 0;

async function check(name, work) {
  const started = Date.now();
  console.log(`\n> ${name}`);
  const code = await work();
  if (code === 0) passed++;
  else failed++;
  console.log(`${code === 0 ? "ok" : "FAILED"}: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return code === 0;
}

const built = await check("build", build);
// Each takes one core.
await Promise.all([
  check("lint", () => run([bin("eslint/bin/eslint.js"), ".", "--max-warnings=0"])),
  check("types", types).then(() =>
    check("formatting", () => run([bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "."])),
  ),
]);
if (built) await jest();

async function jest() {
  const results = join(root, ".build", "jest.json");
  mkdirSync(join(root, ".build"), { recursive: true });
  rmSync(results, { force: true });
  console.log("\n> jest: unit, integration, model, host, end to end");
  const args = ["--ci", "--maxWorkers=2", "--json", `--outputFile=${results}`, ...process.argv.slice(2)];
  const code = await run([bin("jest/bin/jest.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
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
  } catch {
    failed++;
  }
}

console.log("");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
