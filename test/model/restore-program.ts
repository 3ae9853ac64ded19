import type { Command } from "./commands";
import { Output } from "./resources";
import type { Declared, Properties } from "./resources";

/** What a user does to a restore in the program. */
export type RestoreEdit = Extract<Command, { readonly restore: string }>;

/** The arguments of a `SnapshotRestore` as a program gives them. */
export interface RestoreArgs {
  /** An id, or the output of a `Snapshot` of the program. */
  readonly snapshotId: string | Output;
  readonly serverId: string | Output;
  readonly triggers?: readonly unknown[];
  readonly safetySnapshot: boolean;
  /** `customTimeouts.create`. */
  readonly create?: string;
}

/** A snapshot that a program names, and its server. */
export type Target = Pick<RestoreArgs, "snapshotId" | "serverId">;

/** The arguments of a restore after an edit; `target` is what the edit is about, as far as there is such a thing. */
export function editedRestore(
  args: RestoreArgs | undefined,
  command: RestoreEdit,
  target: Target | undefined,
): RestoreArgs | undefined {
  switch (command.do) {
    case "declare restore":
      return target === undefined ? args : { ...target, safetySnapshot: command.safety, create: "20m" };
    case "remove restore":
      return undefined;
    case "change restore": {
      if (args === undefined) return undefined;
      const triggers = [`incident ${command.to}`, { again: command.to }];
      if (command.what === "triggers") return { ...args, triggers };
      if (command.what === "safetySnapshot") return { ...args, safetySnapshot: !args.safetySnapshot };
      if (command.what === "timeouts") return { ...args, create: `${5 * command.to + 1}m` };
      if (target === undefined) return args;
      return command.what === "both" ? { ...args, ...target, triggers } : { ...args, ...target };
    }
  }
}

export function linkOf({ snapshotId }: RestoreArgs): string | undefined {
  return snapshotId instanceof Output ? snapshotId.of : undefined;
}

export function isMissingItsSnapshot(args: RestoreArgs, program: ReadonlyMap<string, Properties>): boolean {
  const link = linkOf(args);
  return link !== undefined && !program.has(link);
}

/** What the component registers: its steps, each with what the class adds to it. */
export function stepsOf(name: string, args: RestoreArgs): [string, Declared][] {
  const { snapshotId, serverId, triggers, safetySnapshot, create } = args;
  const intent = {
    snapshotId,
    serverId,
    ...(triggers === undefined ? {} : { triggers }),
    __resource: name,
    __component: `urn:pulumi:dev::model::vpsorg:index:SnapshotRestore::${name}`,
    ...(linkOf(args) === undefined ? {} : { __linked: true }),
  };
  const [safety, request] = [`${name}-safety`, `${name}-request`];
  const from = (step: string, ...properties: string[]): Properties =>
    Object.fromEntries(properties.map((property) => [property, new Output(step, property)]));
  const reference = from(safety, "id", "name", "snapshotId", "triggers", "completedAt");
  const waiting = {
    requestId: new Output(request, "id"),
    ...from(request, "snapshotId", "snapshotName", "serverId", "serverName", "requestedAt", "answer"),
    ...from(request, "__endpoint"),
    ...(safetySnapshot ? { safetySnapshotId: new Output(safety, "id") } : {}),
    ...(create === undefined ? {} : { __timeouts: { create } }),
  };
  return [
    ...(safetySnapshot ? [[safety, { type: "SafetySnapshot", args: intent }] as [string, Declared]] : []),
    [
      request,
      { type: "RestoreRequest", args: { ...intent, ...(safetySnapshot ? { safety: reference } : {}) } },
    ],
    [`${name}-completion`, { type: "RestoreCompletion", args: waiting }],
  ];
}
