import type { Clock } from "../../api";
import { allowedMs } from "./duration";
import type { Timeouts } from "../snapshot/state";

const DEFAULT_MS = { create: 30 * 60_000, update: 30 * 60_000, delete: 10 * 60_000 } as const;

/** What has a time of its own. */
export type TimedKind = keyof typeof DEFAULT_MS;

export interface Deadline {
  readonly startedAt: number;
  readonly at: number;
  /** The whole time allowed, for messages. */
  readonly ms: number;
}

/** `customTimeouts` of the operation, else its default: 30m to create or to resume a wait, 10m to delete. */
export function startDeadline(clock: Clock, operation: TimedKind, timeouts: Timeouts | undefined): Deadline {
  const ms = allowedMs(timeouts?.[operation], DEFAULT_MS[operation]);
  const startedAt = clock.now();
  return { startedAt, at: startedAt + ms, ms };
}
