import * as fc from "fast-check";
import { SimulatedClock } from "../tools/support/simulated-clock";
import { scenario, SERVERS } from "./commands";
import type { Scenario } from "./commands";
import { conclude } from "./finale";
import { judge } from "./invariants";
import { inProcess, overSockets } from "./remote";
import type { Remote } from "./remote";
import { reportOf } from "./counter-example";
import { World } from "./world";

export interface Exploration {
  readonly sequences: number;
  readonly seed: number;
  /** Continues where a counter-example was found. */
  readonly path?: string | undefined;
  readonly over: Remote["kind"];
  /** Called after each sequence with the number of its steps. */
  readonly onPlayed?: (steps: number) => void;
}

export interface Explored {
  readonly seed: number;
  readonly sequences: number;
  readonly steps: number;
  readonly struck: ReadonlySet<string>;
  /** The smallest counter-example that was found, readable and replayable. */
  readonly failure: string | undefined;
}

const START = Date.parse("2026-01-15T12:00:00Z");

export interface Played {
  readonly steps: number;
  /** The kinds of trouble that struck, and what rotations did. */
  readonly struck: readonly string[];
}

/** Plays one scenario to its end; throws where an invariant breaks. */
export async function play(what: Scenario, over: Remote["kind"]): Promise<Played> {
  const clock = new SimulatedClock(START);
  // Quicker than documented, which spares looks; the wait's schedule has tests of its own.
  const servers = SERVERS.map((id, i) => ({
    id,
    name: `server-${i + 1}`,
    createMs: 80_000 + 40_000 * i,
    restoreMs: 150_000,
  }));
  const options = { servers, snapshots: [], behaviour: { ...what.api, uuidIds: what.uuid } };
  const remote = over === "sockets" ? await overSockets(options, clock) : inProcess(options, clock);
  const world = new World(remote, clock, what);
  const random = Math.random;
  Math.random = seeded(what.seed);
  try {
    for (const command of what.commands) judge(world, await world.perform(command));
    const before = world.runs;
    await conclude(world);
    const struck = [...world.struck].map((id) => id.replace(/ #\d$/, ""));
    return { steps: what.commands.length + world.runs - before, struck: [...struck, ...world.ledger.seen] };
  } finally {
    Math.random = random;
    clock.close();
    await remote.close();
  }
}

/** Plays random scenarios until one breaks an invariant, and then makes that one as small as it gets. */
export async function explore({ sequences, seed, path, over, onPlayed }: Exploration): Promise<Explored> {
  let steps = 0;
  let played = 0;
  const struck = new Set<string>();
  const property = fc.asyncProperty(scenario, async (what) => {
    const mine = await play(what, over);
    steps += mine.steps;
    for (const kind of mine.struck) struck.add(kind);
    played++;
    onPlayed?.(mine.steps);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: sequences,
    ...(path === undefined ? {} : { path }),
    endOnFailure: false,
  });
  return {
    seed,
    sequences: played,
    steps,
    struck,
    failure: details.failed ? await reportOf(details, (what) => play(what, over)) : undefined,
  };
}

/** A small generator of pseudo-random numbers in [0, 1), so that a replay is a replay. */
function seeded(seed: number): () => number {
  let state = seed + 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
