import type { StepEvent } from "../display/events";
import { InitError } from "../rpc/provider-error";
import type { ResourceState } from "../state/resource-state";
import { Stopped, type Run } from "./run";
import { providerType, typeOf } from "./urn";
import { secret } from "./values";

export interface Step extends StepEvent {
  /** Providers and what is merely forgotten are neither shown nor counted. */
  hidden?: boolean;
  /** Does the work. It may change `op` to what it turned out to be. */
  apply(): Promise<void>;
}

export const isHidden = (step: Step) =>
  step.hidden === true || typeOf(step.urn) === providerType || step.op === "remove-pending-replace";

/** Runs the steps of one resource one after the other; a failure ends the run. */
export async function runChain(run: Run, steps: Step[]): Promise<void> {
  for (const step of steps) await runStep(run, step);
}

async function runStep(run: Run, step: Step): Promise<void> {
  run.mustGoOn();
  const shown = !isHidden(step);
  if (shown) run.display.started(step);
  try {
    await step.apply();
  } catch (error) {
    if (error instanceof Stopped || run.terminated) throw new Stopped();
    report(run, step, error);
    throw new Stopped();
  }
  markAdditionalSecrets(step.new);
  if (!shown) return;
  run.tally.add(step.op);
  run.display.done(step);
}

/** A failed decision ends the run with one message at the resource. */
export async function reported<T>(run: Run, urn: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof Stopped) throw error;
    run.error(urn, error instanceof Error ? error.message : String(error));
    run.end("refused");
    throw new Stopped();
  }
}

function report(run: Run, step: Step, error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  run.error(step.urn, `${run.dryRun ? "Preview failed: " : ""}${words}`);
  run.display.failed(step);
  run.end("failed");
}

function markAdditionalSecrets(state: ResourceState | undefined): void {
  for (const key of state?.additionalSecretOutputs ?? []) {
    const value = state?.outputs[key];
    if (state && value !== undefined) state.outputs[key] = secret(value);
  }
}

/**
 * Does what is recorded as pending while it lasts. A half-made resource is kept with its reasons, and the error
 * goes on: the run fails, the next one carries on from there.
 */
export async function recorded(
  run: Run,
  type: "creating" | "updating" | "deleting" | "reading" | "importing",
  resource: ResourceState,
  work: () => Promise<void>,
  keep: () => void = () => undefined,
): Promise<void> {
  const operation = run.journal.begin(type, resource);
  try {
    await work();
    keep();
  } catch (error) {
    if (error instanceof InitError) {
      Object.assign(resource, { outputs: error.properties, initErrors: error.reasons });
      if (error.id !== "") resource.id = error.id;
      markAdditionalSecrets(resource);
      keep();
    }
    throw error;
  } finally {
    markAdditionalSecrets(resource);
    run.journal.end(operation);
  }
}
