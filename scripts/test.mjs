/**
 * `npm test`: installs what is missing, then everything that has to hold. What follows `--` goes to Jest.
 * `npm run check` (`--quick`) leaves out what starts processes, the fault matrices and what else takes long: it is for
 * between two edits.
 * `npm run test:e2e` (`--e2e`) runs the end-to-end tests alone, `npm run test:tools` (`--tools`) those of the stand-ins.
 * `npm run test:layouts` (`--layouts`) installs the archive as users do; it needs a registry, and is no part of the others.
 */
import { check, checkSources, end, jest } from "./checks.mjs";
import { build, install } from "./setup.mjs";

/** Half of the time of the core's tests: what goes through every fault, every interruption, or hours of waiting. */
const LONG = ["faults/matrix-", "rotation/interrupted", "core/(printed|numbers|shared-lists|api-limits)"];

const MODES = {
  "--quick": {
    projects: ["unit", "core"],
    hasSources: true,
    more: [`--testPathIgnorePatterns=${LONG.join("|")}`],
  },
  "--e2e": { projects: ["e2e"] },
  "--tools": { projects: ["tools"] },
  "--layouts": { projects: ["layouts"] },
};
const EVERYTHING = { projects: ["unit", "core", "model", "host", "tools", "e2e"], hasSources: true };

const [first, ...rest] = process.argv.slice(2);
const mode = MODES[first];
const { projects, hasSources, more = [] } = mode ?? EVERYTHING;

install();
const built = await check("build", build);
if (hasSources) await checkSources();
if (built) await jest(projects, mode ? [...more, ...rest] : process.argv.slice(2));
end();
