/**
 * `npm run soak`: the model test without an end: random programs of users, faults and other people against the
 * emulator, until Ctrl-C, for `-- --minutes N`, or until one of them breaks an invariant. `-- --help` lists the rest.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bin, install, root, run } from "./setup.mjs";

install();
// Ctrl-C reaches the whole process group: the soak ends itself and says what it did, and this waits for it.
process.on("SIGINT", () => undefined);
const out = join(root, ".build", "soak");
mkdirSync(out, { recursive: true });
// The provider reads its version from the package's own file, two folders up.
copyFileSync(join(root, "package.json"), join(out, "package.json"));
process.exitCode =
  (await run([bin("typescript/bin/tsc"), "-p", join("test", "model", "tsconfig.soak.json")])) ||
  (await run([join(out, "test", "model", "soak.js"), ...process.argv.slice(2)], {
    stdio: "inherit",
  }));
