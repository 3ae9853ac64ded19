/** `npm run fix`: puts right what the linter and the formatter can put right by themselves. */
import { check, end, format, lint } from "./checks.mjs";
import { install } from "./setup.mjs";

install();
await check("lint", () => lint("--fix"));
await check("formatting", () => format("--write"));
end();
