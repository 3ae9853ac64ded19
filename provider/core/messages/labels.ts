import { oneLine } from "../../api";
import type { SnapshotRecord } from "../../api";

/** How messages speak of things, so that the same thing has the same name in all of them. */

export function snapshotLabel(snapshot: {
  readonly id: string;
  readonly name: string;
  readonly serverId: string;
  readonly serverName?: string;
}): string {
  return `snapshot ${snapshot.id} "${oneLine(snapshot.name)}" of ${serverLabel(snapshot.serverId, snapshot.serverName)}`;
}

/** Of one that has no id yet. */
export function newSnapshotLabel({
  name,
  serverId,
}: {
  readonly name: string;
  readonly serverId: string;
}): string {
  return `snapshot "${oneLine(name)}" of ${serverLabel(serverId)}`;
}

/** With its date, which is what is lost with it. */
export function datedLabel(
  snapshot: Parameters<typeof snapshotLabel>[0] & { readonly createdAt: string },
  now: number,
): string {
  const { createdAt } = snapshot;
  return `${snapshotLabel(snapshot)}, made at ${moment(createdAt)} (${age(createdAt, now)}),`;
}

export function serverLabel(id: string, name = ""): string {
  return `server ${withName(id, name)}`;
}

function withName(id: string, name: string): string {
  return name === "" ? id : `${id} (${oneLine(name, 80)})`;
}

/** After a server that is not there: which ones are. */
export function accountServers(servers: readonly { readonly id: string; readonly name: string }[]): string {
  const shown = servers.slice(0, 10).map(({ id, name }) => withName(id, name));
  const more = servers.length > shown.length ? ` and ${servers.length - shown.length} more` : "";
  return servers.length === 0 ? "The account has no server." : `The account has ${shown.join(", ")}${more}.`;
}

/** A text as a sentence, whoever wrote it. One that ends with a {@link snapshotTable} is whole without a full stop. */
export function asSentence(text: string): string {
  return /[.!?]$|\n  .*$/.test(text) ? text : `${text}.`;
}

/** What an error says, for a sentence of ours. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** `2 hours 5 minutes`, `45 seconds`, `3 days`: the largest unit and the next one below it, where that is any. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000) * 1000);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    const isLast = parts.length > 0;
    if (n > 0) parts.push(`${n} ${unit}${n === 1 ? "" : "s"}`);
    if (isLast) break;
  }
  return parts.length === 0 ? (ms >= 1 ? "under a second" : "0 seconds") : parts.join(" ");
}

/** `3 days old`, or `of unknown age` where the API's time stamp cannot be read. */
export function age(createdAt: string, now: number): string {
  const created = Date.parse(createdAt);
  return Number.isNaN(created) ? "of unknown age" : `${formatDuration(now - created)} old`;
}

/** A time stamp for "since …": the API may show none that can be read. */
export function moment(createdAt: string): string {
  return createdAt === "" ? "a time that is not known" : createdAt;
}

/** One line each, newest first: id, name, where they are of several servers also that, age, status. */
export function snapshotTable(snapshots: readonly SnapshotRecord[], now: number): string {
  const isOfOne = new Set(snapshots.map(({ serverId }) => serverId)).size < 2;
  const server = (s: SnapshotRecord): string => (isOfOne ? "" : `${serverLabel(s.serverId, s.serverName)}  `);
  return [...snapshots]
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .map(
      (s) => `  ${s.id}  ${oneLine(s.name)}  ${server(s)}${age(s.createdAt, now)}  ${oneLine(s.status, 40)}`,
    )
    .join("\n");
}
