import { InvalidInput } from "./checks";
import { needsAnswer, parseFault } from "./fault-input";
import type { Fault, FaultAction, FaultHandle, FaultReport } from "./faults";

/** A fault that happens to a request. */
export interface Strike {
  id: string;
  when: "before" | "after";
  action: FaultAction;
  /** Ends the delay that it is. */
  removed: AbortSignal;
}

interface Entry {
  id: string;
  fault: Fault;
  skipped: number;
  hits: number;
  removed: AbortController;
}

/** A request, as far as faults look at it. */
export interface Target {
  method: string;
  path: string;
  query: string;
}

/** Delays and other people's doings let the request go on; anything else decides its answer. */
export function goesOn({ kind }: FaultAction): boolean {
  return kind === "delay" || kind === "run";
}

/** The faults in the order in which they were added. */
export class FaultScript {
  #entries: Entry[] = [];
  #number = 0;

  add(value: Fault): FaultHandle {
    const fault = parseFault(value);
    const id = fault.id ?? `fault-${++this.#number}`;
    if (this.#entries.some((other) => other.id === id))
      throw new InvalidInput(`there is already a fault "${id}"`);
    const entry: Entry = { id, fault, skipped: 0, hits: 0, removed: new AbortController() };
    this.#entries.push(entry);
    return {
      id,
      hits: () => entry.hits,
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
        entry.removed.abort();
      },
    };
  }

  /**
   * The faults that happen to this request: any number that let it go on, and the first that decides its
   * answer. Faults behind that one do not see the request, so it does not count for their `skip`.
   */
  take(target: Target): Strike[] {
    const strikes: Strike[] = [];
    for (const entry of this.#entries) {
      const { action, when = needsAnswer(action) ? "after" : "before", skip = 0, times = 1 } = entry.fault;
      if (!matches(entry.fault, target) || (times > 0 && entry.hits >= times)) continue;
      if (entry.skipped < skip) {
        entry.skipped += 1;
        continue;
      }
      entry.hits += 1;
      strikes.push({ id: entry.id, when, action, removed: entry.removed.signal });
      if (!goesOn(action)) break;
    }
    return strikes;
  }

  report(): FaultReport[] {
    return this.#entries.map(({ id, hits, fault }) => ({ id, hits, fault }));
  }

  /** Faults that never happened. */
  unreached(): FaultReport[] {
    return this.report().filter(({ hits }) => hits === 0);
  }

  clear(): void {
    for (const { removed } of this.#entries) removed.abort();
    this.#entries = [];
  }
}

function matches({ match }: Fault, { method, path, query }: Target): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === method) &&
    (match.path === undefined || new RegExp(match.path).test(path)) &&
    (match.query === undefined || new RegExp(match.query).test(query))
  );
}
