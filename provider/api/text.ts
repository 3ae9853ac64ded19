/**
 * Text that comes from outside must not steer a terminal, a log or whatever reads a log, and must show what it holds.
 */

// Controls (save tab, line feed, carriage return), and what nobody sees: zero width, tags, selectors, fillers, soft
// hyphens, the marks that reorder a line. ./redact knows each of them, or a token in pieces would become whole here.
const UNSEEN = /[\p{DI}\ufff9-\ufffb\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu;
const LINE_BREAKS = /[\t\n\r\u2028\u2029]+/g;
// Pipelines obey what a log says: `##[…]` and `##vso[…]` anywhere, `::…` where a line begins.
const MARKED_COMMAND = /##(?=\w*\[)/g;
const LINE_COMMAND = /^([^\S\n\r\u2028\u2029]*):(?=:)/gm;

/** Without what steers or hides, and with its lines kept: a description may have several. */
export function printable(text: string): string {
  return withoutCommands(cleaned(text).replace(/[\u2028\u2029]/g, "\n"));
}

/** One printable line of at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const line = withoutCommands(cleaned(text).replace(LINE_BREAKS, " ").trim());
  return line.length <= limit ? line : `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A name as a record holds it: for whatever compares one. Longer than any that can be given. */
export function asName(text: string): string {
  return oneLine(text, 1000);
}

/** Half of a pair is no character: what carries texts to the engine refuses it, and all that comes with it. */
function cleaned(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd").replace(UNSEEN, "");
}

function withoutCommands(text: string): string {
  return text.replace(MARKED_COMMAND, "## ").replace(LINE_COMMAND, "$1: ");
}
