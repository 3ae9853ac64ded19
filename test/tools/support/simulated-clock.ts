import * as diagnostics from "node:diagnostics_channel";
import type { EventEmitter } from "node:events";
import type { Clock } from "../../../provider/api";
import type { Deadline } from "../../../provider/api/clock";
import { STALLED } from "../emulator/deliver";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** How many turns of the event loop have to pass without a request before nothing is going on. */
const QUIET_TURNS = 4;

/**
 * Time that stands still while anything happens and jumps to the next sleeper when nothing does. Requests over
 * real sockets count as something: Node announces each of them, so no code under test has to know.
 */
export class SimulatedClock implements Clock {
  private time: number;
  private readonly sleepers = new Set<Sleeper>();
  private readonly requests = new Set<unknown>();
  private readonly deadlines = new Set<AbortController>();
  private readonly stalled = new Set<unknown>();
  private driving = false;
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[] = [];

  constructor(start = Date.parse("2026-01-15T12:00:00Z")) {
    this.time = start;
    diagnostics.subscribe("http.client.request.start", this.onStart);
    diagnostics.subscribe("http.client.request.error", this.onError);
    diagnostics.subscribe("http.client.response.finish", this.onResponse);
    diagnostics.subscribe(STALLED, this.onStalled);
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  /** In real time, but for requests that the emulator has stalled: those are given up at once. */
  deadline(ms: number): Deadline {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), ms);
    const clear = (): void => {
      clearTimeout(timer);
      this.deadlines.delete(controller);
    };
    controller.signal.addEventListener("abort", clear, { once: true });
    this.deadlines.add(controller);
    return { signal: controller.signal, clear };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { at: this.time + Math.max(0, ms), wake: resolve };
      const abort = (): void => {
        this.sleepers.delete(sleeper);
        reject(new Error("aborted"));
      };
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener("abort", abort, { once: true });
      this.sleepers.add(sleeper);
      if (!this.driving) void this.drive();
    });
  }

  /** Time stands still during other work that it cannot see. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.requests.add(work);
    try {
      return await work;
    } finally {
      this.requests.delete(work);
    }
  }

  /** To be called at the end of a test: the announcements are global. */
  close(): void {
    diagnostics.unsubscribe("http.client.request.start", this.onStart);
    diagnostics.unsubscribe("http.client.request.error", this.onError);
    diagnostics.unsubscribe("http.client.response.finish", this.onResponse);
    diagnostics.unsubscribe(STALLED, this.onStalled);
    this.sleepers.clear();
  }

  private async drive(): Promise<void> {
    this.driving = true;
    while (this.sleepers.size > 0) {
      await this.quiet();
      const [next] = [...this.sleepers].sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.time = Math.max(this.time, next.at);
      this.sleepers.delete(next);
      next.wake();
    }
    this.driving = false;
  }

  private async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.requests.size > 0) turns = -1;
    }
  }

  private readonly onStart = (message: unknown): void => {
    const request = (message as { request: { once(event: string, listener: () => void): void } }).request;
    this.requests.add(request);
    request.once("close", () => this.requests.delete(request));
  };

  private readonly onError = (message: unknown): void => {
    this.requests.delete((message as { request: unknown }).request);
  };

  private readonly onResponse = (message: unknown): void => {
    const { request, response } = message as {
      request: unknown;
      response: { once(event: string, listener: () => void): void };
    };
    response.once("close", () => this.requests.delete(request));
  };

  private readonly onStalled = (response: unknown): void => {
    this.stalled.add(response);
    (response as EventEmitter).once("close", () => this.stalled.delete(response));
    void this.giveUp();
  };

  /** Once all that is under way is stalled, so that no other request is meant. */
  private async giveUp(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.stalled.size === 0) return;
      if (this.deadlines.size !== this.stalled.size) turns = -1;
    }
    for (const deadline of [...this.deadlines]) deadline.abort();
  }
}
