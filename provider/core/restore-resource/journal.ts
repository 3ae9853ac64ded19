import type { Session } from "../session";
import type { RestoreInputs } from "./properties";

/**
 * A restore that was asked for, noted outside of Pulumi's state. The engine records nothing of a create that is killed,
 * and a restore must not run a second time because of that.
 */
export interface RestoreNote {
  /** `asked` before the request is sent, `accepted` once VPS.org has answered. */
  readonly phase: "asked" | "accepted";
  /** ISO 8601. */
  readonly at: string;
}

export interface RestoreJournal {
  read(key: string): RestoreNote | undefined;
  write(key: string, note: RestoreNote): void;
  forget(key: string): void;
}

/** For where nothing can be noted: what state and the server itself say has to do. */
export const noJournal: RestoreJournal = {
  read: () => undefined,
  write: () => undefined,
  forget: () => undefined,
};

/** Older notes say nothing any more: the server has long ended what they speak of. */
const MAX_AGE_MS = 24 * 3_600_000;

/** What makes a restore the same one: the account, the snapshot, and the triggers. */
export function journalKey(session: Session, inputs: Pick<RestoreInputs, "snapshotId" | "triggers">): string {
  return JSON.stringify([session.endpoint, inputs.snapshotId, inputs.triggers ?? []]);
}

/** What an interrupted run has left of the same restore. */
export function leftOver(session: Session, inputs: RestoreInputs): RestoreNote | undefined {
  const note = session.journal.read(journalKey(session, inputs));
  const age = note === undefined ? Number.NaN : session.clock.now() - Date.parse(note.at);
  return age < MAX_AGE_MS ? note : undefined;
}
