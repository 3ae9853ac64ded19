import type { RunLedger } from "./run-ledger";
import { dependenciesOf, inLayers, UNKNOWN, wire, withOutputs } from "./resources";
import type { Declared, Entry, Program, Properties } from "./resources";
import { Steps } from "./steps";
import type { EngineHost, Registration } from "./steps";

export interface RunError {
  readonly resource: string;
  readonly message: string;
}

type Step = () => Promise<void>;

/** What other resources may take from a registered one; in a preview only what is known by then. */
interface Known {
  readonly id: string;
  readonly outputs: Properties;
}

interface Plan {
  readonly steps: readonly Step[];
  readonly foreseen: Known;
}

/**
 * As much of Pulumi's engine as the life of dynamic resources needs: decisions one after the other, steps at the
 * same time, each recorded when it has ended; what takes from another resource is registered when that one is done;
 * a failure lets nothing new begin; deletes at the end, dependents first.
 */
export class EngineRun {
  readonly errors: RunError[] = [];
  private readonly steps: Steps;
  private turn: Promise<unknown> = Promise.resolve();
  /** Deleted in this run, because what they depend on is deleted before it is replaced. */
  private readonly recreating = new Set<string>();

  constructor(
    readonly state: Entry[],
    private readonly host: EngineHost,
    ledger: RunLedger,
  ) {
    this.steps = new Steps(state, host, ledger);
  }

  /** A method, because it changes while somebody waits. */
  private isStopped(): boolean {
    return this.errors.length > 0 || this.host.cancelled;
  }

  async up(program: Program, dryRun = false): Promise<void> {
    const registered = new Map<string, Promise<Known | undefined>>();
    for (const [name, declared] of program)
      registered.set(name, this.register(name, declared, registered, dryRun));
    await Promise.all(registered.values());
    if (this.isStopped() || dryRun) return;
    const leaving = this.state.filter((entry) => entry.delete || !program.has(entry.name));
    for (const entry of leaving) {
      const fresh = program.has(entry.name) ? this.current(entry.name) : undefined;
      if (fresh !== undefined) this.steps.noteReplacement(entry, fresh);
    }
    await this.removeAll(leaving);
  }

  async refresh(): Promise<void> {
    const present = this.state.filter((entry) => !entry.pendingReplacement);
    await Promise.all(present.map((entry) => this.chain(entry.name, [() => this.steps.read(entry)])));
  }

  destroy(): Promise<void> {
    return this.removeAll([...this.state]);
  }

  private async register(
    name: string,
    declared: Declared,
    others: ReadonlyMap<string, Promise<Known | undefined>>,
    dryRun: boolean,
  ): Promise<Known | undefined> {
    const args = await resolved(declared, others, dryRun);
    if (args === undefined) return undefined;
    const plan = await this.inTurn(() => this.attempt(name, () => this.plan(name, declared, args)));
    if (plan === undefined || this.isStopped()) return undefined;
    if (dryRun) return plan.foreseen;
    await this.chain(name, plan.steps);
    return this.isStopped() ? undefined : this.current(name);
  }

  /** The engine decides about one resource at a time. */
  private inTurn<T>(decide: () => Promise<T>): Promise<T | undefined> {
    const mine = this.turn.then(() => (this.isStopped() ? undefined : decide()));
    this.turn = mine;
    return mine;
  }

  private current(name: string): Entry | undefined {
    return this.state.find((entry) => entry.name === name && !entry.delete);
  }

  private async plan(name: string, declared: Declared, args: Properties): Promise<Plan> {
    const { handler, provider } = this.steps.typeOf(declared.type);
    const news = { ...args, __provider: provider };
    const old = this.current(name);
    const again = this.recreating.has(name);
    const inputs = await this.check(declared.type, again ? {} : (old?.inputs ?? {}), news);
    const what: Registration = { name, declared, inputs };
    const foreseen = (id: string): Known => ({ id, outputs: inputs });
    if (old === undefined || again)
      return { steps: [() => this.steps.create(what, old, false)], foreseen: foreseen(UNKNOWN) };
    const diff = await this.host.hear(handler.diff(old.id, old.outputs, inputs));
    if (diff.replaces.length > 0 || old.pendingReplacement) {
      const fresh = { ...what, inputs: await this.check(declared.type, {}, news) };
      return {
        steps: await this.replacement(fresh, old, diff.deleteBeforeReplace),
        foreseen: foreseen(UNKNOWN),
      };
    }
    if (diff.changes || old.initErrors.length > 0)
      return { steps: [() => this.steps.update(old, what)], foreseen: foreseen(old.id) };
    const dependencies = dependenciesOf(declared);
    return {
      steps: [() => Promise.resolve(void Object.assign(old, { inputs, dependencies }))],
      foreseen: old,
    };
  }

  private async replacement(what: Registration, old: Entry, deleteFirst: boolean): Promise<Step[]> {
    const create = (first: boolean) => (): Promise<void> => this.steps.create(what, old, first);
    if (old.pendingReplacement) return [create(false)];
    if (!deleteFirst) return [create(true)];
    const dependents = await this.dependents(old.name);
    for (const { name } of dependents) this.recreating.add(name);
    const ahead = [old, ...dependents].reverse();
    return [...ahead.map((entry) => () => this.steps.removeAhead(entry)), create(false)];
  }

  /** What would be replaced if an output of this one were another, compared with the inputs of the last run. */
  private async dependents(root: string): Promise<Entry[]> {
    const replaced = new Set([root]);
    const found: Entry[] = [];
    for (const entry of inLayers(this.state).reverse().flat()) {
      const taken = Object.keys(entry.inputs).filter((key) => replaced.has(entry.dependencies[key] ?? ""));
      if (taken.length === 0 || entry.delete || entry.pendingReplacement) continue;
      const inputs = { ...entry.inputs, ...Object.fromEntries(taken.map((key) => [key, UNKNOWN])) };
      const { handler } = this.steps.typeOf(entry.type);
      const diff = await this.host.hear(handler.diff(entry.id, entry.outputs, inputs));
      if (diff.replaces.length === 0) continue;
      replaced.add(entry.name);
      found.push(entry);
    }
    return found;
  }

  private async check(type: string, olds: Properties, news: Properties): Promise<Properties> {
    const { handler, provider } = this.steps.typeOf(type);
    const { inputs, failures } = await this.host.hear(handler.check(olds, news));
    const [failure] = failures;
    if (failure !== undefined) throw new Error(failures.map((f) => `${f.property}: ${f.reason}`).join("; "));
    return wire({ ...inputs, __provider: provider });
  }

  private async removeAll(entries: readonly Entry[]): Promise<void> {
    for (const layer of inLayers(entries)) {
      if (this.isStopped()) return;
      await Promise.all(layer.map((entry) => this.chain(entry.name, [() => this.steps.remove(entry)])));
    }
  }

  private async chain(resource: string, steps: readonly Step[]): Promise<void> {
    let begun = false;
    for (const step of steps) {
      if (this.host.cancelled || (begun && this.isStopped())) return;
      begun = true;
      if ((await this.attempt(resource, () => step().then(() => true))) !== true) return;
    }
  }

  private async attempt<T>(resource: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.errors.push({ resource, message: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }
}

/** The arguments with what they take from others; `undefined` where one of those was not made. */
async function resolved(
  declared: Declared,
  others: ReadonlyMap<string, Promise<Known | undefined>>,
  dryRun: boolean,
): Promise<Properties | undefined> {
  const made = new Map<string, Known>();
  for (const name of Object.values(dependenciesOf(declared))) {
    const other = await others.get(name);
    if (other === undefined) return undefined;
    made.set(name, other);
  }
  return withOutputs(declared.args, ({ of, property }) => {
    const other = made.get(of);
    const taken = property === "id" ? other?.id : other?.outputs[property];
    return taken ?? (dryRun ? UNKNOWN : undefined);
  }) as Properties;
}
