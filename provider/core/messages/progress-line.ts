import type { Operation } from "../operation";

/**
 * Says how a wait is going: at once when the status changes, else now and then. A pipeline's log keeps every
 * line, so a line for each look would bury the rest.
 */
export class ProgressLine {
  private lastStatus: string | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly operation: Operation) {}

  show(status: string, line: string): void {
    const now = this.operation.clock.now();
    if (status === this.lastStatus && now - this.lastAt < this.operation.schedule.progressMs) return;
    this.lastStatus = status;
    this.lastAt = now;
    this.operation.reporter.progress(line);
  }
  /** The last line, where there was one before: a display keeps what it was told last. */
  end(line: string): void {
    if (this.lastStatus !== undefined) this.operation.reporter.progress(line);
  }
}
