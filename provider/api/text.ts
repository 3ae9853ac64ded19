/**
 * Text that comes from outside must not steer a terminal or a log.
 */

// C0 and C1 controls (save tab, line feed, carriage return), and the characters that reorder a line.
const CONTROL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const LINE_BREAKS = /[\t\n\r\u2028\u2029]+/g;

/** Removes control characters from a value that is kept (a description may have several lines). */
export function withoutControls(text: string): string {
  return text.replace(CONTROL, "");
}

/** One printable line of at most `limit` characters, for messages. */
export function oneLine(text: string, limit = 200): string {
  const line = withoutControls(text).replace(LINE_BREAKS, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
