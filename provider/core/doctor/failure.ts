import { AbortedError, ApiError, ConnectionError, isVpsorgError } from "../../api";
import { messageOf } from "../messages/labels";
import type { FailureCode } from "./finding";
import type { Step } from "./survey";

/** How a step failed: what anybody may read, and what is for the account's own people. */
export interface Failure {
  readonly found: string;
  readonly detail: string;
  readonly code: FailureCode;
  /** It may be over the next time. */
  readonly isPassing: boolean;
}

const CODES: readonly FailureCode[] = [
  ...(["AUTH_FAILED", "CONNECTION", "INCOMPLETE_LIST", "RATE_LIMITED", "RESPONSE_SHAPE"] as const),
];

export function failureOf({ error, answers }: Step): Failure {
  const status = answers.at(-1)?.status ?? 0;
  return {
    found: foundOf(error, status),
    detail: messageOf(error),
    code: CODES.find((code) => isVpsorgError(error, code)) ?? "API_ERROR",
    isPassing: error instanceof ConnectionError ? !error.permanent : status === 429 || status >= 500,
  };
}

function foundOf(error: unknown, status: number): string {
  if (error instanceof ApiError) return `answered ${error.status}`;
  if (error instanceof ConnectionError && error.permanent) return "no connection that can be trusted";
  if (error instanceof ConnectionError || error instanceof AbortedError) return "no answer";
  if (status >= 300 && status < 400) return `answered ${status}, which leads elsewhere`;
  return "an answer that cannot be used";
}
