/**
 * `npm run record`: has the real Pulumi command line run the scenarios of test/tools/recorded, and writes down what it asks
 * of the dynamic provider host. After `--`: the names of scenarios. It needs `pulumi` on the PATH or PULUMI_BIN.
 */
import { join } from "node:path";
import { build, install, root, run } from "./setup.mjs";

install();
process.exitCode =
  (await build()) ||
  (await run([join(root, ".build", "test", "tools", "recorded", "main.js"), ...process.argv.slice(2)]));
