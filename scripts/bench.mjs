/**
 * `npm run bench`: the figures of the README, ours beside those of the peers, in one table; also written to
 * bench/results.json and bench/plot.svg. Some minutes; the quieter the machine, the better.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bin, build, install, root, run } from "./setup.mjs";

install();
const out = join(root, ".build", "bench");
mkdirSync(out, { recursive: true });
// The provider reads its version from the package's own file, two folders up.
copyFileSync(join(root, "package.json"), join(out, "package.json"));
process.exitCode =
  (await build()) ||
  (await run([bin("typescript/bin/tsc"), "-p", "bench"])) ||
  (await run([join(out, "bench", "main.js")]));
