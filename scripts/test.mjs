/**
 * `npm test`: installs what is missing, then everything that has to hold. What follows `--` goes to Jest.
 * `npm run check` (`--quick`) leaves out what starts processes, the fault matrices and what else takes long, and lints what
 * has changed: it is for between two edits.
 * `npm run test:e2e` (`--e2e`) runs the end-to-end tests alone, `npm run test:tools` (`--tools`) those of the stand-ins.
 * `npm run test:layouts` (`--layouts`) installs the archive as users do; it needs a registry, and is no part of the others.
 */
import { changedSources, check, end, jest, sources } from "./checks.mjs";
import { build, install } from "./setup.mjs";

/** Half of the time of the core's tests: what goes through every fault, every interruption, or hours of waiting. */
const LONG = ["faults/matrix-", "rotation/interrupted", "core/(printed|numbers|shared-lists|api-limits)"];

const MODES = {
  "--quick": {
    projects: ["unit", "core"],
    checkSources: changedSources,
    more: [`--testPathIgnorePatterns=${LONG.join("|")}`],
  },
  "--e2e": { projects: ["e2e"], checkSources: () => [true] },
  "--tools": { projects: ["tools"], checkSources: () => [true] },
  "--layouts": { projects: ["layouts"], checkSources: () => [true] },
};
const EVERYTHING = { projects: ["unit", "core", "model", "host", "tools", "e2e"], checkSources: sources };

const [first, ...rest] = process.argv.slice(2);
const mode = MODES[first];
const { projects, checkSources } = mode ?? EVERYTHING;

install();
const built = await check("build", build);
const checks = checkSources();
// The tests take the core that is free first: the linter needs longer than all others together.
await Promise.race(checks);
if (built) await jest(projects, mode ? [...(mode.more ?? []), ...rest] : process.argv.slice(2));
await Promise.all(checks);
end();
