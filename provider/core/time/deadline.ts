import type { Clock } from "../../api";
import { allowedMs } from "./duration";
import type { Timeouts } from "../snapshot/state";
import { OPERATION_TIMES } from "../../api/times";

/** What has a time of its own. */
export type TimedKind = keyof typeof OPERATION_TIMES;

export interface Deadline {
  readonly startedAt: number;
  readonly at: number;
  /** The whole time allowed, for messages. */
  readonly ms: number;
}

/** `customTimeouts` of the operation (of a restore: `create`), else its default. */
export function startDeadline(clock: Clock, operation: TimedKind, timeouts?: Timeouts): Deadline {
  const ms = allowedMs(
    timeouts?.[operation === "restore" ? "create" : operation],
    OPERATION_TIMES[operation],
  );
  const startedAt = clock.now();
  return { startedAt, at: startedAt + ms, ms };
}
