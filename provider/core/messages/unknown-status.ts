import type { Operation } from "../operation";

/** A status word that is not documented is told once a run, and waited on. */
export function reportUnknownWord(operation: Operation, what: string, status: string): void {
  if (operation.reportedWords.has(status)) return;
  operation.reportedWords.add(status);
  operation.reporter.warn(`${what} has the status "${status}", which is not documented; waiting on.`);
}
