import type { Props } from "../deploy/values";
import type { ResourceState } from "../state/resource-state";

export type Op =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-discard"
  | "refresh"
  | "import"
  | "remove-pending-replace";

/** What a display is told of a step. `op` may change while it runs: a refresh becomes an update, say. */
export interface StepEvent {
  op: Op;
  urn: string;
  old?: ResourceState | undefined;
  new?: ResourceState | undefined;
  /** The names that are to blame for a replacement. */
  keys?: string[] | undefined;
}

export type Severity = "info" | "warning" | "error";

export interface Diagnostic {
  /** Empty for the stack's own. */
  urn: string;
  severity: Severity;
  message: string;
  /** A status line: shown now, not kept. */
  ephemeral?: boolean;
}

export interface Display {
  begin(): void;
  started(step: StepEvent): void;
  done(step: StepEvent): void;
  failed(step: StepEvent): void;
  diagnostic(diagnostic: Diagnostic): void;
  outputs(old: Props, now: Props): void;
  end(tally: Tally): void;
}

/** Counts what a run changed; every display needs it, and so does the exit code. */
export class Tally {
  private readonly counts = new Map<Op, number>();

  add(op: Op): void {
    this.counts.set(op, this.count(op) + 1);
  }

  count = (op: Op) => this.counts.get(op) ?? 0;

  /** By operation, in the order in which summaries name them. */
  changes(): [Op, number][] {
    const ops: Op[] = ["create", "update", "delete", "replace", "import"];
    return ops.map((op): [Op, number] => [op, this.count(op)]).filter(([, count]) => count > 0);
  }

  hasChanges = () => this.changes().length > 0;
}
