import type { PulumiCommand } from "../../test/tools/engine/choose";
import { deploy } from "./deployed";
import type { Size } from "./deployed";
import { EMPTY, SNAPSHOTS } from "./program";

export const OPERATIONS = {
  up: ["up", "--yes", "--skip-preview"],
  "unchanged up": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

export type Operation = keyof typeof OPERATIONS;

/** Seconds of a command, for snapshots and for as many resources that do nothing. */
export interface Scale {
  readonly operation: Operation;
  readonly small: { readonly ours: number; readonly empty: number };
  readonly large: { readonly ours: number; readonly empty: number };
}

/** Each command with few and with many resources, the quickest of some runs: whatever else runs only adds. */
export async function measureScale(
  engine: PulumiCommand,
  small: Size,
  large: Size,
  runs: number,
): Promise<readonly Scale[]> {
  const [few, many] = [await both(engine, small, runs), await both(engine, large, runs)];
  return (Object.keys(OPERATIONS) as Operation[]).map((operation) => ({
    operation,
    small: { ours: few.ours[operation], empty: few.empty[operation] },
    large: { ours: many.ours[operation], empty: many.empty[operation] },
  }));
}

type Seconds = Record<Operation, number>;

async function both(
  engine: PulumiCommand,
  size: Size,
  runs: number,
): Promise<{ ours: Seconds; empty: Seconds }> {
  const times: { ours: Seconds[]; empty: Seconds[] } = { ours: [], empty: [] };
  for (let run = 0; run < runs; run++) {
    times.ours.push(await life(engine, size, SNAPSHOTS));
    times.empty.push(await life(engine, size, EMPTY));
  }
  return { ours: quickest(times.ours), empty: quickest(times.empty) };
}

async function life(
  engine: PulumiCommand,
  size: Size,
  files: Readonly<Record<string, string>>,
): Promise<Seconds> {
  const deployment = await deploy(engine, size, files);
  const seconds: Partial<Seconds> = {};
  try {
    for (const [operation, args] of Object.entries(OPERATIONS)) {
      const started = performance.now();
      await deployment.must(...args);
      seconds[operation as Operation] = (performance.now() - started) / 1000;
    }
  } finally {
    await deployment.close();
  }
  return seconds as Seconds;
}

function quickest(all: readonly Seconds[]): Seconds {
  const entries = (Object.keys(OPERATIONS) as Operation[]).map((operation) => [
    operation,
    Math.min(...all.map((seconds) => seconds[operation])),
  ]);
  return Object.fromEntries(entries) as Seconds;
}
