import { isVpsorgError } from "../../api";
import type { ServerRecord } from "../../api";
import type { Session } from "../session";
import { serverState } from "../status";

/** How many settling times it may take until the first look succeeds. */
const BLIND_FACTOR = 10;
/** A first look later than so many settling times after the request could find a restore that has ended already. */
export const TIMELY_FACTOR = 3;
/** How many times the usual step a look that failed is followed by at most: an outage is not hammered. */
const SLOWEST_STEPS = 8;

export interface Acceptance {
  readonly restoring: boolean;
  /** As it was seen last; absent where no look succeeded. */
  readonly server: ServerRecord | undefined;
  /**
   * It was not accepted: looks that began soon after the request have covered the whole settling time. Anything less
   * proves nothing.
   */
  readonly disproved: boolean;
  /** Looks began so soon after the request that a restore seen by them is the one that was requested. */
  readonly timely: boolean;
  /** From the request until the first look that succeeded, or in all where none did; 0 where the first one did. */
  readonly blindMs: number;
  /** From the first look that succeeded to the last. */
  readonly lookedForMs: number;
}

/**
 * Whether the server shows `restoring`, after a request whose answer was lost. It has the settling time for that,
 * counted from the first look that succeeds: an outage that took the answer hides the server too, for a while, and
 * a look that fails decides nothing. Where the first look comes late, because of an outage, a `Retry-After` or a run
 * that was killed, a restore may have run and ended by then, and one that is seen may be somebody else's: that proves
 * nothing.
 */
export async function confirmAccepted(
  session: Session,
  serverId: string,
  { requestedAt, deadlineAt, signal }: AcceptanceWait,
): Promise<Acceptance> {
  const { clock, schedule, client } = session;
  const startedAt = clock.now();
  // Looks of a later run prove nothing any more; one of them still tells how the server is.
  const isLate = startedAt - requestedAt > TIMELY_FACTOR * schedule.settleMs;
  const held = Math.min(client.gate.opensAt, deadlineAt) - startedAt;
  if (held > 0) await clock.sleep(held, signal);
  let until = Math.min(deadlineAt, clock.now() + BLIND_FACTOR * schedule.settleMs);
  let seenAt: number | undefined;
  let last: ServerRecord | undefined;
  let failures = 0;
  // Whether there was a time in which nobody could look.
  let blind = held > 0 || isLate;
  const isTimely = (): boolean =>
    seenAt !== undefined && seenAt - requestedAt <= TIMELY_FACTOR * schedule.settleMs;
  const ended = (restoring: boolean): Acceptance => {
    const now = clock.now();
    const lookedForMs = seenAt === undefined ? 0 : now - seenAt;
    const whole = lookedForMs + schedule.searchStepMs >= schedule.settleMs;
    const timely = isTimely();
    const blindMs = blind ? (seenAt ?? now) - requestedAt : 0;
    return {
      restoring,
      server: last,
      timely,
      disproved: !restoring && timely && whole,
      blindMs,
      lookedForMs,
    };
  };
  for (;;) {
    let wait = schedule.searchStepMs;
    try {
      const server = await client.getServer(serverId, { attempts: 1, signal, deadlineAt });
      if (seenAt === undefined) {
        seenAt = clock.now();
        until = Math.min(deadlineAt, seenAt + schedule.settleMs);
      }
      failures = 0;
      last = server;
      if (server !== undefined && serverState(server.status) === "restoring") return ended(true);
      if (isLate) return ended(false);
    } catch (error) {
      if (isVpsorgError(error, "ABORTED")) throw error;
      // A refused token will not pass by itself.
      blind ||= seenAt === undefined;
      if (isVpsorgError(error, "AUTH_FAILED")) return ended(false);
      wait = Math.max(wait * Math.min(SLOWEST_STEPS, 2 ** failures++), client.gate.closedMs);
    }
    if (clock.now() + wait > until) return ended(false);
    await clock.sleep(wait, signal);
  }
}

export interface AcceptanceWait {
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly deadlineAt: number;
  readonly signal?: AbortSignal | undefined;
}
