import { containsUnknown, equal, type Props } from "../deploy/values";
import type { Op, Tally } from "./events";
import { propertyLines } from "./render";
import { sign, wordsOf } from "./words";

/** The stack's outputs; a preview shows only those of which it knows that they change. */
export function outputLines(old: Props, now: Props, dryRun: boolean, fresh: boolean): string[] {
  if (fresh) return plain(now);
  if (!dryRun) return propertyLines(old, now, "  ");
  const told = (key: string) => !equal(old[key], now[key]) && !containsUnknown(now[key]);
  const pick = (props: Props) => Object.fromEntries(Object.entries(props).filter(([key]) => told(key)));
  return propertyLines(pick(old), pick(now), "  ");
}

const plain = (props: Props) => propertyLines(props, props, "  ");

export function resourceLines(tally: Tally, errored: number, dryRun: boolean): string[] {
  const changes = tally.changes();
  const word = (op: Op) => (dryRun ? `to ${wordsOf(op).preview}` : wordsOf(op).done);
  const lines = changes.map(([op, count]) => `${sign(op)}${count} ${word(op)}`);
  const total = changes.reduce((sum, [, count]) => sum + count, 0);
  const same = tally.count("same");
  const parts = [changes.length > 1 ? `${total} changes` : "", same > 0 ? `${same} unchanged` : ""];
  const rest = parts.filter((part) => part !== "").join(". ");
  if (rest !== "") lines.push(rest);
  if (errored > 0) lines.push(`${errored} errored`);
  return lines.map((line) => `    ${line}`);
}
