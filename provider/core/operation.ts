import type { Reporter } from "./messages/reporter";
import type { Session } from "./session";
import { startDeadline } from "./time/deadline";
import type { Deadline, TimedKind } from "./time/deadline";
import type { Timeouts } from "./snapshot/state";

/** What one operation of a resource, a function or the command gets: the account, and whom it tells what it does. */
export interface Operation extends Session {
  readonly reporter: Reporter;
}

/** One that has to end by a time. */
export interface TimedOperation extends Operation {
  readonly deadline: Deadline;
}

export function startOperation(session: Session, reporter: Reporter): Operation {
  return { ...session, reporter };
}

/** From now on its time runs: that of `customTimeouts`, else the default. */
export function limitTime(operation: Operation, kind: TimedKind, timeouts?: Timeouts): TimedOperation {
  return { ...operation, deadline: startDeadline(operation.clock, kind, timeouts) };
}
