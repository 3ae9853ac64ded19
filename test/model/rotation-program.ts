import type { Ledger } from "./ledger";
import { limits, without } from "./program";
import { idsOf } from "./resources";
import type { Entry, Properties } from "./resources";
import type { RotationCommand } from "./rotation-commands";

/** The arguments of a rotation after an edit; `found` is the snapshot that it is to adopt. */
export function editedRotation(
  args: Properties | undefined,
  command: RotationCommand,
  serverId: (index: number) => string,
  found: string | undefined,
): Properties | undefined {
  switch (command.do) {
    case "declare rotation":
      return {
        serverId: serverId(command.server),
        keep: command.keep,
        triggers: release(command.release),
        ...limits(6),
      };
    case "remove rotation":
      return undefined;
    case "change rotation":
      if (args === undefined) return undefined;
      switch (command.what) {
        case "release":
          return { ...args, triggers: release(command.to) };
        case "keep":
          return { ...args, keep: command.to };
        case "adopt":
          return found === undefined ? without(args, "adopt") : { ...args, adopt: [found] };
        case "serverId":
          return { ...args, serverId: serverId(command.to % 3) };
        case "timeouts":
          return { ...args, ...limits(command.to) };
      }
  }
}

const release = (number: number): readonly unknown[] => [`v${number}`, { build: number }];

/** What an edit has a rotation adopt; `create` is called where everything on the server belongs to somebody. */
export function toAdopt(
  { ledger, state }: { readonly ledger: Ledger; readonly state: readonly Entry[] },
  args: Properties | undefined,
  command: RotationCommand,
  create: (serverId: string) => void,
): string | undefined {
  if (args === undefined || command.do !== "change rotation" || command.what !== "adopt") return undefined;
  if (command.to === 0) return undefined;
  const serverId = String(args["serverId"]);
  const held = command.to >= 3 ? [] : state.flatMap(idsOf);
  const free = (): string[] =>
    ledger
      .liveOn(serverId)
      .map(({ id }) => String(id))
      .filter((id) => !held.includes(id));
  if (free().length === 0) create(serverId);
  return free()[(command.to - 1) % Math.max(1, free().length)];
}
