import { SERVERS } from "./commands";
import type { Command } from "./commands";
import { membersOf } from "./resources";
import type { Entry } from "./resources";
import { describeWeather } from "./weather";

/** A line that a person can follow. */
export function describe(command: Command): string {
  switch (command.do) {
    case "declare":
      return `declare ${command.resource} on server ${SERVERS[command.server] ?? 0}${command.name === undefined ? "" : ` named ${command.name}`}${command.wait ? "" : ", not waiting"}`;
    case "change":
      return `change ${command.what} of ${command.resource} (${command.to})`;
    case "remove":
    case "drop the import option":
      return `${command.do}: ${command.resource}`;
    case "import":
      return `import snapshot number ${command.pick} as ${command.resource}${command.wrong ? ", with a wrong name" : ""}`;
    case "declare restore":
      return `declare the restore ${command.restore} of ${command.from ?? `snapshot number ${command.pick}`}${command.safety ? ", with a safety snapshot" : ""}`;
    case "change restore":
      return `change ${command.what} of the restore ${command.restore} (${command.to})`;
    case "remove restore":
      return `remove the restore ${command.restore}`;
    case "declare rotation":
      return `declare the rotation ${command.rotation} of ${command.keep} on server ${SERVERS[command.server] ?? 0}, release ${command.release}`;
    case "change rotation":
      return `change ${command.what} of the rotation ${command.rotation} (${command.to})`;
    case "remove rotation":
      return `remove the rotation ${command.rotation}`;
    case "up":
    case "preview":
    case "refresh":
    case "destroy":
      return `${command.do}${describeWeather(command.weather)}`;
    case "pass":
      return `${command.minutes} minutes pass`;
    case "others create":
      return `other people create ${command.name} on server ${SERVERS[command.server] ?? 0}`;
    case "others delete":
    case "others break":
    case "others restore":
      return `${command.do.replace("others", "other people")} snapshot number ${command.pick}`;
    case "others fill":
      return `other people fill server ${SERVERS[command.server] ?? 0}`;
    case "api":
      return `the API changes: ${JSON.stringify(command.patch)}`;
  }
}

/** The entries of a state, and what is on the servers. */
export function describeState(
  state: readonly Entry[],
  live: readonly { readonly id: number | string; readonly name: string }[],
): string {
  const entries = state.map((entry) => `${entry.name}=${entry.id} (${marksOf(entry).join(", ")})`).join("; ");
  const there = live.map(({ id, name }) => `${id} ${name}`).join("; ");
  return `${entries === "" ? "empty" : entries} | on the server: ${there}`;
}

function marksOf({ outputs, delete: isDoomed, pendingReplacement, initErrors }: Entry): string[] {
  const members = membersOf(outputs).map(({ id, status }) => `${id} ${status}`);
  return [
    ...(outputs["__ring"] === undefined
      ? [String(outputs["status"] ?? outputs["restoredAt"] ?? outputs["answer"])]
      : [...members, `of ${JSON.stringify(outputs["triggers"] ?? null)}`]),
    ...(outputs["__pending"] === undefined ? [] : [`adding ${JSON.stringify(outputs["__pending"])}`]),
    ...(isDoomed ? ["to be deleted"] : []),
    ...(pendingReplacement ? ["deleted ahead"] : []),
    ...(initErrors.length > 0 ? ["unfinished"] : []),
  ];
}
