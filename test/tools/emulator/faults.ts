import type { OutsideAction } from "./outside";

/** Which requests a fault is for; what is left out matches all. */
export interface FaultMatch {
  method?: string;
  /** Source of a regular expression for the path after the base, such as "^/snapshots/$". */
  path?: string;
  /** Source of a regular expression for the query without its question mark. */
  query?: string;
}

export type FaultAction =
  /** An answer of its own. Without `body`: an error body in the style that is switched on. */
  | {
      kind: "status";
      status: number;
      headers?: Record<string, string>;
      /** Text goes out as it is, anything else as JSON. */
      body?: unknown;
      /** `Retry-After` in seconds. */
      retryAfterSeconds?: number;
      /** `Retry-After` as an HTTP date, so many milliseconds from now, rounded up to its whole seconds. */
      retryAfterDate?: number;
    }
  /** The connection is reset (RST) without an answer. */
  | { kind: "reset" }
  /** The connection is closed (FIN) without an answer. */
  | { kind: "close" }
  /** No answer, ever. */
  | { kind: "stall" }
  /** Headers and half of the body, then nothing more. */
  | { kind: "stallBody" }
  /** Headers and half of the body, then the connection is reset. */
  | { kind: "cutBody" }
  /** Half of the body as if it were all: well-formed HTTP, broken JSON. */
  | { kind: "truncate" }
  /** A page of HTML. @default status 200 */
  | { kind: "html"; status?: number }
  /** A success without a body. */
  | { kind: "empty"; status?: number }
  | { kind: "replaceBody"; body: unknown; status?: number }
  /**
   * Changes the answer. Paths are dotted, with `*` for each element: "results.*.status". First `drop`, then
   * `set`; a path that leads nowhere changes nothing.
   */
  | { kind: "patch"; status?: number; drop?: string[]; set?: Record<string, unknown> }
  /** A valid but huge answer, sent in chunks. With `declared`: with its length in the headers. */
  | { kind: "oversized"; bytes: number; declared?: boolean }
  | { kind: "redirect"; location: string; status?: number }
  /** Adds `next` to the page. */
  | { kind: "next"; url: string }
  /** A list whose first element is nested so deep. */
  | { kind: "deep"; depth: number }
  /** Waits, then goes on; when the fault is removed, at once. So a long one holds a request until it is let go. */
  | { kind: "delay"; ms: number }
  /** Other people do something, then it goes on. */
  | { kind: "run"; effect: OutsideAction };

export type FaultKind = FaultAction["kind"];

export interface Fault {
  id?: string;
  match: FaultMatch;
  /** Lets that many matching requests through first. @default 0 */
  skip?: number;
  /** How often it happens; 0: for ever. @default 1 */
  times?: number;
  /**
   * "before": the API does not act on the request. "after": it does act, and its answer is changed or lost.
   * For `delay` and `run`: before or after the API acts. Default: "after" for the kinds that are made from the
   * API's own answer (stallBody, cutBody, truncate, patch, next), which take nothing else; else "before".
   */
  when?: "before" | "after";
  action: FaultAction;
}

export interface FaultReport {
  id: string;
  hits: number;
  fault: Fault;
}

export interface FaultHandle {
  readonly id: string;
  hits(): number;
  remove(): void;
}
