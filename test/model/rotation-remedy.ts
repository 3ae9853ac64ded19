import { idsOf } from "./resources";
import type { Properties } from "./resources";
import type { RunError } from "./engine";
import type { World } from "./world";

/** The refusals of a rotation, by the words that people know them by. */
const SAYS = {
  tooMany: /this program asks for (\d+) snapshots of server (\S+) /,
  /** About a snapshot that is to be adopted. */
  adopted: /snapshot (\S+) (?:to adopt|.*cannot be adopted|cannot belong to two resources)/,
  otherServer: /cannot be adopted by a rotation of server (\S+)/,
  failed: /cannot be adopted: it ended as/,
  held: /(?:a resource of this stack holds|the resource "[^"]*" is to import) it already/,
  full: /holds \d of 5 snapshots/,
  taken: /^snapshot (\S+) .* exists already/,
};

/**
 * What an `up` refuses of a rotation, or for its sake: the user does what the message says. Whether it was a word about
 * a rotation.
 */
export function remedyRotation(
  world: World,
  { resource, message }: RunError,
  before: Set<string>,
  /** The program of that run: what was said before may have changed it since. */
  asked: Program,
): boolean {
  const { rotations, ledger } = world;
  const [, sum, serverId = ""] = SAYS.tooMany.exec(message) ?? [];
  if (sum !== undefined) {
    if (demands(asked, serverId) <= 5) world.fail(`the program does not ask for ${sum} of ${serverId}`);
    if (demands(world, serverId) <= 5) return true;
    const [name] = [...rotations].find(([, args]) => args["serverId"] === serverId) ?? [];
    if (name === undefined) world.fail("there is no rotation that asks for so many");
    else rotations.delete(name);
    return true;
  }
  const adopting = adopterOf(world, resource, message);
  if (adopting !== undefined) {
    const { adopt: _gone, ...rest } = rotations.get(adopting) ?? {};
    rotations.set(adopting, rest);
    return true;
  }
  const args = rotations.get(resource);
  if (args === undefined) return false;
  const [, taken] = SAYS.taken.exec(message) ?? [];
  if (taken !== undefined) {
    // The next run has passed over its number, or has taken it in.
    if (before.has(message) || !ledger.isLive(taken)) world.fail(`the name of "${resource}" is not taken`);
    before.add(message);
    return true;
  }
  if (!SAYS.full.test(message)) return false;
  // A slot may have come free in the same run.
  const held = ledger.liveOn(String(args["serverId"]));
  if (before.has(resource) && held.length < 5) world.fail(`the quota error of "${resource}" is wrong`);
  // What it has left behind elsewhere goes with the first `up` that has no error.
  const mine = world.state.filter((entry) => entry.name === resource && !entry.delete).flatMap(idsOf);
  if (before.has(resource) && held.some(({ id }) => mine.includes(String(id))))
    world.fail(`"${resource}" has snapshots of its own on the server that it calls full`);
  if (before.has(resource)) rotations.delete(resource);
  before.add(resource);
  return true;
}

/** The rotation that is told not to adopt a snapshot; `undefined`: it is about something else. */
function adopterOf(world: World, resource: string, message: string): string | undefined {
  const { ledger, rotations } = world;
  const [, id = ""] = SAYS.adopted.exec(message) ?? [];
  const adopts = ([, { adopt }]: readonly [string, Properties]): boolean =>
    Array.isArray(adopt) && adopt.includes(id);
  const [name] =
    [...rotations].find((each) => each[0] === resource && adopts(each)) ?? [...rotations].find(adopts) ?? [];
  if (name === undefined) return undefined;
  const there = ledger.live().find((snapshot) => String(snapshot.id) === id);
  const [, serverId = String(there?.server.id)] = SAYS.otherServer.exec(message) ?? [];
  // The same run may have deleted it after that.
  const isRight =
    there === undefined ||
    (SAYS.otherServer.test(message) && String(there.server.id) !== serverId) ||
    (SAYS.failed.test(message) && there.status !== "completed") ||
    (SAYS.held.test(message) && isHeld(world, id, name));
  if (!isRight) world.fail(`what is said of ${id}, which "${name}" adopts, is not true: ${message}`);
  return name;
}

function isHeld({ program, rotations, state }: World, id: string, adopting: string): boolean {
  const takes = ({ __import: imported, adopt }: Properties): boolean =>
    imported === id || (Array.isArray(adopt) && adopt.includes(id));
  const others = [...program, ...rotations].filter(([name]) => name !== adopting);
  return others.some(([, args]) => takes(args)) || state.some((entry) => idsOf(entry).includes(id));
}

/** What a program declares that takes slots. */
export type Program = Readonly<Pick<World, "program" | "rotations">>;

/** How many snapshots of a server a program asks for. */
function demands({ program, rotations }: Program, serverId: string): number {
  const sum = (all: Iterable<readonly [unknown, Readonly<Record<string, unknown>>]>, slots: string): number =>
    [...all]
      .filter(([, args]) => args["serverId"] === serverId)
      .reduce((total, [, args]) => total + Number(args[slots] ?? 1), 0);
  return sum(program, "") + sum(rotations, "keep");
}
