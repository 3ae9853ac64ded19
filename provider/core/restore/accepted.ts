import { isVpsorgError } from "../../api";
import { askedToWait } from "../busy";
import type { Session } from "../session";
import { serverState } from "../status";

/** How many settling times it may take until the first look succeeds. */
const BLIND_FACTOR = 10;
/** A first look later than so many settling times after the request could find a restore that has ended already. */
const TIMELY_FACTOR = 3;
/** How many times the usual step a look that failed is followed by at most: an outage is not hammered. */
const SLOWEST_STEPS = 8;

export interface Acceptance {
  readonly restoring: boolean;
  /**
   * It was not accepted: looks that began soon after the request have covered the whole settling time. Anything less
   * proves nothing.
   */
  readonly disproved: boolean;
  /** Until the first look that succeeded, or in all where none did. */
  readonly blindMs: number;
  /** From the first look that succeeded to the last. */
  readonly lookedForMs: number;
}

/**
 * Whether the server shows `restoring`, after a request whose answer was lost. It has the settling time for that,
 * counted from the first look that succeeds: an outage that took the answer hides the server too, for a while, and
 * a look that fails decides nothing. Where the first look comes late, because of an outage or because the API asks to
 * be left alone, a restore may have run and ended by then: that disproves nothing.
 */
export async function seeAcceptance(
  session: Session,
  serverId: string,
  deadlineAt: number,
  asked: number,
  signal?: AbortSignal,
): Promise<Acceptance> {
  const { clock, pace } = session;
  const startedAt = clock.now();
  if (asked > 0) await clock.sleep(Math.min(asked, Math.max(0, deadlineAt - startedAt)), signal);
  let until = Math.min(deadlineAt, clock.now() + BLIND_FACTOR * pace.settleMs);
  let seenAt: number | undefined;
  let failures = 0;
  const ended = (restoring: boolean): Acceptance => {
    const now = clock.now();
    const lookedForMs = seenAt === undefined ? 0 : now - seenAt;
    const timely = seenAt !== undefined && seenAt - startedAt <= TIMELY_FACTOR * pace.settleMs;
    const whole = lookedForMs + pace.searchStepMs >= pace.settleMs;
    return {
      restoring,
      disproved: !restoring && timely && whole,
      blindMs: (seenAt ?? now) - startedAt,
      lookedForMs,
    };
  };
  for (;;) {
    let wait = pace.searchStepMs;
    try {
      const server = await session.client.getServer(serverId, { attempts: 1, signal });
      if (seenAt === undefined) {
        seenAt = clock.now();
        until = Math.min(deadlineAt, seenAt + pace.settleMs);
      }
      failures = 0;
      if (server !== undefined && serverState(server.status) === "restoring") return ended(true);
    } catch (error) {
      if (isVpsorgError(error, "ABORTED")) throw error;
      // A refused token will not pass by itself.
      if (isVpsorgError(error, "AUTH_FAILED")) return ended(false);
      wait = Math.max(wait * Math.min(SLOWEST_STEPS, 2 ** failures++), askedToWait(error));
    }
    if (clock.now() + wait > until) return ended(false);
    await clock.sleep(wait, signal);
  }
}
