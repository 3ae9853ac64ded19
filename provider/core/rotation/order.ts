import { ringParts } from "../snapshot/name";
import { snapshotProgress } from "../status";
import type { Member } from "./state";

/** The members of a ring in the order in which they go: what has failed, what was made twice or shows late, the oldest. */
export function firstToGo(
  newestFirst: readonly Member[],
  isLate: (member: Member) => boolean,
): readonly Member[] {
  const failed = newestFirst.filter(({ status }) => snapshotProgress(status) === "failed");
  const good = newestFirst.filter((member) => !failed.includes(member));
  const twice = good.filter(
    (member, i) => isLate(member) || good.findIndex(({ name }) => name === member.name) < i,
  );
  return [...new Set([...failed.toReversed(), ...twice.toReversed(), ...good.toReversed()])];
}

/**
 * Numbers say it by themselves; a snapshot that was adopted has none of this ring, and is placed by its time. Of two of one
 * number the preview has to name the same one as the `up` deletes, in whichever order they came.
 */
export function newestFirst(a: Member, b: Member): number {
  const [mine, other] = [ringParts(a.name), ringParts(b.name)];
  const isSameRing = mine !== undefined && mine.ring === other?.ring;
  if (isSameRing && mine.number !== other.number) return other.number - mine.number;
  const byTime = Date.parse(b.createdAt) - Date.parse(a.createdAt) || 0;
  return byTime === 0 && isSameRing ? b.id.localeCompare(a.id) : byTime;
}
