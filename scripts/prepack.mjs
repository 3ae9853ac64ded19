/** `npm pack` and `npm publish`: what is packed is compiled anew, and nothing that the sources no longer hold. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { bin, install, root, run } from "./setup.mjs";

install();
rmSync(join(root, "dist"), { recursive: true, force: true });
process.exitCode = await run([bin("typescript/bin/tsc"), "-p", "tsconfig.json"]);
