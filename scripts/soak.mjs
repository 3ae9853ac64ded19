/**
 * `npm run soak`: the model test without an end: random programs of users, faults and other people against the
 * emulator, until Ctrl-C, for `-- --minutes N`, or until one of them breaks an invariant. `-- --help` lists the rest.
 */
import { join } from "node:path";
import { buildAside, install, run } from "./setup.mjs";

install();
// Ctrl-C reaches the whole process group: the soak ends itself and says what it did, and this waits for it.
process.on("SIGINT", () => undefined);
const { out, code } = await buildAside("soak", join("test", "model", "tsconfig.soak.json"));
process.exitCode =
  code ||
  (await run([join(out, "test", "model", "soak.js"), ...process.argv.slice(2)], { stdio: "inherit" }));
