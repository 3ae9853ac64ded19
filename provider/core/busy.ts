import { ApiError, RateLimitError } from "../api";
import type { PollSchedule } from "./time/schedule";
import { MAX_BUSY_DELAY_MS } from "../api/times";

// Of the server's state. "Please try again" alone is what a wrong argument is answered with as well.
const BUSY_TEXT =
  /\b(busy|in progress|locked|restoring|being (restored|created|rebuilt|resized|started|stopped|migrated)|another (operation|snapshot|action|task))\b/i;
const NOT_BUSY_TEXT = /\b(exists?|already (taken|used)|unique|duplicate)\b/i;

/**
 * Whether the API refuses only because the server is occupied just now. 409 and 423 say so by themselves
 * (unless the text speaks of a name that is taken); a 400 says so in its text only. Fault with an argument never passes,
 * whatever words it is found in.
 */
export function isBusy(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  const said = error.detail ?? "";
  if (error.status === 423) return true;
  if (error.namesField) return false;
  if (error.status === 409) return !NOT_BUSY_TEXT.test(said);
  return error.status === 400 && BUSY_TEXT.test(said);
}

/** How long to wait before asking again, where the refusal passes by itself; `undefined` where it does not. */
export function busyDelay(error: unknown, attempt: number, schedule: PollSchedule): number | undefined {
  const backoff = Math.min(MAX_BUSY_DELAY_MS, schedule.busyDelayMs * 2 ** (attempt - 1));
  if (error instanceof RateLimitError) return Math.max(error.retryAfterMs ?? 0, backoff);
  return isBusy(error) ? backoff : undefined;
}
