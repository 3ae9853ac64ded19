import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";
import { warnIfUnresolvable } from "./host-module";
import { isOfType } from "./instance";
import { noteConfiguration } from "./notices";
import { ROTATION_PROVIDER, ROTATION_TYPE } from "../core/state-contract";
import { comparable } from "./triggers";
import { hints } from "./urn";

/** The arguments of a {@link SnapshotRotation}. */
export interface SnapshotRotationArgs {
  /** The id of the server, a positive whole number or a UUID. A change replaces the rotation: all its snapshots go. */
  serverId: pulumi.Input<string | number>;
  /** How many snapshots to keep at most, 1 to 5. Fewer than before: the oldest go at once. An update in place. */
  keep: pulumi.Input<number>;
  /**
   * Any values that JSON can hold, and dates. Each change adds a snapshot and then drops the oldest one that is more than
   * `keep`: `[release]` takes one for each release. Going back to an earlier value is a change as well.
   *
   * @default none: one snapshot is taken, and no other
   */
  triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
  /**
   * How the names begin: `<prefix>-<ring>-<number>`. Letters, digits, hyphens and underscores. A change counts for what is
   * added from then on.
   *
   * @default the name of the resource
   */
  namePrefix?: pulumi.Input<string>;
  /**
   * Free text for each snapshot. A change counts for what is added from then on.
   *
   * @default none
   */
  description?: pulumi.Input<string>;
  /**
   * Ids of snapshots of this server that exist: they belong to the ring from then on, and go when they are its oldest.
   *
   * @default none
   */
  adopt?: pulumi.Input<pulumi.Input<string | number>[]>;
}

/** One snapshot of a {@link SnapshotRotation}. */
export interface RotationSnapshot {
  /** The id of the snapshot, as text. */
  readonly id: string;
  /** The name on the server. */
  readonly name: string;
  /** VPS.org's word: `completed`, or how far an addition that was interrupted has come. */
  readonly status: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** In megabytes; absent until the snapshot is completed. */
  readonly sizeMb?: number;
}

/**
 * Keeps the last few snapshots of a server: each change of `triggers` adds one and, once that is completed, drops the
 * oldest one that is more than `keep`. Where the server holds its five snapshots, the rotation's oldest one goes before.
 *
 * It touches no snapshot that it did not make or was told to `adopt`. An addition that fails, or of which nobody knows
 * whether it was made, drops nothing; the next `pulumi up` goes on with it. The preview of an addition names what will go.
 *
 * `pulumi destroy` deletes its snapshots; the option `retainOnDelete` keeps them, and `protect` also refuses to drop one.
 * `customTimeouts` sets how long `create` and `update` (default 30m) wait for an addition, and `delete` (default 10m) for
 * the deletes.
 *
 * @example The last three releases
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { SnapshotRotation } from "pulumi-vpsorg";
 *
 * const release = new pulumi.Config().require("release");
 *
 * const rotation = new SnapshotRotation("release", { serverId: 12345, keep: 3, triggers: [release] });
 *
 * export const latest = rotation.latestId;
 * ```
 */
export class SnapshotRotation extends pulumi.CustomResource {
  /** The id of the server, as text. */
  declare readonly serverId: pulumi.Output<string>;
  /** The server's name at VPS.org. */
  declare readonly serverName: pulumi.Output<string>;
  /** The argument. */
  declare readonly keep: pulumi.Output<number>;
  /** The triggers of the last addition that was completed, with dates as ISO 8601. */
  declare readonly triggers: pulumi.Output<unknown[] | undefined>;
  /** The argument, or its default. */
  declare readonly namePrefix: pulumi.Output<string>;
  /** The argument. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** The argument, as text. */
  declare readonly adopt: pulumi.Output<string[] | undefined>;
  /** The snapshots of the rotation, newest first. */
  declare readonly snapshots: pulumi.Output<RotationSnapshot[]>;
  /** The id of the newest completed one. Absent where all were deleted by hand: a restore of it then fails its preview. */
  declare readonly latestId: pulumi.Output<string>;

  /**
   * Declares a rotation.
   *
   * @param name The name of the resource in Pulumi.
   * @param args What to keep of which server.
   * @param opts Resource options. `import` and `id` throw: use `adopt`.
   */
  constructor(name: string, args: SnapshotRotationArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseMeaningless(name, opts);
    super(ROTATION_TYPE, name, properties(name, args, opts), opts);
    noteConfiguration();
    warnIfUnresolvable();
  }

  /** Whether a value is a SnapshotRotation, also one of another copy of this package. */
  static override isInstance(value: unknown): value is SnapshotRotation {
    return isOfType(value, ROTATION_TYPE);
  }
}

const OUTPUTS = {
  serverId: undefined,
  serverName: undefined,
  keep: undefined,
  triggers: undefined,
  namePrefix: undefined,
  description: undefined,
  adopt: undefined,
  snapshots: undefined,
  latestId: undefined,
};

function refuseMeaningless(name: string, opts: pulumi.CustomResourceOptions): void {
  const given = (["import", "id"] as const).find((key) => opts[key] !== undefined);
  if (given === undefined) return;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `SnapshotRotation "${name}": the resource option ${given} has no meaning here, because a rotation is several snapshots; ` +
      "remove it, and name those that exist in the argument adopt",
  );
}

/** All that is registered: the outputs, the arguments, and what a dynamic provider is not told otherwise. */
function properties(
  name: string,
  args: SnapshotRotationArgs | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Inputs {
  const triggers = comparable(`SnapshotRotation "${name}"`, args?.triggers);
  const more = {
    __resource: name,
    __timeouts: opts.customTimeouts,
    __protects: isProtected(opts) ? true : undefined,
    __keeps: opts.retainOnDelete === true ? "retainOnDelete" : undefined,
    __replacesFirst: opts.deleteBeforeReplace === true ? true : undefined,
  };
  return {
    ...OUTPUTS,
    ...args,
    triggers,
    ...hints(name, ROTATION_TYPE, opts.parent, more),
    __provider: ROTATION_PROVIDER,
  };
}

/** The option, or that of the parent: children inherit it. */
function isProtected({ protect, parent }: pulumi.CustomResourceOptions): boolean {
  return protect ?? (parent as { readonly __protect?: boolean } | undefined)?.__protect === true;
}
