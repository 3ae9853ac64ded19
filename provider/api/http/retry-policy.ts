import { ApiError, ConnectionError, ResponseShapeError } from "../errors";
import { REQUEST_TIMES } from "../times";

/** What the policy looks at besides the error. */
export interface RetryContext {
  readonly method: string;
  /** 1 for the first request. */
  readonly attempt: number;
  /** How many requests may be made in all. */
  readonly attempts: number;
  /** First back-off in milliseconds; it doubles with each attempt. */
  readonly baseMs: number;
  /** Jitter in [0, 1). */
  readonly random: number;
}

const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);
const REPEATABLE = new Set(["GET", "HEAD", "DELETE"]);

/**
 * How long to wait before the same request is sent again, or `undefined` where it must not be.
 *
 * Reads and deletes may be repeated after anything transient. A POST creates or overwrites and has no
 * idempotency key, so it is repeated here only where it certainly never left this machine; everything else
 * is for the caller, who can look at the server first.
 */
export function retryDelay(error: unknown, context: RetryContext): number | undefined {
  if (context.attempt >= context.attempts) return undefined;
  if (!isRepeatable(error, context.method)) return undefined;
  const backoff = Math.min(REQUEST_TIMES.maxBackoffMs, context.baseMs * 2 ** (context.attempt - 1));
  const jittered = Math.round(backoff * (0.5 + context.random / 2));
  const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
  if (asked === undefined) return jittered;
  return asked > REQUEST_TIMES.maxRetryAfterMs ? undefined : Math.max(asked, jittered);
}

function isRepeatable(error: unknown, method: string): boolean {
  if (error instanceof ConnectionError) return !error.permanent && (!error.sent || REPEATABLE.has(method));
  if (!REPEATABLE.has(method)) return false;
  if (error instanceof ApiError) return TRANSIENT.has(error.status);
  return error instanceof ResponseShapeError && error.transient;
}
