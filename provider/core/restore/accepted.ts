import { isVpsorgError } from "../../api";
import { askedToWait } from "../busy";
import type { Session } from "../session";
import { serverState } from "../status";

/** How many settling times it may take until the first look succeeds. */
const BLIND_FACTOR = 10;
/** How many times the usual step a look that failed is followed by at most: an outage is not hammered. */
const SLOWEST_STEPS = 8;

export interface Acceptance {
  /** `unseen` where no look succeeded: then nothing is known of the server. */
  readonly sight: "restoring" | "not restoring" | "unseen";
  readonly lookedForMs: number;
}

/**
 * Whether the server shows `restoring`, after a request whose answer was lost. It has the settling time for that,
 * counted from the first look that succeeds: an outage that took the answer hides the server too, for a while, and
 * a look that fails decides nothing.
 */
export async function seeAcceptance(
  session: Session,
  serverId: string,
  deadlineAt: number,
  asked: number,
): Promise<Acceptance> {
  const { clock, pace } = session;
  const startedAt = clock.now();
  if (asked > 0) await clock.sleep(Math.min(asked, Math.max(0, deadlineAt - clock.now())));
  let until = Math.min(deadlineAt, clock.now() + BLIND_FACTOR * pace.settleMs);
  let seen = false;
  let failures = 0;
  const ended = (sight: Acceptance["sight"]): Acceptance => ({ sight, lookedForMs: clock.now() - startedAt });
  for (;;) {
    let wait = pace.searchStepMs;
    try {
      const server = await session.client.getServer(serverId, { attempts: 1 });
      if (!seen) until = Math.min(deadlineAt, clock.now() + pace.settleMs);
      seen = true;
      failures = 0;
      if (server !== undefined && serverState(server.status) === "restoring") return ended("restoring");
    } catch (error) {
      // A refused token will not pass by itself.
      if (isVpsorgError(error, "AUTH_FAILED")) return ended(seen ? "not restoring" : "unseen");
      wait = Math.max(wait * Math.min(SLOWEST_STEPS, 2 ** failures++), askedToWait(error));
    }
    if (clock.now() + wait > until) return ended(seen ? "not restoring" : "unseen");
    await clock.sleep(wait);
  }
}
