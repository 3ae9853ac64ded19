import { changedKeys, equal, isSecret, unknown, type Props, type Value } from "../deploy/values";

/** A value as people read it: secrets and what is not known yet by name only. */
export function render(value: Value, indent = ""): string {
  if (isSecret(value)) return "[secret]";
  if (value === unknown) return "[unknown]";
  if (Array.isArray(value))
    return block(
      "[",
      "]",
      value.map((item, index) => [`[${index}]`, item] as const),
      indent,
    );
  if (typeof value === "object" && value !== null) return block("{", "}", Object.entries(value), indent);
  return JSON.stringify(value);
}

function block(open: string, close: string, entries: (readonly [string, Value])[], indent: string): string {
  if (entries.length === 0) return `${open}${close}`;
  const deeper = `${indent}    `;
  const lines = aligned(entries.map(([key]) => key)).map(
    (key, index) => `${deeper}${key}: ${render(entries[index]?.[1] ?? null, deeper)}`,
  );
  return `${open}\n${lines.join("\n")}\n${indent}${close}`;
}

export function aligned(keys: string[]): string[] {
  const width = Math.max(0, ...keys.map((key) => key.length));
  return keys.map((key) => key.padEnd(width));
}

/** One line a property, with the sign of what happens to it; a property that does not change has none. */
export function propertyLines(olds: Props, news: Props, indent: string): string[] {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((key) => !key.startsWith("__"))
    .sort();
  return aligned(keys).map((name, index) => {
    const key = keys[index] ?? "";
    return `${indent}${change(name, olds[key], news[key], indent)}`;
  });
}

function change(name: string, old: Value | undefined, now: Value | undefined, indent: string): string {
  if (old === undefined) return `+ ${name}: ${render(now ?? null, `${indent}  `)}`;
  if (now === undefined) return `- ${name}: ${render(old, `${indent}  `)}`;
  if (equal(old, now)) return `  ${name}: ${render(now, `${indent}  `)}`;
  return `~ ${name}: ${render(old, `${indent}  `)} => ${render(now, `${indent}  `)}`;
}

/**
 * `[diff: +a,b-c~d]`: all names that differ. Pulumi leaves out those that the provider did not name as changed, and
 * the host of dynamic providers names none; the names to blame for a replacement have no say in it.
 */
export function diffNote(olds: Props, news: Props, marks: string[]): string {
  const { added, deleted, updated } = changedKeys(olds, news);
  const part = (mark: string, keys: string[]) => (keys.length > 0 ? `${mark}${keys.join(",")}` : "");
  const text = `${part("+", added)}${part("-", deleted)}${part("~", [...updated, ...marks].sort())}`;
  return text === "" ? "" : `[diff: ${text}]`;
}
