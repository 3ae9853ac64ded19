import {
  AbortedError,
  ApiError,
  mayHaveHappened,
  RateLimitError,
  ResponseShapeError,
  withMessage,
  VpsorgError,
} from "../../api";
import type { SnapshotRecord } from "../../api";
import { busyDelay, isBusy } from "../busy";
import { isOtherId } from "../../api/ids";
import type { Session } from "../session";
import { explainFailure } from "../messages/explain";
import { occupants } from "../account/listing";
import {
  asSentence,
  formatDuration,
  messageOf,
  newSnapshotLabel,
  serverLabel,
  snapshotLabel,
} from "../messages/labels";
import { search, unknownOutcome } from "./lost-create";
import type { SearchResult } from "./lost-create";
import { orphanWarnings, refuseTakenName } from "./preconditions";
import type { SnapshotInputs } from "./state";
import { quotaError, SNAPSHOTS_PER_SERVER } from "./slots";
import type { Operation, TimedOperation } from "../operation";

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
  const existing = await explainFailure(
    operation,
    operation.lists.onServer(inputs.serverId),
    (why) => `${newSnapshotLabel(inputs)} was not created, because the list before it failed: ${why}`,
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
    `${newSnapshotLabel(inputs)} was not created: ${asSentence(error.message)}${unknownServer}`,
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
  const isOurName = inputs.__autoName !== undefined || inputs.ring !== undefined;
  if (record === undefined || (!doubtful && !isOurName)) {
    refuseTakenName(operation, existing, inputs);
    throw refused(operation, inputs, error);
  }
  operation.reporter.info(
    `${snapshotLabel(record)} was created although VPS.org did not say so (${messageOf(error)}); going on with it.`,
  );
  return record;
}
