import type { Command, Resource } from "./commands";
import type { Declared, Program, Properties } from "./resources";
import { isMissingItsSnapshot, stepsOf } from "./restore-program";
import type { RestoreArgs } from "./restore-program";

/** What a user does to the program. */
export type Edit = Extract<Command, { readonly resource: Resource }>;

/** What an import is about. */
interface Found {
  readonly id: number | string;
  readonly server: { readonly id: number | string };
}

/** The arguments of a resource after an edit, as its class registers them; `undefined`: it is not declared. */
export function edited(
  args: Properties | undefined,
  command: Edit,
  serverId: (index: number) => string,
  found: Found | undefined,
): Properties | undefined {
  switch (command.do) {
    case "declare":
      return {
        serverId: serverId(command.server),
        ...(command.name === undefined ? {} : { name: command.name }),
        ...(command.wait ? {} : { waitForCompletion: false }),
        ...(command.limit === undefined ? {} : limits(command.limit)),
      };
    case "remove":
      return undefined;
    case "import":
      if (found === undefined) return args;
      return {
        serverId: String(found.server.id),
        __import: String(found.id),
        ...(command.wrong ? { name: "another-name" } : {}),
      };
    case "drop the import option":
      return args && without(args, "__import");
    case "change":
      return args && changed(args, command.what, command.to, serverId);
  }
}

/** What the classes of a program register. A restore of a snapshot that the program lost goes with it. */
export function registered(
  program: ReadonlyMap<string, Properties>,
  restores: ReadonlyMap<string, RestoreArgs>,
  rotations: ReadonlyMap<string, Properties>,
): Program {
  const ofType =
    (type: string) =>
    ([name, args]: readonly [string, Properties]): [string, Declared] => [
      name,
      { type, args: { ...args, __resource: name } },
    ];
  const snapshots = [...program].map(ofType("Snapshot"));
  const rings = [...rotations].map(ofType("SnapshotRotation"));
  const steps = [...restores]
    .filter(([, args]) => !isMissingItsSnapshot(args, program))
    .flatMap(([name, args]) => stepsOf(name, args));
  return new Map([...snapshots, ...rings, ...steps]);
}

const GIVEN_NAMES = ["nightly", "before-upgrade", "weekly"];

function changed(
  args: Properties,
  what: Extract<Edit, { readonly do: "change" }>["what"],
  to: number,
  serverId: (index: number) => string,
): Properties {
  switch (what) {
    case "triggers":
      return { ...args, triggers: [`v${to}`, { build: to }] };
    case "description":
      return to === 0 ? without(args, "description") : { ...args, description: `before step ${to}` };
    case "name":
      return to === 0 ? without(args, "name") : { ...args, name: GIVEN_NAMES[to - 1] };
    case "serverId":
      return { ...args, serverId: serverId(to % 3) };
    case "timeouts":
      return to === 0 ? without(args, "__timeouts") : { ...args, ...limits(to) };
    case "waitForCompletion":
      return to % 2 === 0 ? without(args, "waitForCompletion") : { ...args, waitForCompletion: false };
  }
}

/** `customTimeouts`, as the resource class hands them on. */
export function limits(minutes: number): Properties {
  const text = `${minutes}m`;
  return { __timeouts: { create: text, update: text, delete: text } };
}

export function without(args: Properties, key: string): Properties {
  const { [key]: _gone, ...rest } = args;
  return rest;
}
