import { isDeepStrictEqual } from "node:util";
import { ROTATION_PROVIDER, ROTATION_TYPE } from "../../../provider/core/state-contract";
import type { Properties } from "../../../provider/host/boundary";
import type { Provider } from "../../../provider/host/provider";

/** What state holds of a rotation. */
export interface Entry {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Snapshots {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

/**
 * One rotation of a stack, with what the engine does to it: it checks with the recorded inputs, compares with the
 * recorded outputs, and records what a handler gives, or what an error carries.
 */
export class RotationStack {
  entry: Entry | undefined;

  constructor(private readonly name = "release") {}

  /** `pulumi preview`. */
  async preview(run: Provider, args: Properties): Promise<{ changes: boolean; replaces: readonly string[] }> {
    const inputs = await this.check(run, this.entry, args);
    if (this.entry === undefined) return { changes: true, replaces: [] };
    return run.snapshotRotation.diff(this.entry.id, this.entry.outputs, inputs);
  }

  /** `pulumi up`, with the preview's calls left out. Gives whether anything was done. */
  async up(run: Provider, args: Properties): Promise<boolean> {
    const host = run.snapshotRotation;
    const inputs = await this.check(run, this.entry, args);
    const { entry } = this;
    if (entry === undefined) return this.create(run, inputs);
    const { changes, replaces } = await host.diff(entry.id, entry.outputs, inputs);
    if (!changes) {
      this.entry = { ...entry, inputs };
      return false;
    }
    if (replaces.length > 0) {
      await this.create(run, await this.check(run, undefined, args));
      await host.delete(entry.id, entry.outputs);
      return true;
    }
    return this.recording(inputs, async () => {
      const { outs } = await host.update(entry.id, entry.outputs, inputs);
      return { id: entry.id, outs };
    });
  }

  /** An update that no comparison has come before. */
  async update(run: Provider, args: Properties): Promise<void> {
    const { id, inputs, outputs } = this.recorded();
    await run.snapshotRotation.update(id, outputs, { ...inputs, ...args });
  }

  /** `pulumi refresh`. */
  async refresh(run: Provider): Promise<void> {
    const { id, outputs } = this.recorded();
    const { id: found, props } = await run.snapshotRotation.read(id, outputs);
    if (found === "") this.entry = undefined;
    else
      this.entry = {
        ...this.recorded(),
        outputs: { ...(props as Properties), __provider: ROTATION_PROVIDER },
      };
  }

  /** `pulumi destroy`. */
  async destroy(run: Provider): Promise<void> {
    const { id, outputs } = this.recorded();
    await run.snapshotRotation.delete(id, outputs);
    this.entry = undefined;
  }

  /** The ring as state holds it, newest first. */
  get snapshots(): readonly Snapshots[] {
    return this.recorded().outputs["snapshots"] as readonly Snapshots[];
  }

  get ids(): readonly string[] {
    return this.snapshots.map(({ id }) => id);
  }

  recorded(): Entry {
    if (this.entry === undefined) throw new Error("state holds no rotation");
    return this.entry;
  }

  private create(run: Provider, inputs: Properties): Promise<boolean> {
    return this.recording(inputs, () => run.snapshotRotation.create(inputs));
  }

  private async check(run: Provider, olds: Entry | undefined, args: Properties): Promise<Properties> {
    const __urn = `urn:pulumi:dev::shop::${ROTATION_TYPE}::${this.name}`;
    const news = {
      serverId: 12345,
      keep: 3,
      ...args,
      __provider: ROTATION_PROVIDER,
      __resource: this.name,
      __urn,
    };
    const { inputs, failures } = await run.snapshotRotation.check(olds?.inputs ?? {}, news);
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return { ...inputs, __provider: ROTATION_PROVIDER };
  }

  private async recording(
    inputs: Properties,
    work: () => Promise<{ id: string; outs: object }>,
  ): Promise<boolean> {
    try {
      const { id, outs } = await work();
      // Pulumi's host cannot serialize an output that is undefined: the resource would be lost.
      if (!isDeepStrictEqual(outs, JSON.parse(JSON.stringify(outs))))
        throw new Error("an output is undefined");
      this.entry = { id, inputs, outputs: { ...outs, __provider: ROTATION_PROVIDER } };
      return true;
    } catch (error) {
      const { id, properties } = error as { readonly id?: string; readonly properties?: Properties };
      if (id !== undefined && properties !== undefined) this.entry = { id, inputs, outputs: properties };
      throw error;
    }
  }
}
