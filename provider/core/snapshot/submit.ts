import {
  AbortedError,
  ApiError,
  mayHaveHappened,
  oddError,
  OutcomeUnknownError,
  RateLimitError,
  ResponseShapeError,
  withMessage,
  VpsorgError,
} from "../../api";
import { printable } from "../../api/text";
import type { SnapshotRecord } from "../../api";
import { busyDelay, isBusy } from "../busy";
import { isOtherId } from "../../api/ids";
import type { Session } from "../session";
import { explainFailure } from "../messages/explain";
import { occupants } from "../account/listing";
import { formatDuration, messageOf, asSentence, serverLabel, snapshotLabel } from "../messages/labels";
import { adoptOrDelete, commandLine } from "../messages/advice";
import { sameText } from "./diff";
import { orphanWarnings, refuseTakenName } from "./preconditions";
import type { SnapshotInputs } from "./state";
import { quotaError, SNAPSHOTS_PER_SERVER } from "./slots";
import type { Operation, TimedOperation } from "../operation";
import { AGE_LIMITS, isOlder } from "../../api/times";

export interface Submitted {
  readonly record: SnapshotRecord;
  /**
   * Where this is a replacement that `diff` has decided on: the older snapshots of the same resource that are still
   * there, waiting to be deleted.
   */
  readonly replaces: readonly string[] | undefined;
  /** What the list before the POST has shown. */
  readonly known: ReadonlySet<string>;
  /** A list has shown it: no answer has, and its status is what the last list said. */
  readonly listed: boolean;
}

/** Makes exactly one snapshot, or none, and says which. The caller holds the server's mutex. */
export async function submit(
  operation: TimedOperation,
  inputs: SnapshotInputs,
  urn: string | undefined,
): Promise<Submitted> {
  const label = serverLabel(inputs.serverId);
  const existing = await explainFailure(
    operation,
    operation.lists.onServer(inputs.serverId),
    (why) =>
      `snapshot "${inputs.name}" of ${label} was not created, because the list before it failed: ${why}`,
  );
  refuseTakenName(operation, existing, inputs);
  // Before the refusal of a full server: a left-over may be what fills it.
  for (const warning of orphanWarnings(operation, existing, inputs)) operation.reporter.warn(warning);
  if (existing.length >= SNAPSHOTS_PER_SERVER) throw quotaError(operation, inputs.serverId, existing);
  const known = new Set(existing.map((s) => s.id));
  const { record, listed } = await post(operation, inputs, known);
  operation.lists.writes.recordCreate({ ...record, serverId: inputs.serverId });
  operation.ownership.note(record.id);
  return {
    record,
    replaces: operation.slots.fulfil(inputs, urn)?.filter((id) => known.has(id)),
    known,
    listed,
  };
}

async function post(
  operation: TimedOperation,
  inputs: SnapshotInputs,
  known: ReadonlySet<string>,
): Promise<Pick<Submitted, "record" | "listed">> {
  /** An earlier attempt may have been carried out. */
  let doubtful = false;
  for (let attempt = 1; ; attempt++) {
    operation.lists.invalidate();
    try {
      const record = await operation.client.createSnapshot(inputs, { deadlineAt: operation.deadline.at });
      refuseOther(record, inputs, known);
      return { record, listed: false };
    } catch (error) {
      // The run has ended, and nothing was sent.
      if (error instanceof AbortedError) throw refused(operation, inputs, error);
      doubtful ||= !isRefusal(error);
      const delay = repeatDelay(operation, error, attempt);
      if (delay === undefined) {
        return { record: await resolveFailure(operation, inputs, known, error, doubtful), listed: true };
      }
      operation.reporter.progress(
        `${serverLabel(inputs.serverId)}: ${messageOf(error)}; trying again in ${formatDuration(delay)}`,
      );
      await operation.clock.sleep(delay);
      // A gateway can send a 429 or a "busy" after the server has acted: look before the POST is repeated, and for as
      // long as a list may lag where the answer is none of the API's own.
      const isProxys = error instanceof ApiError && error.notFromApi;
      const look = await search(operation, inputs, known, isProxys ? "lag" : "first look");
      if (look.found !== undefined)
        return { record: found(operation, inputs, look, error, doubtful), listed: true };
      if (!look.seen) throw unknownOutcome(operation, inputs, error, look);
      refuseTakenName(operation, look.existing, inputs);
      // The server may have filled up meanwhile, or that may be what kept it busy.
      if (look.existing.length >= SNAPSHOTS_PER_SERVER) {
        throw quotaError(operation, inputs.serverId, look.existing);
      }
    } finally {
      operation.lists.invalidate();
    }
  }
}

/**
 * An answer that speaks of another snapshot confirms nothing. The worst of them names one that was there before: the
 * old half of a replacement, which would be deleted next as if the new one were complete.
 */
function refuseOther(record: SnapshotRecord, inputs: SnapshotInputs, known: ReadonlySet<string>): void {
  const otherServer = isOtherId(record.serverId, inputs.serverId);
  const sameName = record.name.toLowerCase() === inputs.name.toLowerCase();
  if (!known.has(record.id) && sameName && !otherServer) return;
  const request = { method: "POST", path: "/snapshots/" };
  throw new ResponseShapeError(request, `it speaks of ${snapshotLabel(record)}`);
}

/** How long until the POST may be sent again: only after a refusal that passes by itself, within the deadline. */
function repeatDelay(operation: TimedOperation, error: unknown, attempt: number): number | undefined {
  const wait = busyDelay(error, attempt, operation.schedule);
  return wait === undefined || operation.clock.now() + wait >= operation.deadline.at ? undefined : wait;
}

async function resolveFailure(
  operation: TimedOperation,
  inputs: SnapshotInputs,
  known: ReadonlySet<string>,
  error: unknown,
  doubtful: boolean,
): Promise<SnapshotRecord> {
  if (mayHaveHappened(error) || error instanceof RateLimitError || isBusy(error)) {
    const look = await search(operation, inputs, known, "lag");
    if (look.found !== undefined) return found(operation, inputs, look, error, doubtful);
    if (mayHaveHappened(error) || !look.seen) throw unknownOutcome(operation, inputs, error, look);
  }
  if (error instanceof ApiError && error.status === 400) await explainRefusal(operation, inputs);
  throw refused(operation, inputs, error);
}

/** The API's 400 means bad parameters or a full server; the list tells which. */
async function explainRefusal(session: Session, inputs: SnapshotInputs): Promise<void> {
  const existing = await session.lists
    .list(inputs.serverId)
    .then(occupants)
    .catch(() => []);
  if (existing.length >= SNAPSHOTS_PER_SERVER) throw quotaError(session, inputs.serverId, existing);
}

function refused(session: Session, inputs: SnapshotInputs, error: unknown): unknown {
  if (!(error instanceof VpsorgError) || error.code === "AUTH_FAILED") return error;
  const unknownServer = error.code === "NOT_FOUND" ? ` ${session.advice.checkServer()}` : "";
  return withMessage(
    error,
    `snapshot "${inputs.name}" of ${serverLabel(inputs.serverId)} was not created: ${asSentence(error.message)}${unknownServer}`,
  );
}

interface SearchResult {
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
async function search(
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

/** The API's own word that it has not carried it out. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && !error.notFromApi && !mayHaveHappened(error);
}

/**
 * What a search has found is ours where an answer left a doubt, or where nobody else makes such a name; after a plain
 * refusal somebody else has made it meanwhile.
 */
function found(
  operation: Operation,
  inputs: SnapshotInputs,
  { found: record, existing }: SearchResult,
  error: unknown,
  doubtful: boolean,
): SnapshotRecord {
  if (record === undefined || (!doubtful && inputs.__autoName === undefined)) {
    refuseTakenName(operation, existing, inputs);
    throw refused(operation, inputs, error);
  }
  operation.reporter.info(
    `${snapshotLabel(record)} was created although VPS.org did not say so (${messageOf(error)}); going on with it.`,
  );
  return record;
}

function unknownOutcome(session: Session, inputs: SnapshotInputs, error: unknown, look: SearchResult): Error {
  return new OutcomeUnknownError(
    `it is not known whether snapshot "${inputs.name}" of ${serverLabel(inputs.serverId)} was created: ` +
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
