import type { Clock } from "../clock";
import { ApiError } from "../errors";
import { REQUEST_TIMES } from "../times";

/**
 * Closed while VPS.org asks to wait: a 429 or a 503 with `Retry-After` speaks of the account or of the whole service,
 * so every request of this process passes here, whichever of them was answered so. A 409 or 423 speaks of one server.
 */
export class RetryAfterGate {
  private opens = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Milliseconds since the epoch; in the past where nobody asked to wait. */
  get opensAt(): number {
    return this.opens;
  }

  /** How long it is still closed, in milliseconds. */
  get closedMs(): number {
    return Math.max(0, this.opens - this.clock.now());
  }

  /** To be told of each failure of a request. */
  note(error: unknown): void {
    if (!(error instanceof ApiError) || (error.status !== 429 && error.status !== 503)) return;
    if (error.retryAfterMs === undefined) return;
    this.opens = Math.max(this.opens, this.clock.now() + error.retryAfterMs);
  }

  /**
   * Resolves when it is open. Where that is longer than one request waits, or later than its deadline, it passes at
   * once: it may be the look that finds a snapshot whose answer was lost, and the API can still refuse it.
   */
  async pass(deadlineAt = Infinity, signal?: AbortSignal): Promise<void> {
    const ms = this.closedMs;
    if (ms === 0 || ms > REQUEST_TIMES.maxRetryAfterMs || this.opens >= deadlineAt) return;
    await this.clock.sleep(ms, signal);
  }
}
