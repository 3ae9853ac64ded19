import { oddError, OutcomeUnknownError } from "../../api";
import { printable } from "../../api/text";
import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { occupants } from "../account/listing";
import {
  asSentence,
  formatDuration,
  messageOf,
  newSnapshotLabel,
  serverLabel,
  snapshotLabel,
} from "../messages/labels";
import { adoptOrDelete, commandLine } from "../messages/advice";
import { sameText } from "./diff";
import type { SnapshotInputs } from "./state";
import type { TimedOperation } from "../operation";
import { AGE_LIMITS, isOlder } from "../../api/times";

export interface SearchResult {
  readonly found: SnapshotRecord | undefined;
  /** It looks like the one that is looked for, but for its age. */
  readonly doubted: SnapshotRecord | undefined;
  /** At least one list could be read: not finding it means something. */
  readonly seen: boolean;
  /** What the server had at the last look. */
  readonly existing: readonly SnapshotRecord[];
}

/**
 * Looks for the snapshot of a create whose answer proves nothing: until the first list that can be read, or for as
 * long as a list may lag behind. A given name can be that of a snapshot that a killed run has made a moment ago: then
 * one that is found ends the search no earlier, lest the second one appears after it and is nobody's.
 */
export async function search(
  operation: TimedOperation,
  inputs: SnapshotInputs,
  known: ReadonlySet<string>,
  until: "first look" | "lag",
): Promise<SearchResult> {
  const { clock, schedule, client } = operation;
  const closedMs = Math.min(
    client.gate.closedMs,
    schedule.searchMs,
    Math.max(0, operation.deadline.at - clock.now()),
  );
  if (closedMs > 0) await clock.sleep(closedMs);
  const lagEnd = clock.now() + schedule.searchMs;
  const onlyOurs = inputs.__autoName !== undefined;
  const candidates = new Map<string, SnapshotRecord>();
  let seen = false;
  let doubted: SnapshotRecord | undefined;
  let existing: readonly SnapshotRecord[] = [];
  for (;;) {
    let wait = schedule.searchStepMs;
    try {
      const listing = await operation.lists.list(inputs.serverId, { attempts: 1 });
      // It may be the one that is looked for, and what cannot be read of it may say that it is not.
      const odd = listing.odd.find(({ id, name }) => !known.has(id) && (name ?? inputs.name) === inputs.name);
      if (odd !== undefined) throw oddError(odd);
      existing = occupants(listing);
      seen = true;
      const { young, old } = matchCreated(listing.snapshots, inputs, known, clock.now());
      for (const made of young) candidates.set(made.id, made);
      doubted = old[0];
      refuseSeveral(candidates, inputs);
      if (until === "first look" || (onlyOurs && candidates.size > 0)) break;
    } catch (error) {
      // A look that fails finds nothing; the search goes on until its own end.
      if (error instanceof OutcomeUnknownError) throw error;
      wait = Math.max(wait, client.gate.closedMs);
    }
    if (clock.now() + wait > (candidates.size > 0 ? lagEnd : Math.min(lagEnd, operation.deadline.at))) break;
    await clock.sleep(wait);
  }
  const [found] = candidates.values();
  // One that the last list lacks is not what it was: the wait for it sees what has become of it.
  const isGone = found !== undefined && existing.every(({ id }) => id !== found.id);
  return { found: isGone ? { ...found, status: "in_progress" } : found, doubted, seen, existing };
}

/** As the API may give a description back. */
const trimmed = (text: string): string => printable(text).trim();

function matchCreated(
  snapshots: readonly SnapshotRecord[],
  inputs: SnapshotInputs,
  known: ReadonlySet<string>,
  now: number,
): Record<"young" | "old", readonly SnapshotRecord[]> {
  const alike = snapshots
    .filter((s) => s.name === inputs.name && !known.has(s.id))
    .filter((s) => s.description === undefined || sameText(inputs.description ?? "", s.description, trimmed));
  // One whose age cannot be read was in no list before.
  const isOld = (s: SnapshotRecord): boolean => isOlder(s.createdAt, AGE_LIMITS.justMadeMs, now);
  return { young: alike.filter((s) => !isOld(s)), old: alike.filter(isOld) };
}

function refuseSeveral(candidates: ReadonlyMap<string, SnapshotRecord>, inputs: SnapshotInputs): void {
  if (candidates.size <= 1) return;
  const ids = [...candidates.keys()].join(" and ");
  throw new OutcomeUnknownError(
    `several new snapshots named "${inputs.name}" appeared on ${serverLabel(inputs.serverId)}: ${ids}. None was ` +
      "adopted, because nobody can tell which one this run has made. Delete those that are not wanted with " +
      `${commandLine("delete ID")}.`,
  );
}

export function unknownOutcome(
  session: Session,
  inputs: SnapshotInputs,
  error: unknown,
  look: SearchResult,
): Error {
  return new OutcomeUnknownError(
    `it is not known whether ${newSnapshotLabel(inputs)} was created: ` +
      `${asSentence(messageOf(error))} ${whatWasFound(session, inputs, look)}`,
    { cause: error },
  );
}

function whatWasFound(session: Session, inputs: SnapshotInputs, { seen, doubted }: SearchResult): string {
  const remedy = (id: string): string => `${adoptOrDelete(session.advice, id)}.`;
  // The clocks may differ, or a list may have shown late what was there before.
  if (doubted !== undefined) {
    return (
      `${snapshotLabel(doubted)} has appeared, which was created at ${doubted.createdAt} by VPS.org's clock: it may be that ` +
      `one. Before you try again look at it: if it is yours, ${remedy(doubted.id)}`
    );
  }
  // Where no list could be read, the command would fail likewise just now.
  const looked = seen
    ? `No list has shown it for ${formatDuration(session.schedule.searchMs)}, yet it may still appear. Before you try again run`
    : "It could not be looked for, because no list could be read, yet it may still appear. Before you try again, and once " +
      "the API answers, run";
  const list = commandLine(`list --server ${inputs.serverId}`);
  return `${looked} ${list}: if "${inputs.name}" is there, ${remedy("ID")}`;
}
