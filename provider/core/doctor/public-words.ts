import { oneLine } from "../../api";
import { isFields } from "./reading";

/** A word of a status: no name of anybody's has only letters by chance, and what has more is not shown. */
const WORD = /^[A-Za-z]{2,20}([_-][A-Za-z]{1,20}){0,3}$/;
/** A key as programmers write them. */
const KEY = /^[A-Za-z_][A-Za-z_]{0,38}\d?$/;

/**
 * What of an answer's words may be shown to anybody: status words and names of keys, and only those that nothing of the
 * account is called.
 */
export class PublicWords {
  private readonly private = new Set<string>();

  /** @param bodies All that the API answered. */
  constructor(bodies: readonly unknown[]) {
    for (const body of bodies) this.keepPrivate(body, "");
  }

  word(text: string): string | undefined {
    return WORD.test(text) && !this.private.has(text.toLowerCase()) ? text : undefined;
  }

  key(text: string): string | undefined {
    return KEY.test(text) && !this.private.has(text.toLowerCase()) ? text : undefined;
  }

  private keepPrivate(value: unknown, key: string): void {
    if (typeof value === "string" && key !== "status") this.private.add(value.toLowerCase());
    if (Array.isArray(value)) for (const inner of value) this.keepPrivate(inner, key);
    if (isFields(value)) for (const [name, inner] of Object.entries(value)) this.keepPrivate(inner, name);
  }
}

/** Words for a line that anybody may read: what is no word is counted, not shown. */
export function publicList(texts: readonly string[], shown: (text: string) => string | undefined): string {
  const words = [...new Set(texts.flatMap((text) => shown(text) ?? []))].toSorted();
  const hidden = new Set(texts.filter((text) => shown(text) === undefined)).size;
  const more = hidden === 0 ? [] : [`${hidden} not shown here`];
  const rest = words.length - MOST;
  return [...words.slice(0, MOST), ...(rest > 0 ? [`${rest} more`] : []), ...more].join(", ");
}

/** Status words: those that are known, then those that are not. */
export function statusList(
  texts: readonly string[],
  isKnown: (text: string) => boolean,
  words: PublicWords,
): string {
  const known = publicList(texts.filter(isKnown), (text) => text);
  const unknown = publicList(
    texts.filter((text) => !isKnown(text)),
    (text) => words.word(text),
  );
  return [known, unknown === "" ? "" : `not known: ${unknown}`].filter(Boolean).join("; ");
}

const MOST = 12;

/** The same for the account's own people. */
export function privateList(texts: readonly string[]): string {
  const words = [...new Set(texts)].map((text) => `"${oneLine(text, 60)}"`);
  return words.length > MOST ? `${words.slice(0, MOST).join(", ")}, …` : words.join(", ");
}
