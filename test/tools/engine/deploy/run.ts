import { deferred } from "../process/deferred";
import type { Diagnostic, Display } from "../display/events";
import { Tally } from "../display/events";
import type { Journal } from "../state/journal";
import type { ResourceState } from "../state/resource-state";
import { Limiter } from "./limits";
import type { Providers } from "./providers";
import { stackUrn, type Place } from "./urn";

export type Mode = "update" | "refresh" | "destroy" | "import";

export interface RunOptions {
  mode: Mode;
  dryRun: boolean;
  parallel: number;
  /** URNs that are replaced whatever their diff says. */
  replace: ReadonlySet<string>;
}

/** The run has ended for a reason that has been reported: what was under way is finished, nothing new begins. */
export class Stopped extends Error {
  constructor() {
    super("resource monitor shut down");
  }
}

/** Everything that the parts of one preview or one update share. */
export class Run {
  readonly olds: ReadonlyMap<string, ResourceState>;
  readonly tally = new Tally();
  /** URNs registered or read in this run, and those that each kind of step was decided for. */
  readonly seen = new Set<string>();
  readonly kept = new Set<string>();
  readonly replaced = new Set<string>();
  readonly deleted = new Set<string>();
  /** Old states deleted ahead of their replacement. */
  readonly deletedAhead = new Set<ResourceState>();
  /** Old URN to new URN, for resources found by an alias. */
  readonly renamed = new Map<string, string>();
  /** The states of this run by URN. */
  readonly news = new Map<string, ResourceState>();
  rootUrn: string;

  private readonly planner = new Limiter(1);
  private readonly workers: Limiter;
  private readonly underWay = new Set<Promise<unknown>>();
  private broken = false;
  private state: "going" | "failed" | "refused" | "cancelled" = "going";
  private readonly stop = deferred();

  constructor(
    readonly place: Place,
    readonly options: RunOptions,
    readonly journal: Journal,
    readonly providers: Providers,
    readonly display: Display,
  ) {
    const { resources } = journal.base;
    this.olds = new Map(resources.filter((old) => !old.delete).map((old) => [old.urn, old]));
    this.rootUrn = stackUrn(place);
    this.workers = new Limiter(options.parallel);
  }

  get dryRun(): boolean {
    return this.options.dryRun;
  }

  /** Resolves when the run may begin nothing new. */
  get stopped(): Promise<void> {
    return this.stop.promise;
  }

  get terminated(): boolean {
    return this.broken;
  }

  /** A second ^C: what breaks off from here on stays pending in state and is not called a failure. */
  terminate(): void {
    this.broken = true;
    this.journal.freeze();
  }

  get outcome() {
    return this.state;
  }

  /** A failed step stops the run; so does a refused resource, of which enough was said; so does ^C. */
  end(how: "failed" | "refused" | "cancelled"): void {
    if (this.state === "going") this.state = how;
    this.stop.resolve();
  }

  mustGoOn(): void {
    if (this.state !== "going") throw new Stopped();
  }

  /** Decisions are taken one after the other, as each depends on those before it. */
  planning<T>(task: () => Promise<T>): Promise<T> {
    return this.track(
      this.planner.run(() => {
        this.mustGoOn();
        return task();
      }),
    );
  }

  working<T>(task: () => Promise<T>): Promise<T> {
    return this.track(
      this.workers.run(() => {
        this.mustGoOn();
        return task();
      }),
    );
  }

  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  diagnostic(diagnostic: Diagnostic): void {
    this.display.diagnostic(diagnostic);
  }

  error(urn: string, message: string): void {
    this.diagnostic({ urn, severity: "error", message });
  }

  private track<T>(task: Promise<T>): Promise<T> {
    this.underWay.add(task);
    const forget = () => this.underWay.delete(task);
    task.then(forget, forget);
    return task;
  }
}
