import type { PulumiCommand } from "../../test/tools/engine/choose";
import type { Deployment } from "../../test/tools/support/deployment";
import { deploy } from "./deployed";
import type { Size } from "./deployed";
import { EMPTY, SNAPSHOTS } from "./program";

/** The commands of a stack's life, in their order; what changes nothing is run more than once. */
const COMMANDS = [
  { operation: "up", args: ["up", "--yes", "--skip-preview"], times: 1 },
  { operation: "unchanged up", args: ["up", "--yes", "--skip-preview", "--expect-no-changes"], times: 3 },
  { operation: "refresh", args: ["refresh", "--yes", "--skip-preview"], times: 3 },
  { operation: "destroy", args: ["destroy", "--yes", "--skip-preview"], times: 1 },
] as const;

export type Operation = (typeof COMMANDS)[number]["operation"];

/** Seconds of a command, for snapshots and for as many resources that do nothing. */
interface Pair {
  readonly ours: number;
  readonly empty: number;
}

export interface Scale {
  readonly operation: Operation;
  readonly small: Pair;
  readonly large: Pair;
}

/** Each command with few and with many resources, the quickest of some runs: whatever else runs only adds. */
export async function measureScale(
  engine: PulumiCommand,
  small: Size,
  large: Size,
  runs: number,
): Promise<readonly Scale[]> {
  const [few, many] = [await quickest(engine, small, runs), await quickest(engine, large, runs)];
  return COMMANDS.map(({ operation }) => ({
    operation,
    small: few.get(operation) ?? NEVER,
    large: many.get(operation) ?? NEVER,
  }));
}

const NEVER: Pair = { ours: Infinity, empty: Infinity };

async function quickest(engine: PulumiCommand, size: Size, runs: number): Promise<Map<Operation, Pair>> {
  const best = new Map<Operation, Pair>();
  for (let run = 0; run < runs; run++) {
    const [ours, empty] = [await deploy(engine, size, SNAPSHOTS), await deploy(engine, size, EMPTY)];
    try {
      // In turn, command by command: a machine that is busy for a minute is so for both.
      for (const { operation, args, times } of COMMANDS) {
        for (let i = 0; i < times; i++) {
          const before = best.get(operation) ?? NEVER;
          best.set(operation, {
            ours: Math.min(before.ours, await seconds(ours, args)),
            empty: Math.min(before.empty, await seconds(empty, args)),
          });
        }
      }
    } finally {
      await ours.close();
      await empty.close();
    }
  }
  return best;
}

async function seconds(deployment: Deployment, args: readonly string[]): Promise<number> {
  const started = performance.now();
  await deployment.must(...args);
  return (performance.now() - started) / 1000;
}
