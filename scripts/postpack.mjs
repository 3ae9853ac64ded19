/** `npm pack` and `npm publish`, after: package.json is again as scripts/prepack.mjs found it. */
import { renameSync } from "node:fs";
import { manifest, ownManifest } from "./setup.mjs";

renameSync(ownManifest, manifest);
