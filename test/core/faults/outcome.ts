import type { Stage } from "./stage";

/** How an operation ended: with a value or with an error, never with something that is no error. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Error & { readonly code?: string } };

export async function attempt(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof Error) return { ok: false, error };
    throw new Error(`something that is no error was thrown: ${String(error)}`);
  }
}

/** Checks how one cell ended: remote state, recorded state, requests and message; then the next step of the user. */
export type Expectation = (cell: Ended) => void | Promise<void>;

export interface Ended {
  readonly stage: Stage;
  readonly outcome: Outcome;
  /** How the fault is recognised in a message. */
  readonly says: RegExp;
}

/** The value of an operation that must have succeeded. */
export function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value;
  throw new Error(`it should have succeeded, but: ${outcome.error.message}`, { cause: outcome.error });
}

/** The error of an operation that must have failed. */
export function errorOf(outcome: Outcome): Error & { readonly code?: string } {
  if (!outcome.ok) return outcome.error;
  throw new Error(`it should have failed, but gave ${JSON.stringify(outcome.value)}`);
}
