import { findSnapshots } from "../../core/lookup";
import { age } from "../../core/messages/labels";
import { oneLine } from "../../api/text";
import type { SnapshotRecord } from "../../api/records";
import { sayLeftOut } from "../context";
import type { CommonOptions, Context } from "../context";
import { table } from "../table";

export interface ListOptions extends CommonOptions {
  readonly server?: string;
}

export async function list({ terminal, session }: Context, options: ListOptions): Promise<void> {
  const { snapshots, odd, remainingSlots } = await findSnapshots(session, { serverId: options.server });
  sayLeftOut(terminal, odd);
  if (options.json === true) {
    terminal.result(
      JSON.stringify({ snapshots, ...(remainingSlots === undefined ? {} : { remainingSlots }) }, null, 2),
    );
    return;
  }
  if (snapshots.length === 0 && odd.length === 0)
    terminal.say(
      options.server === undefined ? "There are no snapshots." : `Server ${options.server} has no snapshots.`,
    );
  else if (snapshots.length > 0)
    terminal.result(table([HEAD, ...snapshots.map((s) => row(s, session.clock.now()))]));
  if (remainingSlots !== undefined)
    terminal.say(`${remainingSlots} more can be taken of server ${String(options.server)}.`);
}

const HEAD = ["ID", "NAME", "SERVER", "STATUS", "SIZE", "AGE"];

function row(s: SnapshotRecord, now: number): string[] {
  const server = s.serverName === "" ? s.serverId : `${s.serverId} (${oneLine(s.serverName, 40)})`;
  const size = s.sizeMb === undefined ? "-" : `${s.sizeMb} MB`;
  return [
    s.id,
    oneLine(s.name, 60),
    server,
    oneLine(s.status, 20),
    size,
    age(s.createdAt, now).replace(/ old$/, ""),
  ];
}
