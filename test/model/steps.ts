import type { RunLedger } from "./run-ledger";
import { dependenciesOf, idsOf, wire } from "./resources";
import type { Declared, Entry, Properties, ResourceType } from "./resources";
import type { RingBooks, RingKind } from "./rotation-ledger";

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
  async create(registration: Registration, old: Entry | undefined, first: boolean): Promise<void> {
    const { name, declared, inputs } = registration;
    const { handler, provider, restores, ownsRing } = this.typeOf(declared.type);
    const ring = this.ring(ownsRing, "create", name, undefined, inputs);
    const restore = restores === true ? this.ledger.beginRestore({ resource: name, inputs, old }) : undefined;
    const keep = (id: string, outputs: Properties, initErrors: readonly string[]): void => {
      ring?.recorded(outputs, initErrors.length === 0);
      restore?.recorded(id);
      if (old !== undefined && first) old.delete = true;
      if (old !== undefined && !first) this.drop(old);
      const dependencies = dependenciesOf(declared);
      this.state.push({
        ...{ name, type: declared.type, id, inputs, outputs, initErrors, dependencies },
        ...{ delete: false, pendingReplacement: false },
      });
    };
    const what = `${String(inputs["serverId"])}/${String(inputs["name"])}`;
    const created = ownsRing === true ? undefined : this.ledger.beginCreate(what, name);
    const done = (): void => {
      created?.();
      restore?.done();
      ring?.done();
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
    const { handler, provider, ownsRing } = this.typeOf(old.type);
    const dependencies = dependenciesOf(declared);
    const ring = this.ring(ownsRing, "update", old.name, old, inputs);
    try {
      const done = (): void => ring?.done();
      const { outs } = await this.host.hear(handler.update(old.id, old.outputs, inputs).finally(done));
      const outputs = wire({ ...outs, __provider: provider });
      ring?.recorded(outputs, true);
      Object.assign(old, { inputs, outputs, dependencies, initErrors: [] });
    } catch (error) {
      const partial = partialOf(error);
      if (partial !== undefined) ring?.recorded(partial.outputs, false);
      if (partial !== undefined)
        Object.assign(old, {
          ...{ inputs, outputs: partial.outputs, dependencies },
          initErrors: partial.reasons,
        });
      throw error;
    }
  }

  async read(entry: Entry): Promise<void> {
    const { handler, provider, ownsSnapshot, ownsRing } = this.typeOf(entry.type);
    const ring = this.ring(ownsRing, "read", entry.name, entry, undefined);
    const done = (): void => ring?.done();
    const { id, props } = await this.host.hear(handler.read(entry.id, entry.outputs).finally(done));
    if (id === "") {
      if (ownsSnapshot)
        this.ledger.calledGone(entry.id, `refresh called ${entry.id} of "${entry.name}" gone`);
      this.drop(entry);
      return;
    }
    const outputs = wire({ ...props, __provider: provider });
    ring?.recorded(outputs, true);
    Object.assign(entry, { id, outputs, initErrors: [] });
  }

  noteReplacement(old: Entry, fresh: Entry): void {
    const { ownsSnapshot, ownsRing } = this.typeOf(old.type);
    if (!ownsSnapshot && ownsRing !== true) return;
    for (const id of idsOf(old)) this.ledger.replaces(id, fresh);
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
    const { handler, ownsSnapshot, ownsRing, keepsSnapshot } = this.typeOf(entry.type);
    const ring = this.ring(ownsRing, "delete", entry.name, entry, undefined);
    const deleted = ownsSnapshot ? this.ledger.beginDelete(entry.id) : undefined;
    const done = (): void => {
      deleted?.();
      ring?.done();
    };
    await this.host.hear(handler.delete(entry.id, entry.outputs).finally(done));
    if (ownsSnapshot)
      this.ledger.calledGone(entry.id, `delete called ${entry.id} of "${entry.name}" deleted`);
    if (keepsSnapshot === true) this.ledger.kept(entry.id);
    ring?.recorded(undefined, true);
  }

  /** Notes a step that works on the ring of a rotation. */
  private ring(
    ownsRing: boolean | undefined,
    kind: RingKind,
    resource: string,
    old: Entry | undefined,
    inputs: Properties | undefined,
  ): RingBooks | undefined {
    if (ownsRing !== true) return undefined;
    const others = (): string[] => this.state.filter((entry) => entry !== old).flatMap(idsOf);
    return this.ledger.rotations.begin({ kind, resource, outputs: old?.outputs, inputs, others });
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
