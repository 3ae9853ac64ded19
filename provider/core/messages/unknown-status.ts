import type { Reporter } from "./reporter";
import type { Session } from "../session";

/** A status word that is not documented is told once a run, and waited on. */
export function reportUnknownWord(session: Session, what: string, status: string, reporter: Reporter): void {
  if (session.reportedWords.has(status)) return;
  session.reportedWords.add(status);
  reporter.warn(`${what} has the status "${status}", which is not documented; waiting on.`);
}
