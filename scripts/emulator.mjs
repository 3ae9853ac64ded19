/** `npm run emulator`: the VPS.org API on loopback. What follows `--` goes to the emulator; `-- --help` lists it. */
import { join } from "node:path";
import { build, install, root, run } from "./setup.mjs";

install();
// Ctrl-C reaches the whole process group: the emulator ends itself, and this waits for it.
process.on("SIGINT", () => undefined);
process.exitCode =
  (await build()) ||
  (await run([join(root, ".build", "test", "tools", "emulator", "main.js"), ...process.argv.slice(2)], {
    stdio: "inherit",
  }));
