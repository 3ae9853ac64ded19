/**
 * How long to wait for what. One place, so that a fixed polling interval (for emulators and tests) shrinks
 * every grace period along with it.
 */
export interface PollSchedule {
  /** Until the next look at something that has been running for `elapsedMs`. */
  pollDelay(operation: Operation, elapsedMs: number): number;
  /** To be told of each look that was answered 429: everything that waits looks less often from then on. */
  slowDown(): void;
  /** How long a list may lack a snapshot that the API has just confirmed. */
  readonly listGraceMs: number;
  /** How long to look for a snapshot whose create answer was lost. */
  readonly searchMs: number;
  readonly searchStepMs: number;
  /** How long a working server status must hold, unless the server was seen restoring, to end a restore. */
  readonly settleMs: number;
  /** First back-off where the API says that the server is busy. */
  readonly busyDelayMs: number;
  /** How often a wait that sees nothing new says that it is still waiting. */
  readonly progressMs: number;
  /** First back-off of a repeated request. */
  readonly retryBaseMs: number;
}

export type Operation = "create" | "restore";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What VPS.org documents as the shortest time: nothing ends before it, so polling is rare until then. */
const DOCUMENTED_MINIMUM: Readonly<Record<Operation, number>> = { create: 3 * MINUTE, restore: 5 * MINUTE };

const RARE = 30 * SECOND;
const OFTEN = 10 * SECOND;

/** Each 429 doubles the time between looks, up to this many times the schedule's. */
const SLOWEST = 4;

type Schedule = Omit<PollSchedule, "slowDown">;

const SCHEDULE: Schedule = {
  pollDelay: (operation, elapsedMs) => {
    const minimum = DOCUMENTED_MINIMUM[operation];
    if (operation === "restore" && elapsedMs < RARE) return OFTEN;
    return elapsedMs < minimum ? Math.min(RARE, Math.max(OFTEN, minimum - elapsedMs)) : OFTEN;
  },
  listGraceMs: MINUTE,
  searchMs: MINUTE,
  searchStepMs: 3 * SECOND,
  settleMs: MINUTE,
  busyDelayMs: 5 * SECOND,
  progressMs: MINUTE,
  retryBaseMs: 500,
};

/** The built-in schedule, or one with a fixed interval and everything else in proportion. */
export function createSchedule(pollIntervalSeconds?: number): PollSchedule {
  const schedule = pollIntervalSeconds === undefined ? SCHEDULE : fixed(pollIntervalSeconds * SECOND);
  let factor = 1;
  return {
    ...schedule,
    pollDelay: (operation, elapsedMs) => schedule.pollDelay(operation, elapsedMs) * factor,
    slowDown: () => {
      factor = Math.min(SLOWEST, 2 * factor);
    },
  };
}

function fixed(interval: number): Schedule {
  return {
    pollDelay: () => interval,
    listGraceMs: Math.min(SCHEDULE.listGraceMs, 20 * interval),
    searchMs: Math.min(SCHEDULE.searchMs, 20 * interval),
    searchStepMs: Math.min(SCHEDULE.searchStepMs, interval),
    settleMs: Math.min(SCHEDULE.settleMs, 10 * interval),
    busyDelayMs: Math.min(SCHEDULE.busyDelayMs, interval),
    progressMs: Math.min(SCHEDULE.progressMs, 20 * interval),
    retryBaseMs: Math.min(SCHEDULE.retryBaseMs, interval),
  };
}
