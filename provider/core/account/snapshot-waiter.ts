import { AuthError, NotFoundError, oddError, RateLimitError, ResponseShapeError, ApiError } from "../../api";
import type { Clock, RetryAfterGate, SnapshotRecord } from "../../api";
import { confirmAbsent } from "./absence";
import { byId } from "./listing";
import type { Listing } from "./listing";
import type { ListOptions, SnapshotLists } from "./snapshot-lists";
import type { PollSchedule } from "../time/schedule";
import { snapshotProgress } from "../status";
import type { WaitTarget, WaitEvents, WaitOutcome } from "./wait-target";
import { SHARING_TIMES } from "../../api/times";

interface Waiter {
  readonly target: WaitTarget;
  readonly events: WaitEvents;
  readonly settle: (outcome: WaitOutcome) => void;
  nextAt: number;
  record: SnapshotRecord | undefined;
  /** A list has shown it: from then on its absence means something. */
  seen: boolean;
  refusals: number;
  failure: unknown;
}

/** A read that is refused (not merely failing) this often in a row ends the wait. */
const MAX_REFUSALS = 5;

/**
 * The one poll loop of an account, shared by all that waits for a snapshot: it asks for one server's list while one
 * server waits, and for as few lists as show them all when several do, so polling does not grow with the number of
 * snapshots.
 */
export class SnapshotWaiter {
  private readonly waiters = new Set<Waiter>();
  private running = false;
  private wake = new AbortController();

  constructor(
    private readonly lists: SnapshotLists,
    private readonly clock: Clock,
    private readonly schedule: PollSchedule,
    private readonly gate: RetryAfterGate,
  ) {}

  /** Resolves in every case: what ended the wait, and the last that was seen of the snapshot. */
  wait(target: WaitTarget, events: WaitEvents): Promise<WaitOutcome> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        target,
        events,
        nextAt: 0,
        record: target.record,
        seen: target.seen ?? false,
        refusals: 0,
        failure: undefined,
        settle: (outcome) => {
          this.waiters.delete(waiter);
          resolve(outcome);
        },
      };
      this.scheduleNext(waiter);
      if (target.pollImmediately === true) waiter.nextAt = this.clock.now();
      this.waiters.add(waiter);
      this.wake.abort();
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.waiters.size > 0) {
        await this.sleepUntilDue();
        this.expire();
        if (this.isDue()) await this.look();
      }
    } finally {
      this.running = false;
    }
  }

  private async sleepUntilDue(): Promise<void> {
    this.wake = new AbortController();
    const { opensAt } = this.gate;
    const times = [...this.waiters].map((w) => Math.min(Math.max(w.nextAt, opensAt), w.target.deadlineAt));
    const nextAt = Math.min(...times);
    const ms = nextAt - this.clock.now();
    if (ms > 0) await this.clock.sleep(ms, this.wake.signal).catch(() => undefined);
  }

  /** Some waiter is due, and the API does not ask to wait. */
  private isDue(): boolean {
    const now = this.clock.now();
    return now >= this.gate.opensAt && [...this.waiters].some((waiter) => waiter.nextAt <= now);
  }

  private async look(): Promise<void> {
    const waiting = [...this.waiters];
    const servers = new Set(waiting.map((waiter) => waiter.target.serverId));
    const parts = this.lists
      .fewestListsFor(servers, oneLook(waiting))
      .map(({ servers: covered, listing }) => {
        const asked = waiting.filter((waiter) => covered.has(waiter.target.serverId));
        return this.show(asked, listing);
      });
    await Promise.all(parts);
    if (waiting.some(({ failure }) => failure instanceof RateLimitError)) this.schedule.slowDown();
    for (const waiter of waiting) if (this.waiters.has(waiter)) this.scheduleNext(waiter);
    this.expire();
  }

  /** Shows a list to those who asked for it, and has what it lacks confirmed. One that fails concerns only them. */
  private async show(asked: readonly Waiter[], listing: Promise<Listing>): Promise<void> {
    let concerned = asked;
    try {
      const shown = await listing;
      concerned = asked.filter((waiter) => !this.update(waiter, shown));
      if (concerned.length > 0) await this.confirm(concerned, shown);
    } catch (error) {
      for (const waiter of concerned) this.refused(waiter, error);
    }
  }

  /** Takes over what a list shows; false where the list lacks a snapshot that it should hold. */
  private update(waiter: Waiter, listing: Listing): boolean {
    waiter.refusals = 0;
    waiter.failure = undefined;
    const odd = listing.odd.find(({ id }) => id === waiter.target.id);
    if (odd !== undefined) {
      // It is there, and how it is may be readable the next time; those who wait for others are not held up.
      waiter.seen = true;
      waiter.failure = oddError(odd);
      return true;
    }
    const record = byId(listing, waiter.target.id);
    if (record === undefined) return !waiter.seen && !this.graceIsOver(waiter);
    waiter.seen = true;
    waiter.record = record;
    const progress = snapshotProgress(record.status);
    if (progress === "done") waiter.settle({ kind: "completed", record });
    else if (progress === "failed") waiter.settle({ kind: "failed", record });
    else waiter.events.onStatus(record, this.elapsed(waiter));
    return true;
  }

  private async confirm(missing: readonly Waiter[], lacking: Listing): Promise<void> {
    const ids = missing.map(({ target }) => target.id);
    const whole = await confirmAbsent(this.lists, ids, lacking, oneLook(missing));
    for (const waiter of missing) {
      if (this.update(waiter, whole)) continue;
      waiter.settle({ kind: waiter.seen ? "vanished" : "neverListed", record: waiter.record });
    }
  }

  private refused(waiter: Waiter, error: unknown): void {
    waiter.failure = error;
    if (error instanceof AuthError) waiter.settle({ kind: "unreadable", record: waiter.record, error });
    if (!isRefusal(error)) return;
    if (++waiter.refusals < MAX_REFUSALS) return;
    waiter.settle({ kind: "unreadable", record: waiter.record, error });
  }

  private expire(): void {
    for (const waiter of this.waiters) {
      if (this.clock.now() < waiter.target.deadlineAt) continue;
      waiter.settle({ kind: "timedOut", record: waiter.record, error: waiter.failure });
    }
  }

  private scheduleNext(waiter: Waiter): void {
    const delay = this.schedule.pollDelay("create", this.elapsed(waiter));
    waiter.nextAt = this.clock.now() + delay;
    // Those that are nearly due together stay together, so that they cost one look.
    for (const other of this.waiters) {
      const apart = other.nextAt - waiter.nextAt;
      if (apart > 0 && apart < Math.min(SHARING_TIMES.togetherMs, delay / 2)) other.nextAt = waiter.nextAt;
    }
  }

  private elapsed(waiter: Waiter): number {
    return this.clock.now() - waiter.target.startedAt;
  }

  private graceIsOver(waiter: Waiter): boolean {
    return this.clock.now() - waiter.target.acceptedAt >= this.schedule.listGraceMs;
  }
}

/** A list that is not tried again, and holds nobody who shares it up beyond the deadline: the others look anew. */
function oneLook(waiters: readonly Waiter[]): ListOptions {
  return { attempts: 1, deadlineAt: Math.min(...waiters.map(({ target }) => target.deadlineAt)) };
}

/** A 4xx that will not pass by itself, unlike a time-out or a 5xx. */
function isRefusal(error: unknown): boolean {
  if (error instanceof RateLimitError || error instanceof ResponseShapeError) return false;
  return (
    error instanceof NotFoundError ||
    (error instanceof ApiError && error.status < 500 && error.status !== 408)
  );
}
