import { linkOf } from "./restore-program";
import type { RestoreArgs } from "./restore-program";
import { Output } from "./resources";
import type { RunError } from "./engine";
import type { World } from "./world";

/** The refusals of a restore, by the words that people know them by. */
const SAYS = {
  missing: /there is no snapshot (\S+) in this account/,
  failed: /snapshot (\S+) .* is "(failed|error)", only a completed snapshot can be restored/,
  /** What passes by itself: the next `up` meets it no more. */
  passing: /is being restored already|is "in_progress", only a completed snapshot can be restored/,
  slow: /has not ended after/,
  renewed: /a renewed snapshot alone does not overwrite/,
  twice: /would be restored twice in this run, by the resources "([^"]+)" and "([^"]+)"/,
  deletedFirst: /snapshot (\S+) (?:is deleted first|was not deleted: it would go first) in this run/,
  otherServer: /is not of server|serverId changes from/,
  safetyGone: /safety snapshot (\S+) "[^"]*" is (?:not on the server any more|"\w+")/,
  safety: /was taken for another restore|may not hold the present state/,
  full: /holds \d of 5 snapshots/,
};

/** The restores of the program when the run was started; another message may have taken one out since. */
type Declared = ReadonlyMap<string, RestoreArgs>;

/**
 * What an `up` refuses of a restore: the user does what the message says, or takes the restore out of the program.
 * Whether it was a word about a restore.
 */
export function remedyRestore(
  world: World,
  { message, resource }: RunError,
  before: Set<string>,
  declared: Declared,
): boolean {
  const name = resource.replace(/-(safety|request|completion)$/, "");
  const args = declared.get(name);
  if (SAYS.renewed.test(message)) {
    for (const each of renewedBy(declared, resource, name)) renew(world, each, before);
    return true;
  }
  if (SAYS.twice.test(message)) {
    const [, one = "", two = ""] = SAYS.twice.exec(message) ?? [];
    if (!declared.has(one) || !declared.has(two)) world.fail("no two restores of one server");
    world.restores.delete(two);
    return true;
  }
  const [, first] = SAYS.deletedFirst.exec(message) ?? [];
  if (first !== undefined) {
    const restoring = [...declared].filter(([, each]) => each.snapshotId === first);
    if (restoring.length === 0) world.fail(`nothing restores ${first}`);
    for (const [each] of restoring) world.restores.delete(each);
    return true;
  }
  if (args === undefined) return false;
  const isRight = refusedRightly(world, args, message);
  if (isRight === undefined) return false;
  if (!isRight) world.fail(`what is said of the restore "${name}" is not true: ${message}`);
  if (!SAYS.passing.test(message) && !SAYS.slow.test(message)) world.restores.delete(name);
  return true;
}

function refusedRightly(
  { ledger, rotations }: World,
  args: RestoreArgs,
  message: string,
): boolean | undefined {
  const [, missing] = SAYS.missing.exec(message) ?? [];
  if (missing !== undefined) return !ledger.isLive(missing);
  const [, failed] = SAYS.failed.exec(message) ?? [];
  // The same run may have deleted it after that.
  if (failed !== undefined && !ledger.isLive(failed)) return true;
  if (failed !== undefined)
    return ledger.live().some(({ id, status }) => String(id) === failed && /failed|error/.test(status));
  const [, gone] = SAYS.safetyGone.exec(message) ?? [];
  if (gone !== undefined)
    return !ledger.live().some(({ id, status }) => String(id) === gone && status === "completed");
  if (SAYS.passing.test(message) || SAYS.safety.test(message)) return true;
  if (SAYS.otherServer.test(message)) return true;
  if (SAYS.slow.test(message)) return args.create === "1m";
  // A rotation of the same run may have dropped some after that.
  if (SAYS.full.test(message))
    return (
      args.serverId instanceof Output ||
      ledger.liveOn(args.serverId).length >= 5 ||
      [...rotations.values()].some(({ serverId }) => serverId === args.serverId)
    );
  return undefined;
}

/** The restore that is refused: its own, or one that is linked to the snapshot that is to be replaced. */
function renewedBy(restores: Declared, resource: string, name: string): string[] {
  if (restores.has(name)) return [name];
  return [...restores].filter(([, args]) => linkOf(args) === resource).map(([each]) => each);
}

/** As the message says: new triggers, and then it has to be done. */
function renew(world: World, name: string, before: Set<string>): void {
  const args = world.restores.get(name);
  const key = `renewed ${name}`;
  if (args === undefined) return;
  if (before.has(key)) return world.fail(`"${name}" is refused whatever its triggers`);
  before.add(key);
  world.restores.set(name, { ...args, triggers: ["once more", world.runs] });
}
