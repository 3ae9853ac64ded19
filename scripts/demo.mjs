/** `npm run demo`: installs what is missing, builds, and shows the whole job on an emulated account. */
import { join } from "node:path";
import { build, install, root, run } from "./setup.mjs";

const started = Date.now();
install();
console.log("> build");
process.exitCode = (await build()) || (await run([join(root, ".build", "test", "tools", "demo", "main.js")]));
console.log(
  `\n${process.exitCode === 0 ? "The demo passed" : "The demo FAILED"} after ${Math.round((Date.now() - started) / 1000)} s.`,
);
