import { VpsorgError } from "../api/errors";
import type { ErrorCode } from "../api/errors";

/** The exit codes of the command, for scripts. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAuthorised: 4,
  timedOut: 5,
  interrupted: 130,
} as const;

const BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  INVALID_ARGUMENT: EXIT.usage,
  CONFIGURATION: EXIT.usage,
  NOT_FOUND: EXIT.notFound,
  AUTH_FAILED: EXIT.notAuthorised,
  WAIT_TIMEOUT: EXIT.timedOut,
  ABORTED: EXIT.interrupted,
};

export function exitCodeFor(error: unknown): number {
  return error instanceof VpsorgError ? (BY_CODE[error.code] ?? EXIT.failed) : EXIT.failed;
}
