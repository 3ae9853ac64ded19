import { VpsorgError } from "../api/errors";
import { parseDuration } from "../core/time/duration";

/** Milliseconds of the option `--timeout`. */
export function timeoutOption(text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > 0) return ms;
  throw new VpsorgError("INVALID_ARGUMENT", `--timeout must be a time such as 45m or 1h30m; it is "${text}"`);
}
