import * as pulumi from "@pulumi/pulumi";
import { warnIfUnresolvable } from "./host-module";
import { isOfType } from "./instance";
import { noteConfiguration } from "./notices";
import { SNAPSHOT_PROVIDER, SNAPSHOT_TYPE } from "../core/state-contract";
import { comparable } from "./triggers";
import { hints } from "./urn";

/** The arguments of a {@link Snapshot}. All of them are fixed on the server when the snapshot is made. */
export interface SnapshotArgs {
  /** The id of the server, a positive whole number or a UUID. A change replaces the snapshot. */
  serverId: pulumi.Input<string | number>;
  /**
   * Letters, digits, hyphens and underscores. A change replaces the snapshot.
   *
   * @default `<resource name>-<7 random hex>`, stable over updates, fresh at each replacement
   */
  name?: pulumi.Input<string>;
  /**
   * Free text. A change replaces the snapshot.
   *
   * @default none
   */
  description?: pulumi.Input<string>;
  /**
   * Any values that JSON can hold, and dates. A change of one of them replaces the snapshot: `[release]` takes a fresh
   * one for each release.
   *
   * @default none
   */
  triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
  /**
   * Whether to wait until the snapshot is `completed` (3 to 10 minutes by VPS.org's documentation). A change
   * updates in place.
   *
   * @default true
   */
  waitForCompletion?: pulumi.Input<boolean>;
}

/**
 * A snapshot of a VPS.org server.
 *
 * `pulumi up` takes it and waits until it is completed; `pulumi destroy` deletes it. VPS.org keeps at most five
 * snapshots a server, and a snapshot of a running server may hold an inconsistent file system: stop the server
 * first where that matters.
 *
 * `customTimeouts` sets how long `create` (default 30m), `update` (the resumed wait, default 30m) and `delete`
 * (default 10m) may take.
 *
 * @example A fresh snapshot for each release
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { Snapshot } from "pulumi-vpsorg";
 *
 * const release = new pulumi.Config().require("release");
 *
 * const snapshot = new Snapshot("before-release", { serverId: 12345, triggers: [release] });
 *
 * export const snapshotId = snapshot.id;
 * ```
 *
 * @example One that exists
 * ```ts
 * import { Snapshot } from "pulumi-vpsorg";
 *
 * new Snapshot("golden", { serverId: 12345 }, { import: "801" });
 * ```
 */
export class Snapshot extends pulumi.CustomResource {
  /** The id of the server, as text. */
  declare readonly serverId: pulumi.Output<string>;
  /** The name on the server. */
  declare readonly name: pulumi.Output<string>;
  /** The description on the server. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** The argument, with dates as ISO 8601. */
  declare readonly triggers: pulumi.Output<unknown[] | undefined>;
  /** The argument, or its default. */
  declare readonly waitForCompletion: pulumi.Output<boolean>;
  /** The server's name at VPS.org. */
  declare readonly serverName: pulumi.Output<string>;
  /** VPS.org's word: `in_progress`, `completed`, or one that it does not document. */
  declare readonly status: pulumi.Output<string>;
  /** In megabytes; absent until the snapshot is completed. */
  declare readonly sizeMb: pulumi.Output<number | undefined>;
  /** ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;

  /**
   * Declares a snapshot.
   *
   * @param name The name of the resource in Pulumi.
   * @param args What to take a snapshot of.
   * @param opts Resource options. `import: "801"` adopts the existing snapshot 801: nothing is created, arguments
   *   that differ from it fail the preview, and those that are left out take its values.
   */
  constructor(name: string, args: SnapshotArgs, opts: pulumi.CustomResourceOptions = {}) {
    // The engine's own import does not reach dynamic resources, so the id goes to the provider as an input.
    const { import: existing, ...rest } = opts;
    super(SNAPSHOT_TYPE, name, properties(name, args, rest, existing), rest);
    noteConfiguration();
    warnIfUnresolvable();
  }

  /**
   * Reads a snapshot that this stack does not own. It is neither changed nor deleted, and a missing one is an
   * error.
   *
   * @param name The name of the resource in Pulumi.
   * @param id The id of the snapshot.
   * @param opts Resource options.
   * @example
   * ```ts
   * import { Snapshot } from "pulumi-vpsorg";
   *
   * export const golden = Snapshot.get("golden", "801").name;
   * ```
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Snapshot {
    return new Snapshot(name, {} as SnapshotArgs, { ...opts, id });
  }

  /** Whether a value is a Snapshot, also one of another copy of this package. */
  static override isInstance(value: unknown): value is Snapshot {
    return isOfType(value, SNAPSHOT_TYPE);
  }
}

const OUTPUTS = {
  serverId: undefined,
  name: undefined,
  description: undefined,
  triggers: undefined,
  waitForCompletion: undefined,
  serverName: undefined,
  status: undefined,
  sizeMb: undefined,
  createdAt: undefined,
};

/** All that is registered: the outputs, the arguments, and what a dynamic provider is not told otherwise. */
function properties(
  name: string,
  args: SnapshotArgs | undefined,
  opts: pulumi.CustomResourceOptions,
  existing: pulumi.ID | undefined,
): pulumi.Inputs {
  const triggers = comparable(`Snapshot "${name}"`, args?.triggers);
  const provided = { ...OUTPUTS, ...args, triggers, __provider: SNAPSHOT_PROVIDER };
  if (opts.id !== undefined) return provided;
  const __keeps = keepsOld(opts);
  const more = {
    __resource: name,
    __timeouts: opts.customTimeouts,
    __import: existing,
    __keeps,
    __replacesFirst: opts.deleteBeforeReplace === true ? true : undefined,
  };
  return { ...provided, ...hints(name, SNAPSHOT_TYPE, opts.parent, more) };
}

/** The option by which the engine leaves the old snapshot where it is, although the provider wants it deleted first. */
function keepsOld({ retainOnDelete, deleteBeforeReplace }: pulumi.CustomResourceOptions): string | undefined {
  if (retainOnDelete === true) return "retainOnDelete";
  return deleteBeforeReplace === false ? "deleteBeforeReplace: false" : undefined;
}
