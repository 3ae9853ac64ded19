import { announceRestore } from "../../../provider/core/restore/announce";
import { checkIntent } from "../../../provider/core/restore/arguments";
import {
  createCompletion,
  diffCompletion,
  updateCompletion,
} from "../../../provider/core/restore/resources/completion";
import { InitError } from "../../../provider/core/init-error";
import { createRequest, diffRequest } from "../../../provider/core/restore/resources/request";
import { createSafety, diffSafety, updateSafety } from "../../../provider/core/restore/resources/safety";
import {
  readCompletionInputs,
  readCompletionOutputs,
  readRequestInputs,
  readRequestOutputs,
  readSafetyInputs,
  readSafetyOutputs,
} from "../../../provider/core/restore/state";
import type { CompletionOutputs, RequestOutputs, SafetyOutputs } from "../../../provider/core/restore/state";
import type { Reporter } from "../../../provider/core/messages/reporter";
import type { Session } from "../../../provider/core/session";
import type { Diff } from "../../../provider/core/diff";
import { omitUndefined } from "../../../provider/core/snapshot/state";
import { startOperation } from "../../../provider/core/operation";

/** What a program says of one `SnapshotRestore`. */
export interface RestoreProgram {
  readonly snapshotId: string;
  readonly serverId: string;
  readonly triggers?: readonly unknown[];
  readonly safetySnapshot?: boolean;
  readonly create?: string;
  /** The id comes from a `Snapshot` of the program. */
  readonly linked?: true | "rotation";
  readonly name?: string;
  /** Leave out what a check reads, where a fault counts requests. */
  readonly quiet?: boolean;
}

interface Entry<T> {
  readonly id: string;
  readonly outputs: T;
}
type Raw = Readonly<Record<string, unknown>>;

/** What one step is to the engine: how it compares, and what it does. */
interface Step<T> {
  readonly check: (olds: boolean) => Promise<void>;
  readonly diff: (olds: T, news: Raw) => Promise<Diff> | Diff;
  readonly create: (inputs: Raw) => Promise<Entry<T>>;
  readonly update: (id: string, olds: T, inputs: Raw) => Promise<T>;
}

const known = (): boolean => false;

/**
 * The state of one `SnapshotRestore`, and what an `up` makes of it: the steps in their order, each recorded as soon as
 * it has ended, as the engine does it. Whoever kills a run just does not wait for it.
 */
export class RestoreStack {
  safety: Entry<SafetyOutputs> | undefined;
  request: Entry<RequestOutputs> | undefined;
  completion: Entry<CompletionOutputs> | undefined;

  /** Runs the steps; resolves when all of them are recorded, and rejects with the error of the one that failed. */
  async up(session: Session, program: RestoreProgram, told: Reporter): Promise<void> {
    const { snapshotId, serverId, triggers, create, linked, safetySnapshot, name = "back", quiet } = program;
    const __timeouts = create === undefined ? undefined : { create };
    const intent = omitUndefined({ snapshotId, serverId, triggers, __linked: linked });
    const announced = { component: name, resource: name };
    const check = async (isOld: boolean): Promise<void> => {
      const { inputs, failures } = checkIntent(intent, { isUnknown: known });
      const [failure] = failures;
      if (failure !== undefined) throw new Error(failure.reason);
      if (!isOld && quiet !== true)
        await announceRestore(startOperation(session, told), inputs, announced, known);
    };
    const open = (): Promise<Session> => Promise.resolve(session);
    if (safetySnapshot === true) {
      this.safety = await this.carryOut<SafetyOutputs>(
        this.safety,
        intent,
        (entry) => (this.safety = entry),
        {
          check,
          diff: (olds, news) => diffSafety(open, readSafetyOutputs(olds), news, known),
          create: (inputs) => createSafety(startOperation(session, told), readSafetyInputs(inputs)),
          update: (id, olds, inputs) =>
            updateSafety(startOperation(session, told), id, olds, readSafetyInputs(inputs)),
        },
      );
    }
    const { safety } = this;
    const reference =
      safety === undefined || safetySnapshot !== true ? undefined : { id: safety.id, ...safety.outputs };
    const asked = omitUndefined({ ...intent, safety: reference });
    const earlier = this.request;
    this.request = await this.carryOut<RequestOutputs>(earlier, asked, (entry) => (this.request = entry), {
      check,
      diff: (olds, news) => {
        session.restores.remember([olds.serverId], olds);
        return diffRequest(open, readRequestOutputs(olds), news, known);
      },
      create: (inputs) => createRequest(startOperation(session, told), readRequestInputs(inputs)),
      update: (_id, olds) => Promise.resolve(olds),
    });
    const { id: requestId, outputs } = this.request;
    const { snapshotName, serverName, requestedAt, answer, safetySnapshotId } = outputs;
    const { __statusBefore, __endpoint } = outputs;
    const waiting = omitUndefined({
      ...{
        requestId,
        snapshotId: outputs.snapshotId,
        snapshotName,
        serverId,
        serverName,
        requestedAt,
        answer,
      },
      ...{ safetySnapshotId, __timeouts, __statusBefore, __endpoint },
    });
    this.completion = await this.carryOut<CompletionOutputs>(
      this.completion,
      waiting,
      (entry) => (this.completion = entry),
      {
        check: () => Promise.resolve(),
        diff: (olds, news) => diffCompletion(readCompletionOutputs(olds), news, told),
        create: (inputs) => createCompletion(startOperation(session, told), readCompletionInputs(inputs)),
        update: (_id, olds, inputs) =>
          updateCompletion(startOperation(session, told), olds, readCompletionInputs(inputs)),
      },
    );
  }

  private async carryOut<T>(
    old: Entry<T> | undefined,
    inputs: Raw,
    record: (entry: Entry<T>) => void,
    step: Step<T>,
  ): Promise<Entry<T>> {
    await step.check(old !== undefined);
    try {
      const entry = await this.act(old, inputs, step);
      record(wire(entry));
      return wire(entry);
    } catch (error) {
      if (error instanceof InitError) record(wire({ id: error.id, outputs: error.outputs as T }));
      throw error;
    }
  }

  private async act<T>(old: Entry<T> | undefined, inputs: Raw, step: Step<T>): Promise<Entry<T>> {
    if (old === undefined) return step.create(inputs);
    const diff = await step.diff(old.outputs, inputs);
    if (diff.replaces.length > 0) {
      await step.check(false);
      return step.create(inputs);
    }
    return diff.changes ? { id: old.id, outputs: await step.update(old.id, old.outputs, inputs) } : old;
  }
}

/** As the engine keeps it: nothing but JSON, and no key that is undefined. */
function wire<T>(entry: Entry<T>): Entry<T> {
  for (const [key, value] of Object.entries(entry.outputs as object)) {
    if (value === undefined)
      throw new Error(`the output ${key} is undefined: the engine would lose the resource`);
  }
  return JSON.parse(JSON.stringify(entry)) as Entry<T>;
}
