import type { Limits } from "../../../provider/api";
import type { FaultAction } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { COLUMNS } from "./columns";
import type { Column, ColumnName } from "./columns";
import { SITUATIONS } from "./situations";
import type { Stage } from "./stage";

/** A fault: how it is made to happen to an operation, and what has to be recognised of it in a message. */
export interface Row {
  readonly strike: (stage: Stage, operation: ColumnName, lasting: boolean) => void;
  readonly says: RegExp;
  /** The same where an operation meets something else of it. */
  readonly saysIn?: Partial<Record<ColumnName, RegExp>>;
  readonly limits?: Partial<Limits>;
  /** Until when the API asked to be left alone, given when it said so. */
  readonly patience?: (answeredAt: number, startedAt: number) => number;
  /** Other people's snapshots that the fault itself removes. */
  readonly removes?: (operation: ColumnName) => readonly string[];
}

type When = "before" | "after";
type ActionOf = (stage: Stage) => FaultAction;

/** A row whose fault is an answer, or none. */
function answer(action: FaultAction | ActionOf, says: RegExp, when?: When, more: Partial<Row> = {}): Row {
  return {
    says,
    strike: (stage, operation, lasting) => {
      const column: Column = COLUMNS[operation];
      stage.emulator.fault({
        ...(lasting ? column.lasting : column.once),
        times: lasting ? 0 : 1,
        ...(when === undefined ? {} : { when }),
        action: typeof action === "function" ? action(stage) : action,
      });
    },
    ...more,
  };
}

/** Two rows: the same fault before and after the API acted. */
function bothWays(name: string, action: FaultAction | ActionOf, says: RegExp, more?: Partial<Row>) {
  return {
    [`${name}, before`]: answer(action, says, "before", more),
    [`${name}, after`]: answer(action, says, "after", more),
  };
}

const unknownStatus = answer(
  {
    kind: "patch",
    set: { status: "hibernating", "results.*.status": "hibernating", "server.status": "hibernating" },
  },
  /"hibernating"/,
);

const RETRY_AFTER_S = 45;
/** Counted from the start of the test; the first look of a wait comes at 30 seconds. */
const RETRY_DATE_MS = 75_000;

const rateLimit = { kind: "status", status: 429 } as const;
const rateLimitWithDate: ActionOf = ({ clock }) => ({
  ...rateLimit,
  headers: { "retry-after": new Date(clock.now() + RETRY_DATE_MS).toUTCString() },
});

/** Error answers may echo what they were sent. */
const failing = (status: number): FaultAction => ({
  kind: "status",
  status,
  body: { detail: `upstream failed for Bearer ${CANARY}` },
});
const failingPage: FaultAction = {
  kind: "status",
  status: 502,
  headers: { "content-type": "text/html" },
  body: `<html><head><title>Bad gateway ${CANARY}</title></head></html>`,
};

const TIMED_OUT = /it took longer than 5 s/;

const away: Row = {
  says: /the connection was refused\. Check vpsorg:endpoint and the network/,
  strike: (stage, operation, lasting) => {
    const { after, ms }: Column["outage"] = COLUMNS[operation].outage;
    stage.outage(after, lasting ? undefined : ms);
  },
};

export const ROWS: Readonly<Record<string, Row>> = {
  ...bothWays("429", rateLimit, /answered 429/),
  ...bothWays("429 with seconds", { ...rateLimit, retryAfterSeconds: RETRY_AFTER_S }, /answered 429/, {
    patience: (answeredAt) => answeredAt + RETRY_AFTER_S * 1000,
  }),
  ...bothWays("429 with a date", rateLimitWithDate, /answered 429/, {
    patience: (_answeredAt, startedAt) => startedAt + RETRY_DATE_MS,
  }),
  ...bothWays("500", failing(500), /answered 500.*upstream failed for Bearer \[token\]/),
  ...bothWays("502", failingPage, /answered 502.*an HTML page, "Bad gateway \[token\]"/),
  ...bothWays("503", failing(503), /answered 503/),
  ...bothWays("504", failing(504), /answered 504/),
  refused: away,
  ...bothWays("reset", { kind: "reset" }, /the connection was reset/),
  ...bothWays("stalled headers", { kind: "stall" }, TIMED_OUT),
  "stalled body": answer({ kind: "stallBody" }, TIMED_OUT, "after"),
  "truncated JSON": answer({ kind: "truncate" }, /it is not complete JSON; the answer may have been cut off/),
  ...bothWays("HTML with 200", { kind: "html", status: 200 }, /an HTML page.*a proxy may have answered/),
  ...bothWays("empty body", { kind: "empty", status: 200 }, /it is empty/),
  "wrong types": answer(
    { kind: "patch", set: { id: { a: 1 }, "results.*.id": { a: 1 }, "snapshot.id": [] } },
    /cannot be used: (results\[0\]\.|snapshot\.)?id\b/,
  ),
  "missing fields": answer(
    { kind: "patch", drop: ["status", "results.*.status", "server.status"] },
    /cannot be used: (snapshot \d+: |server\.)?status\b/,
  ),
  "unknown status": {
    ...unknownStatus,
    strike: (stage, operation, lasting) => {
      // The status of the answer to a restore is that of the request, and another word there confirms nothing.
      const action = { kind: "patch", set: { "server.status": "hibernating" } } as const;
      if (lasting && /restore/i.test(operation))
        stage.emulator.fault({ match: { path: "/restore/$" }, times: 0, action });
      unknownStatus.strike(stage, operation, lasting);
    },
  },
  ...bothWays("oversized", { kind: "oversized", bytes: 1_200_000 }, /it is larger than the limit of 1 MiB/),
  ...bothWays(
    "redirect",
    ({ elsewhere }) => ({ kind: "redirect", location: `${elsewhere.endpoint}/snapshots/` }),
    /it redirects to http:.*redirects are not followed/,
  ),
  ...SITUATIONS,
};
