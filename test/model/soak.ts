import { parseArgs } from "node:util";
import { explore } from "./explore";

/** `npm run soak`: random programs, one seed after the other, until somebody says stop or one breaks an invariant. */

const BATCH = 250;
const SOCKETS = 20;
const REPORT_MS = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    minutes: { type: "string" },
    path: { type: "string" },
    sockets: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run soak -- [--seed N] [--minutes N] [--path P] [--sockets]
  --seed N     the first seed; each batch of ${BATCH} sequences takes the next one (default: from the clock)
  --minutes N  stop after so many minutes (default: when told to, by Ctrl-C)
  --path P     with --seed: play only the counter-example that was found there
  --sockets    with --path: it was found over real sockets`;

const started = Date.now();
let sequences = 0;
let steps = 0;
let reported = started;

function report(word: string, seed: number): void {
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${word}: seed ${seed}, ${sequences} sequences, ${steps} steps, ${seconds} s`);
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (text.trim() !== "" && number >= 0 && (name === "minutes" || Number.isSafeInteger(number)))
    return number;
  console.error(`--${name} must be a number, not "${text}"\n\n${HELP}`);
  process.exit(2);
}

async function soak(): Promise<number> {
  let seed = whole("seed", values.seed, started % 1_000_000_000);
  const until = started + whole("minutes", values.minutes, Infinity) * 60_000;
  process.on("SIGINT", () => {
    report("stopped", seed);
    process.exit(0);
  });
  const onPlayed = (mine: number): void => {
    sequences++;
    steps += mine;
    if (Date.now() - reported < REPORT_MS) return;
    reported = Date.now();
    report("still going", seed);
  };
  report("started", seed);
  for (; Date.now() < until || values.path !== undefined; seed++) {
    for (const over of ["in process", "sockets"] as const) {
      if (values.path !== undefined && values.sockets !== (over === "sockets")) continue;
      const size = over === "sockets" ? SOCKETS : BATCH;
      const { failure } = await explore({ sequences: size, seed, over, path: values.path, onPlayed });
      if (failure === undefined) continue;
      report("FAILED", seed);
      const more = over === "sockets" ? " --sockets" : "";
      console.error(
        `\n${failure}\n\nreplay: npm run soak -- --seed ${seed}${more} --path PATH, with the path above`,
      );
      return 1;
    }
    if (values.path !== undefined) break;
  }
  report("done", seed);
  return 0;
}

async function main(): Promise<void> {
  if (values.help) console.log(HELP);
  else process.exitCode = await soak();
}

void main();
