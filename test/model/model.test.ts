import { explore } from "./explore";
import type { Explored } from "./explore";
import { ROTATION_KINDS } from "./rotation-ledger";
import { KINDS } from "./weather";

/**
 * The seed is fixed, so that the same sources give the same result; `npm run soak` is for new ones. To play a
 * counter-example again: MODEL_SEED and MODEL_PATH, or `npm run soak -- --seed N --path P`.
 */
const SEED = Number(process.env["MODEL_SEED"] ?? 20260115);
const PATH = process.env["MODEL_PATH"];
const IN_PROCESS = PATH === undefined ? 2000 : 1;
const OVER_SOCKETS = 75;
const MINUTE = 60_000;

function expectKept(over: string, { seed, sequences, steps, failure }: Explored, started: number): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`model ${over}: seed ${seed}, ${sequences} sequences, ${steps} steps, ${seconds} s\n`);
  if (failure !== undefined) throw new Error(failure);
}

describe("whatever users, faults, interruptions and other people do, the invariants hold", () => {
  test(
    "in two thousand random programs",
    async () => {
      const started = Date.now();
      const explored = await explore({ sequences: IN_PROCESS, seed: SEED, path: PATH, over: "in process" });
      expectKept("in process", explored, started);
      if (PATH !== undefined) return;
      expect(explored.sequences).toBeGreaterThanOrEqual(2000);
      expect([...KINDS, ...ROTATION_KINDS].filter((kind) => !explored.struck.has(kind))).toEqual([]);
    },
    15 * MINUTE,
  );

  test(
    "in some more over real sockets",
    async () => {
      const started = Date.now();
      const explored = await explore({ sequences: OVER_SOCKETS, seed: SEED, over: "sockets" });
      expectKept("over sockets", explored, started);
      expect(explored.sequences).toBe(OVER_SOCKETS);
    },
    15 * MINUTE,
  );
});
