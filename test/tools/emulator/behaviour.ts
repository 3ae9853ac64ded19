/** What the API's documentation leaves open, as switches that a test can turn at run time. */

export type Operation = "create" | "delete" | "restore";

/** Makes changes on a server be refused for a while. Without `times` and `forMs`: until it is removed. */
export interface Busy {
  /** Default: all three. */
  operations?: Operation[];
  /** Default 409. */
  status?: 400 | 409 | 423;
  /** Default "Server is busy". */
  text?: string;
  /** So many refusals, then no more. */
  times?: number;
  /** Counted from the moment this was set, on the model's clock. */
  forMs?: number;
}

/** Behaviour that one server can have differently from the others. */
export interface ServerBehaviour {
  /** How long a new snapshot is missing from lists; like every `Ms` here, not divided by the speed. */
  listLagMs: number;
  /** How long a server still shows its old status after a restore was accepted. */
  restoringLagMs: number;
  /** What a snapshot's creation ends in. */
  finalSnapshotStatus: string;
  /** What a snapshot shows while it is being created. */
  intermediateStatus: string;
  /** What a restore leaves the server in. */
  finalServerStatus: string;
  neverEndsRestoring: boolean;
  neverCompletes: boolean;
  /** Refuse a second snapshot of the same name on the same server. */
  uniqueNames: boolean;
  /** The answer to a create or a restore while the server is being restored. */
  restoringConflictStatus: 400 | 409 | 423;
  busy: Busy | null;
}

export type ErrorBodyStyle = "detail" | "error" | "message" | "field" | "html" | "empty";

export interface Behaviour extends ServerBehaviour {
  /** null: everything in one answer, without `next` and `previous`. */
  pageSize: number | null;
  listOrder: "newestFirst" | "oldestFirst";
  /** How `GET /servers/{id}/` answers. */
  serverDetail: 200 | 404 | 405;
  /** Ids of servers and snapshots as UUIDs instead of numbers; "accepted": shown as numbers, taken in both forms. */
  uuidIds: boolean | "accepted";
  errorBodyStyle: ErrorBodyStyle;
  /** true: `?server_id=` filters; false: it is ignored; "broken": it gives an empty list. */
  filterWorks: boolean | "broken";
  /** Time stamps without a fraction, so that snapshots of the same second cannot be told apart. */
  wholeSeconds: boolean;
}

/** A missing key leaves a switch as it is; null sets it back to its default. */
export type BehaviourPatch = { [K in keyof Behaviour]?: Behaviour[K] | null | undefined };
export type ServerBehaviourPatch = { [K in keyof ServerBehaviour]?: ServerBehaviour[K] | null | undefined };

export const DEFAULT_BEHAVIOUR: Readonly<Behaviour> = {
  listLagMs: 0,
  restoringLagMs: 0,
  finalSnapshotStatus: "completed",
  intermediateStatus: "in_progress",
  finalServerStatus: "active",
  neverEndsRestoring: false,
  neverCompletes: false,
  uniqueNames: false,
  restoringConflictStatus: 400,
  busy: null,
  pageSize: null,
  listOrder: "newestFirst",
  serverDetail: 200,
  uuidIds: false,
  errorBodyStyle: "detail",
  filterWorks: true,
  wholeSeconds: false,
};

/** `base` with `patch` over it; null in the patch removes the key. */
export function mergePatch<T extends object>(base: T, patch: object): T {
  const given = Object.entries(patch) as [string, unknown][];
  const removed = new Set(given.filter(([, value]) => value === null).map(([key]) => key));
  const kept = (Object.entries(base) as [string, unknown][]).filter(([key]) => !removed.has(key));
  const set = given.filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries([...kept, ...set]) as T;
}

/** Counts down one `busy` setting; a new setting gets a new gate. */
export class BusyGate {
  readonly #busy: Busy;
  readonly #until: number;
  #left: number;

  constructor(busy: Busy, now: number) {
    this.#busy = busy;
    this.#until = busy.forMs === undefined ? Infinity : now + busy.forMs;
    this.#left = busy.times ?? Infinity;
  }

  /** The refusal to give, or undefined where the operation may go on. */
  check(operation: Operation, now: number): { status: number; text: string } | undefined {
    const { operations, status = 409, text = "Server is busy" } = this.#busy;
    if (operations && !operations.includes(operation)) return undefined;
    if (now >= this.#until || this.#left <= 0) return undefined;
    this.#left -= 1;
    return { status, text };
  }
}
