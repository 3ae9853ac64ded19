import type { Host } from "./host";
import type { Ledger } from "./ledger";

export type Properties = Readonly<Record<string, unknown>>;

/** One resource as the state file holds it. */
export interface Entry {
  readonly name: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
  initErrors: readonly string[];
  /** Replaced, and to be deleted at the end of a run. */
  delete: boolean;
  /** Deleted ahead of a replacement that is not made yet. */
  pendingReplacement: boolean;
}

export interface RunError {
  readonly resource: string;
  readonly message: string;
}

/** What the program registers, by resource name. */
export type Program = ReadonlyMap<string, Properties>;

type Step = () => Promise<void>;

const PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host")';

/**
 * As much of Pulumi's engine as the life of dynamic resources needs: decisions one after the other, steps at the
 * same time, each recorded when it has ended; a failure lets nothing new begin; deletes at the end.
 */
export class EngineRun {
  readonly errors: RunError[] = [];

  constructor(
    readonly state: Entry[],
    private readonly host: Host,
    private readonly ledger: Ledger,
  ) {}

  /** A method, because it changes while somebody waits. */
  private isStopped(): boolean {
    return this.errors.length > 0 || this.host.cancelled;
  }

  async up(program: Program, dryRun = false): Promise<void> {
    const working: Promise<void>[] = [];
    for (const [name, args] of program) {
      if (this.isStopped()) break;
      const steps = await this.attempt(name, () => this.plan(name, args));
      if (!dryRun && !this.isStopped()) working.push(this.chain(name, steps ?? []));
    }
    await Promise.all(working);
    if (this.isStopped() || dryRun) return;
    const leaving = this.state.filter((entry) => entry.delete || !program.has(entry.name));
    await this.removeAll(leaving);
  }

  async refresh(): Promise<void> {
    const present = this.state.filter((entry) => !entry.pendingReplacement);
    await Promise.all(present.map((entry) => this.chain(entry.name, [() => this.readOne(entry)])));
  }

  destroy(): Promise<void> {
    return this.removeAll([...this.state]);
  }

  private async plan(name: string, args: Properties): Promise<Step[]> {
    const { handler } = this.host;
    const news = { ...args, __resource: name, __provider: PROVIDER };
    const old = this.state.find((entry) => entry.name === name && !entry.delete);
    const inputs = await this.check(old?.inputs ?? {}, news);
    if (old === undefined) return [() => this.create(name, inputs, undefined, false)];
    const diff = await handler.diff(old.id, old.outputs, inputs);
    if (diff.replaces.length > 0 || old.pendingReplacement) {
      const fresh = await this.check({}, news);
      const first = !diff.deleteBeforeReplace && !old.pendingReplacement;
      if (first || old.pendingReplacement) return [() => this.create(name, fresh, old, first)];
      return [() => this.removeAhead(old), () => this.create(name, fresh, old, false)];
    }
    if (diff.changes || old.initErrors.length > 0) return [() => this.update(old, inputs)];
    return [() => Promise.resolve(void (old.inputs = inputs))];
  }

  private async check(olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures } = await this.host.handler.check(olds, news);
    const [failure] = failures;
    if (failure !== undefined) throw new Error(failures.map((f) => `${f.property}: ${f.reason}`).join("; "));
    return wire({ ...inputs, __provider: PROVIDER });
  }

  private async create(
    name: string,
    inputs: Properties,
    old: Entry | undefined,
    first: boolean,
  ): Promise<void> {
    const creating = `${String(inputs["serverId"])}/${String(inputs["name"])}`;
    const keep = (id: string, outputs: Properties, initErrors: readonly string[]): void => {
      if (old !== undefined && first) old.delete = true;
      if (old !== undefined && !first) this.drop(old);
      this.state.push({ name, id, inputs, outputs, initErrors, delete: false, pendingReplacement: false });
    };
    const done = this.ledger.begin(creating, name);
    const imports = inputs["__import"];
    try {
      const { id, outs } = await this.host.handler.create(inputs);
      if (typeof imports === "string" && this.ledger.foreign.has(id)) this.ledger.imported.add(id);
      keep(id, wire({ ...outs, __provider: PROVIDER }), []);
    } catch (error) {
      const partial = partialOf(error);
      if (partial !== undefined && imports === partial.id) this.ledger.imported.add(partial.id);
      if (partial !== undefined) keep(partial.id, partial.outputs, partial.reasons);
      throw error;
    } finally {
      done();
    }
  }

  private async update(old: Entry, inputs: Properties): Promise<void> {
    try {
      const { outs } = await this.host.handler.update(old.id, old.outputs, inputs);
      Object.assign(old, { inputs, outputs: wire({ ...outs, __provider: PROVIDER }), initErrors: [] });
    } catch (error) {
      const partial = partialOf(error);
      if (partial !== undefined)
        Object.assign(old, { inputs, outputs: partial.outputs, initErrors: partial.reasons });
      throw error;
    }
  }

  private async readOne(entry: Entry): Promise<void> {
    const { id, props } = await this.host.handler.read(entry.id, entry.outputs);
    if (id === "") {
      this.ledger.calledGone(entry.id, `refresh called ${entry.id} of "${entry.name}" gone`);
      this.drop(entry);
      return;
    }
    Object.assign(entry, { id, outputs: wire({ ...props, __provider: PROVIDER }), initErrors: [] });
  }

  private async removeAll(entries: readonly Entry[]): Promise<void> {
    await Promise.all(
      [...entries].reverse().map((entry) => {
        const remove = async (): Promise<void> => {
          if (!entry.pendingReplacement) await this.remove(entry);
          this.drop(entry);
        };
        return this.chain(entry.name, [remove]);
      }),
    );
  }

  private async removeAhead(entry: Entry): Promise<void> {
    await this.remove(entry);
    entry.pendingReplacement = true;
  }

  private async remove(entry: Entry): Promise<void> {
    const done = this.ledger.beginDelete(entry.id);
    await this.host.handler.delete(entry.id, entry.outputs).finally(done);
    this.ledger.calledGone(entry.id, `delete called ${entry.id} of "${entry.name}" deleted`);
  }

  private drop(entry: Entry): void {
    const at = this.state.indexOf(entry);
    if (at >= 0) this.state.splice(at, 1);
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

interface Partial {
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons: readonly string[];
}

/** By what an error carries, as the host does it. */
function partialOf(error: unknown): Partial | undefined {
  if (!(error instanceof Error) || !("id" in error) || !("properties" in error)) return undefined;
  const { id, properties, reasons } = error as { id: unknown; properties: Properties; reasons?: string[] };
  if (typeof id !== "string" || id === "") return undefined;
  return { id, outputs: wire(properties), reasons: reasons ?? [] };
}

/** Properties as they cross to the engine: a key that is `undefined` would lose the resource there. */
function wire(properties: Properties): Properties {
  const lost = Object.entries(properties).find(([, value]) => value === undefined);
  if (lost !== undefined) throw new Error(`MODEL: the property ${lost[0]} is undefined`);
  return JSON.parse(JSON.stringify(properties)) as Properties;
}
