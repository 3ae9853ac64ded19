import type { PendingOperation, PendingType, ResourceState, Snapshot } from "./resource-state";

/**
 * The state while a run changes it: what has been settled in this run, in that order, then what the last run left
 * and nobody has touched yet. Every step is written before it begins and after it ends.
 */
export class Journal {
  private readonly settled: ResourceState[] = [];
  private readonly done = new Set<ResourceState>();
  private readonly running = new Set<PendingOperation>();
  private frozen = false;

  constructor(
    readonly base: Snapshot,
    private readonly write: (snapshot: Snapshot) => void,
  ) {}

  /** Creations that a killed run left behind stay known until a refresh is told to forget them. */
  private leftBehind = () => this.base.pending.filter(({ type }) => type === "creating");

  snapshot(): Snapshot {
    const untouched = this.base.resources.filter((state) => !this.done.has(state));
    return {
      resources: [...this.settled, ...untouched],
      pending: [...this.leftBehind(), ...this.running],
    };
  }

  begin(type: PendingType, resource: ResourceState): PendingOperation {
    const operation = { type, resource };
    this.running.add(operation);
    this.save();
    return operation;
  }

  end(operation: PendingOperation): void {
    this.running.delete(operation);
    this.save();
  }

  /** The new state stands in the place of the old one, if there was one. */
  settle(state: ResourceState, old?: ResourceState): void {
    if (old) this.drop(old);
    if (!this.settled.includes(state)) this.settled.push(state);
  }

  drop(state: ResourceState): void {
    this.done.add(state);
    const index = this.settled.indexOf(state);
    if (index >= 0) this.settled.splice(index, 1);
  }

  save(): void {
    if (!this.frozen) this.write(this.snapshot());
  }

  /** What is written last stays: steps that break off from here on remain pending. */
  freeze(): void {
    this.frozen = true;
  }

  forgetPending(): void {
    this.base.pending.length = 0;
  }
}
