/**
 * `npm run bench`: the figures of bench/README.md, ours beside those of the peers, in one table; also written to
 * bench/results.json and bench/plot.svg. Some minutes; the quieter the machine, the better.
 */
import { join } from "node:path";
import { build, buildAside, environment, install, run } from "./setup.mjs";

install();
const { out, code } = await buildAside("bench", "bench");
process.exitCode =
  code ||
  (await build()) ||
  (await run([join(out, "bench", "main.js")], { env: environment({ QUICK_START: "off" }) }));
