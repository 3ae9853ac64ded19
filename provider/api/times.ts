/**
 * Every time and time limit that is not part of the polling schedule (`core/time/schedule.ts`), in milliseconds, with
 * its reason. None of them can be configured but by what its line names.
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Of one request. */
export const REQUEST_TIMES = {
  /** Until a connection is made: a host that is not there is known early. */
  connectMs: 10 * SECOND,
  /** For a whole request, its body included: the API answers within seconds, a gateway gives up after a minute. */
  requestMs: MINUTE,
  /** For one list with all its passes and the waiting for them. */
  listMs: 10 * MINUTE,
  /** The longest back-off that the client chooses itself. */
  maxBackoffMs: 30 * SECOND,
  /** A `Retry-After` beyond this is not waited for inside one request; the caller's deadline decides. */
  maxRetryAfterMs: 2 * MINUTE,
} as const;

/** How long what was read counts as fresh, and how long reads wait for each other. */
export const SHARING_TIMES = {
  /** A list of snapshots or servers. */
  freshMs: 2 * SECOND,
  /** The same in a preview, which changes nothing: longer than any takes. */
  previewMs: HOUR,
  /** The first of several reads waits so long for the others, so that one request serves them all. */
  batchMs: 5,
  /** Waits this close to their time are served by the same look. */
  togetherMs: SECOND,
} as const;

/** How long an operation may take, where `customTimeouts` do not say. */
export const OPERATION_TIMES = {
  /** VPS.org documents 3 to 10 minutes; snapshots of one server are made one after the other. */
  create: 30 * MINUTE,
  /** An update goes on with the wait of a create. */
  update: 30 * MINUTE,
  /** A server that is busy with a snapshot is waited for. */
  delete: 10 * MINUTE,
  /** VPS.org documents 5 to 15 minutes. */
  restore: 45 * MINUTE,
} as const;

/** What of the past counts. */
export const AGE_LIMITS = {
  /** A snapshot older than this is not what a POST of a few minutes ago has made, whatever the clocks say. */
  justMadeMs: HOUR,
  /** A snapshot of this resource's name that is younger may have been left by an interrupted run. */
  leftOverMs: 24 * HOUR,
  /** What an interrupted run has added to a ring longer ago than this holds another state of the server. */
  takenOverMs: HOUR,
  /** A safety snapshot older than this does not hold the state before the restore any more. */
  safetyMs: HOUR,
} as const;

/** Whether something of this time is older than a limit; not where the time cannot be read. */
export function isOlder(createdAt: string, limitMs: number, now: number): boolean {
  return now - Date.parse(createdAt) >= limitMs;
}

/** The longest back-off where the API says that the server is busy. */
export const MAX_BUSY_DELAY_MS = MINUTE;

/** The longest that the last look of a delete waits where the API asks to wait. */
export const MAX_LAST_LOOK_DELAY_MS = MINUTE;

/** For a message to the engine: a display that does not listen must not hold up the work. */
export const ENGINE_LOG_MS = 2 * SECOND;
