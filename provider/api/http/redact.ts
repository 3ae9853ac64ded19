/** A hexadecimal digit, in either case. */
const hex = (digits: string): string => digits.replaceAll(/[a-f]/g, (d) => `[${d}${d.toUpperCase()}]`);

const H = "[0-9a-fA-F]";
/** What is not seen in JSON's escapes: control characters, and those that only join, part or turn others. */
const UNSEEN_CODES = [
  `00[01]${H}`,
  hex("007f"),
  `00[89]${H}`,
  hex("00ad"),
  hex("034f"),
  hex("061c"),
  hex("115f"),
  "1160",
  `17${hex("b")}[45]`,
  "180[b-fB-F]",
  "200[b-fB-F]",
  "202[89a-eA-E]",
  `206${H}`,
  "3164",
  `${hex("fe")}0${H}`,
  hex("feff"),
  hex("ffa0"),
  `${hex("fff")}[0-9a-bA-B]`,
  // Halves of pairs: nothing that is seen needs them alone.
  `${hex("d8")}(?:2${hex("f")}|34)`,
  `${hex("db")}4[0-3]`,
  `[dD][c-fC-F]${H}{2}`,
].join("|");
/** The same as it is, in JSON, in a URL. A superset of what ./text takes away. */
const UNSEEN = String.raw`(?:[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]|\\[bfnrt]|\\u(?:${UNSEEN_CODES})|%[01]${H}|%7[fF])`;
/** Taken away first: to pass over a run of any length would take a stack of that depth. */
const RUN = 64;
const LONG_RUN = new RegExp(`${UNSEEN}{${RUN}}`, "gu");

/** A character as it is, in JSON, in a URL. */
function formsOf(char: string): string {
  const code = char.charCodeAt(0);
  const escaped = hex(code.toString(16).padStart(4, "0"));
  const plain = `\\x${code.toString(16).padStart(2, "0")}`;
  const slashed = /["\\/]/.test(char) ? `|\\\\${plain}` : "";
  return `(?:\\\\u${escaped}|%${hex(code.toString(16).padStart(2, "0"))}${slashed}|${plain})`;
}

/**
 * Takes the token out of a text. An answer that echoes it must not carry it into state, logs or errors, nor where
 * something stands between its characters that is taken away later, or that nobody sees.
 */
export function redactor(token: string): (text: string) => string {
  // A header can hold nothing beyond Latin-1; what is so short is no token but would be found in words.
  if (token.length < 8 || /[^\u0000-\u00ff]/.test(token)) return (text) => text;
  const pattern = new RegExp(Array.from(token, formsOf).join(`${UNSEEN}{0,${RUN - 1}}`), "gu");
  return (text) => text.replace(LONG_RUN, "").replace(pattern, "[token]");
}
