import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";
import { warnIfUnresolvable } from "./host-module";
import { isOfType } from "./instance";
import { noteConfiguration } from "./notices";
import { Snapshot } from "./snapshot";
import { SnapshotRotation } from "./snapshot-rotation";
import {
  COMPLETION_PROVIDER,
  COMPLETION_TYPE,
  REQUEST_PROVIDER,
  REQUEST_TYPE,
  RESTORE_TYPE,
  SAFETY_PROVIDER,
  SAFETY_TYPE,
} from "../core/state-contract";
import type { Link } from "../core/restore/state";
import { restoreOptions } from "./restore-options";
import type { StepOptions } from "./restore-options";
import { comparable } from "./triggers";
import { futureUrn, hints } from "./urn";

/** The arguments of a {@link SnapshotRestore}. */
export interface SnapshotRestoreArgs {
  /** The snapshot to restore, a positive whole number or a UUID. A change restores again. */
  snapshotId: pulumi.Input<string | number>;
  /** The server whose data is overwritten: the snapshot has to be of this server. */
  serverId: pulumi.Input<string | number>;
  /**
   * Any values that JSON can hold, and dates. A change of one of them restores again.
   *
   * @default none
   */
  triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
  /**
   * Take a snapshot of the present state before each restore, and keep it: `before-restore-<id>-<time>`. It needs a
   * free slot among the server's five snapshots. Switched on later, it takes one at the next `pulumi up`.
   *
   * @default false
   */
  safetySnapshot?: boolean;
}

/**
 * Restores a snapshot, once when the resource is created and once each time `snapshotId` or `triggers` change; never
 * on refresh, import or an unchanged `up`.
 *
 * **All data on the server is overwritten. This cannot be undone, and the server is stopped meanwhile.** The preview
 * names the server and says what is lost.
 *
 * It is a component. Its children are the steps of a restore, each recorded as soon as it is done: the safety snapshot
 * (`<name>-safety`), the request (`<name>-request`), and the wait for its end (`<name>-completion`). A run that is killed
 * or times out in the wait is followed by one that waits on and does not restore again, on any machine. Deleting the
 * resource does nothing to the server.
 *
 * `customTimeouts.create` sets how long one run waits for the end (default 45m).
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { SnapshotRestore } from "pulumi-vpsorg";
 *
 * const incident = new pulumi.Config().get("incident"); // pulumi config set incident 2026-11-21
 *
 * if (incident) {
 *   new SnapshotRestore("back", { snapshotId: 801, serverId: 12345, triggers: [incident], safetySnapshot: true });
 * }
 * ```
 */
export class SnapshotRestore extends pulumi.ComponentResource {
  /** The id of the restored snapshot, as text. */
  readonly snapshotId: pulumi.Output<string>;
  /** Its name on the server. */
  readonly snapshotName: pulumi.Output<string>;
  /** The id of the server, as text. */
  readonly serverId: pulumi.Output<string>;
  /** The server's name at VPS.org. */
  readonly serverName: pulumi.Output<string>;
  /** ISO 8601, when the restore was requested. */
  readonly requestedAt: pulumi.Output<string>;
  /** VPS.org's word for the server's status at the end. */
  readonly serverStatus: pulumi.Output<string>;
  /**
   * ISO 8601, when the server was first seen working after the request, or stopped as it was before it; empty where
   * that was never seen.
   */
  readonly restoredAt: pulumi.Output<string>;
  /** The snapshot that holds the state before this restore, where `safetySnapshot` was given then. */
  readonly safetySnapshotId: pulumi.Output<string | undefined>;

  /**
   * Declares a restore.
   *
   * @param name The name of the resource in Pulumi.
   * @param args What to restore.
   * @param opts Resource options. `ignoreChanges` and `replaceOnChanges` go to the request and its safety snapshot,
   *   `customTimeouts.create` to the wait; `import`, `id` and `deleteBeforeReplace` have no meaning here and throw.
   */
  constructor(name: string, args: SnapshotRestoreArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { component, step, timeouts } = restoreOptions(name, opts);
    const triggers = comparable(`SnapshotRestore "${name}"`, args.triggers);
    super(RESTORE_TYPE, name, {}, component);
    noteConfiguration();
    warnIfUnresolvable();
    const { safetySnapshot = false, ...rest } = args;
    const options: StepOptions = { ...step, parent: this };
    const intent = {
      ...rest,
      triggers,
      __resource: name,
      __component: futureUrn(name, RESTORE_TYPE, opts.parent),
      __linked: linkOf(rest.snapshotId),
    };
    const safety = takesSafety(name, safetySnapshot)
      ? new SafetySnapshot(`${name}-safety`, intent, options)
      : undefined;
    const request = new RestoreRequest(
      `${name}-request`,
      { ...intent, safety: safety?.reference() },
      options,
    );
    const { ignoreChanges: _ignored, replaceOnChanges: _replaced, ...waiting } = options;
    const completion = new RestoreCompletion(`${name}-completion`, request, timeouts, waiting);
    this.snapshotId = request.snapshotId;
    this.snapshotName = request.snapshotName;
    this.serverId = request.serverId;
    this.serverName = request.serverName;
    this.requestedAt = request.requestedAt;
    // A run that leaves the completion out (--target, --exclude) has that of the request before.
    const ofThisRequest = (value: pulumi.Output<string>): pulumi.Output<string> =>
      pulumi
        .all([request.id, completion.requestId, value])
        .apply(([requested, completed, seen]) => (requested === completed ? seen : ""));
    this.serverStatus = ofThisRequest(completion.serverStatus);
    this.restoredAt = ofThisRequest(completion.restoredAt);
    this.safetySnapshotId = request.safetySnapshotId;
    this.registerOutputs({
      snapshotId: this.snapshotId,
      snapshotName: this.snapshotName,
      serverId: this.serverId,
      serverName: this.serverName,
      requestedAt: this.requestedAt,
      serverStatus: this.serverStatus,
      restoredAt: this.restoredAt,
      safetySnapshotId: this.safetySnapshotId,
    });
  }

  /** Whether a value is a SnapshotRestore, also one of another copy of this package. */
  static override isInstance(value: unknown): value is SnapshotRestore {
    return isOfType(value, RESTORE_TYPE);
  }
}

class SafetySnapshot extends pulumi.CustomResource {
  declare readonly snapshotId: pulumi.Output<string>;
  declare readonly triggers: pulumi.Output<unknown[] | undefined>;
  declare readonly name: pulumi.Output<string>;
  declare readonly completedAt: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs, opts: StepOptions) {
    const told = hints(name, SAFETY_TYPE, opts.parent);
    super(SAFETY_TYPE, name, { ...SAFETY_OUTPUTS, ...args, ...told, __provider: SAFETY_PROVIDER }, opts);
  }

  /** What the request has to know of it, to refuse one that was not taken for it. */
  reference(): pulumi.Inputs {
    const { id, name, snapshotId, triggers, completedAt } = this;
    return { id, name, snapshotId, triggers, completedAt };
  }
}

const SAFETY_OUTPUTS = {
  snapshotId: undefined,
  triggers: undefined,
  name: undefined,
  completedAt: undefined,
};

class RestoreRequest extends pulumi.CustomResource {
  declare readonly snapshotId: pulumi.Output<string>;
  declare readonly snapshotName: pulumi.Output<string>;
  declare readonly serverId: pulumi.Output<string>;
  declare readonly serverName: pulumi.Output<string>;
  declare readonly requestedAt: pulumi.Output<string>;
  declare readonly answer: pulumi.Output<string>;
  declare readonly safetySnapshotId: pulumi.Output<string | undefined>;
  declare readonly __statusBefore: pulumi.Output<string | undefined>;
  declare readonly __endpoint: pulumi.Output<string | undefined>;

  constructor(name: string, args: pulumi.Inputs, opts: StepOptions) {
    const told = hints(name, REQUEST_TYPE, opts.parent);
    super(REQUEST_TYPE, name, { ...REQUEST_OUTPUTS, ...args, ...told, __provider: REQUEST_PROVIDER }, opts);
  }
}

const REQUEST_OUTPUTS = {
  snapshotId: undefined,
  snapshotName: undefined,
  serverId: undefined,
  serverName: undefined,
  requestedAt: undefined,
  answer: undefined,
  safetySnapshotId: undefined,
  __statusBefore: undefined,
  __endpoint: undefined,
};

class RestoreCompletion extends pulumi.CustomResource {
  declare readonly requestId: pulumi.Output<string>;
  declare readonly serverStatus: pulumi.Output<string>;
  declare readonly restoredAt: pulumi.Output<string>;

  constructor(
    name: string,
    request: RestoreRequest,
    __timeouts: StepOptions["customTimeouts"],
    opts: StepOptions,
  ) {
    const { id: requestId, snapshotId, snapshotName, serverId, serverName } = request;
    const { requestedAt, answer, safetySnapshotId, __statusBefore, __endpoint } = request;
    const props = {
      ...{ serverStatus: undefined, restoredAt: undefined },
      ...{
        requestId,
        snapshotId,
        snapshotName,
        serverId,
        serverName,
        requestedAt,
        answer,
        safetySnapshotId,
        __statusBefore,
        __endpoint,
      },
      __timeouts,
      __urn: futureUrn(name, COMPLETION_TYPE, opts.parent),
      __provider: COMPLETION_PROVIDER,
    };
    super(COMPLETION_TYPE, name, props, opts);
  }
}

/** Whether an id comes from a `Snapshot` or a rotation of the program: then it changes without a change of the program. */
async function linkOf(snapshotId: unknown): Promise<Link | undefined> {
  const output = pulumi.output(snapshotId) as { readonly allResources?: () => Promise<Set<pulumi.Resource>> };
  const from = (await output.allResources?.()) ?? new Set();
  if ([...from].some((resource) => SnapshotRotation.isInstance(resource))) return "rotation";
  return [...from].some((resource) => Snapshot.isInstance(resource)) ? true : undefined;
}

/** Whether a child is made is decided while the program runs, so this cannot be an output. */
function takesSafety(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new VpsorgError(
    "INVALID_ARGUMENT",
    `SnapshotRestore "${name}": safetySnapshot must be true or false, and known when the program runs; it is of type ${typeof value}`,
  );
}
