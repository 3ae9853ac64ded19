import { VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { adoptOrDelete, remove } from "../messages/advice";
import { age, snapshotLabel } from "../messages/labels";
import { automaticPrefix, ringParts, safetyTarget } from "./name";
import type { SnapshotInputs } from "./state";
import { AGE_LIMITS, isOlder } from "../../api/times";

/** A name that is taken is refused: nobody could tell the two apart, or which one a lost answer spoke of. */
export function refuseTakenName(
  session: Session,
  existing: readonly SnapshotRecord[],
  inputs: SnapshotInputs,
): void {
  const taken = existing.find((snapshot) => snapshot.name === inputs.name);
  if (taken === undefined) return;
  const { exists, remedy } = takenName(session, taken);
  throw new VpsorgError("NAME_TAKEN", `${exists}. Nothing was created. ${remedy}`);
}

/** What to say of a name that is taken. */
export function takenName(
  { clock, advice }: Pick<Session, "clock" | "advice">,
  taken: SnapshotRecord,
): { exists: string; remedy: string } {
  const old = age(taken.createdAt, clock.now());
  return {
    exists: `${snapshotLabel(taken)} exists already (${old}, ${taken.status})`,
    remedy: advice.taken(taken.id),
  };
}

/**
 * A create that was interrupted before its id could be recorded leaves a snapshot that no state knows. It is
 * never adopted by guess: the warning gives both ways out. The old half of `--replace` or a taint, and what another
 * stack has, look the same from here.
 */
export function orphanWarnings(
  session: Session,
  existing: readonly SnapshotRecord[],
  inputs: SnapshotInputs,
): readonly string[] {
  const now = session.clock.now();
  const stray = existing
    .filter(
      (s) =>
        isSibling(inputs, s.name) &&
        !session.ownership.isTaken(s.id) &&
        !session.lists.writes.hasCreated(s.id),
    )
    .filter((s) => !isOlder(s.createdAt, AGE_LIMITS.leftOverMs, now));
  return stray.map((s) => {
    const what = `${snapshotLabel(s)} (${age(s.createdAt, now)}, ${s.status})`;
    if (s.name === inputs.name) {
      return (
        `${what} has the same name and was in no list before this run made its own: an interrupted run has left it, or somebody ` +
        `else has made it. If no stack holds it, ${adoptOrDelete(session.advice, s.id)}.`
      );
    }
    if (inputs.ring !== undefined) {
      return (
        `${what} has a name of this rotation, but of another ring, and takes one of the server's 5 slots. It is what this run ` +
        "replaces and is deleted at its end, or another stack's, or left by an interrupted run. If it is still there " +
        `afterwards and no stack holds it, ${adoptOrDelete(session.advice, s.id)}.`
      );
    }
    return inputs.__autoName === undefined
      ? `${what} is a safety snapshot of an earlier run and takes one of the server's 5 slots. If it is not needed any ` +
          `more, ${remove(s.id)}.`
      : `${what} has a name of this resource and takes one of the server's 5 slots. It is what this run replaces and is ` +
          "deleted at its end, or another stack's, or left by an interrupted run. If it is still there afterwards and no " +
          `stack holds it, ${adoptOrDelete(session.advice, s.id)}.`;
  });
}

/** Whether a snapshot is called as another create of the same resource calls its own. */
export function isSibling(
  { __autoName: prefix, name, ring }: Pick<SnapshotInputs, "__autoName" | "name" | "ring">,
  other: string,
): boolean {
  if (ring !== undefined) return isOfLostRing(name, other);
  if (other === name) return true;
  if (prefix !== undefined) return automaticPrefix(other) === prefix;
  const safetyOf = safetyTarget(name);
  return safetyOf !== undefined && safetyTarget(other) === safetyOf;
}

/** Beside the first snapshot of a ring: one that no state may know, because its run was killed. */
function isOfLostRing(name: string, other: string): boolean {
  const [mine, parts] = [ringParts(name), ringParts(other)];
  return mine?.number === 1 && parts?.prefix === mine.prefix && parts.ring !== mine.ring;
}
