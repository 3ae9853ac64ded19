import type { RunLedger } from "./run-ledger";
import { dependenciesOf, wire } from "./resources";
import type { Declared, Entry, Properties, ResourceType } from "./resources";

/** The provider host, as far as the engine sees it. */
export interface EngineHost {
  readonly types: Readonly<Record<string, ResourceType>>;
  /** A first ^C: what is under way goes on, nothing new begins. */
  readonly cancelled: boolean;
  /** What the engine hears of a call: nothing once it is killed, an error once the host is. */
  hear<T>(answer: Promise<T>): Promise<T>;
}

/** What a step is about, apart from the state that it changes. */
export interface Registration {
  readonly name: string;
  readonly declared: Declared;
  readonly inputs: Properties;
}

/** What the engine has the provider do, and what it records of it. */
export class Steps {
  constructor(
    readonly state: Entry[],
    private readonly host: EngineHost,
    private readonly ledger: RunLedger,
  ) {}

  typeOf(type: string): ResourceType {
    const found = this.host.types[type];
    if (found === undefined) throw new Error(`MODEL: there is no resource type ${type}`);
    return found;
  }

  /** `first`: the old half is deleted at the end of the run, not before. */
  async create(what: Registration, old: Entry | undefined, first: boolean): Promise<void> {
    const { name, declared, inputs } = what;
    const { handler, provider, restores } = this.typeOf(declared.type);
    const restore = restores === true ? this.ledger.beginRestore({ resource: name, inputs, old }) : undefined;
    const keep = (id: string, outputs: Properties, initErrors: readonly string[]): void => {
      restore?.recorded(id);
      if (old !== undefined && first) old.delete = true;
      if (old !== undefined && !first) this.drop(old);
      const dependencies = dependenciesOf(declared);
      this.state.push({
        ...{ name, type: declared.type, id, inputs, outputs, initErrors, dependencies },
        ...{ delete: false, pendingReplacement: false },
      });
    };
    const created = this.ledger.beginCreate(`${String(inputs["serverId"])}/${String(inputs["name"])}`, name);
    const done = (): void => {
      created();
      restore?.done();
    };
    const imports = inputs["__import"];
    try {
      const { id, outs } = await this.host.hear(handler.create(inputs).finally(done));
      if (imports === id) this.ledger.imports(id);
      keep(id, wire({ ...outs, __provider: provider }), []);
    } catch (error) {
      const partial = partialOf(error);
      if (partial !== undefined && imports === partial.id) this.ledger.imports(partial.id);
      if (partial !== undefined) keep(partial.id, partial.outputs, partial.reasons);
      throw error;
    }
  }

  async update(old: Entry, { declared, inputs }: Registration): Promise<void> {
    const { handler, provider } = this.typeOf(old.type);
    const dependencies = dependenciesOf(declared);
    try {
      const { outs } = await this.host.hear(handler.update(old.id, old.outputs, inputs));
      const outputs = wire({ ...outs, __provider: provider });
      Object.assign(old, { inputs, outputs, dependencies, initErrors: [] });
    } catch (error) {
      const partial = partialOf(error);
      if (partial !== undefined)
        Object.assign(old, {
          ...{ inputs, outputs: partial.outputs, dependencies },
          initErrors: partial.reasons,
        });
      throw error;
    }
  }

  async read(entry: Entry): Promise<void> {
    const { handler, provider, ownsSnapshot } = this.typeOf(entry.type);
    const { id, props } = await this.host.hear(handler.read(entry.id, entry.outputs));
    if (id === "") {
      if (ownsSnapshot)
        this.ledger.calledGone(entry.id, `refresh called ${entry.id} of "${entry.name}" gone`);
      this.drop(entry);
      return;
    }
    Object.assign(entry, { id, outputs: wire({ ...props, __provider: provider }), initErrors: [] });
  }

  noteReplacement(old: Entry, fresh: Entry): void {
    if (this.typeOf(old.type).ownsSnapshot) this.ledger.replaces(old.id, fresh);
  }

  async removeAhead(entry: Entry): Promise<void> {
    await this.delete(entry);
    entry.pendingReplacement = true;
  }

  async remove(entry: Entry): Promise<void> {
    if (!entry.pendingReplacement) await this.delete(entry);
    this.drop(entry);
  }

  private async delete(entry: Entry): Promise<void> {
    const { handler, ownsSnapshot, keepsSnapshot } = this.typeOf(entry.type);
    const done = ownsSnapshot ? this.ledger.beginDelete(entry.id) : () => undefined;
    await this.host.hear(handler.delete(entry.id, entry.outputs).finally(done));
    if (ownsSnapshot)
      this.ledger.calledGone(entry.id, `delete called ${entry.id} of "${entry.name}" deleted`);
    if (keepsSnapshot === true) this.ledger.kept(entry.id);
  }

  private drop(entry: Entry): void {
    const at = this.state.indexOf(entry);
    if (at >= 0) this.state.splice(at, 1);
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
