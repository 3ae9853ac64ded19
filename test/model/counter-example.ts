import type * as fc from "fast-check";
import type { Scenario } from "./commands";
import { describe } from "./describe";

/** Plays a scenario; rejects where an invariant breaks. */
type Play = (what: Scenario) => Promise<unknown>;

interface Failing {
  readonly what: Scenario;
  readonly error: unknown;
}

/** The smallest counter-example, readable, with what replays it. */
export async function reportOf(details: fc.RunDetails<[Scenario]>, play: Play): Promise<string> {
  const [found] = details.counterexample ?? [];
  const smallest = found === undefined ? undefined : await minimise(found, play);
  const error = smallest?.error ?? details.errorInstance;
  return [
    `seed ${details.seed}, path ${details.counterexamplePath ?? ""}, after ${details.numShrinks} simplifications`,
    ...(smallest === undefined ? [] : shown(smallest.what)),
    error instanceof Error ? error.message : String(error),
  ].join("\n");
}

/** What fast-check leaves in the middle: takes out command after command, as long as it still fails. */
async function minimise(found: Scenario, play: Play): Promise<Failing | undefined> {
  let smallest = await failing(found, play);
  for (let i = 0; smallest !== undefined && i < smallest.what.commands.length;) {
    const commands = smallest.what.commands.filter((_, j) => j !== i);
    const smaller = await failing({ ...smallest.what, commands }, play);
    if (smaller === undefined) i++;
    else smallest = smaller;
  }
  return smallest;
}

async function failing(what: Scenario, play: Play): Promise<Failing | undefined> {
  try {
    await play(what);
    return undefined;
  } catch (error) {
    return { what, error };
  }
}

function shown(what: Scenario): string[] {
  return [
    `the smallest program that was found (${what.finale} first in the end):`,
    `  the API: ${JSON.stringify({ ...what.api, uuidIds: what.uuid })}`,
    ...what.commands.map((command) => `  ${describe(command)}`),
    `as data: ${JSON.stringify(what)}`,
    "what went wrong, and all that led to it:",
  ];
}
