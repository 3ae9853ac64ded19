/**
 * Every error that this package raises, made once.
 *
 * An error carries a stable `code` for programs and a message for the person who reads it at night: what
 * happened, to what, and what to do next. None of them holds the request, its headers or the token, and an
 * axios error never becomes the `cause` of one of them, because it would carry all three.
 */

import { printable } from "./text";

/** Stable identifiers of what went wrong; messages may change between releases, these do not. */
export type ErrorCode =
  | "ABORTED"
  | "API_ERROR"
  | "AUTH_FAILED"
  | "CONFIGURATION"
  | "CONNECTION"
  | "INCOMPLETE_LIST"
  | "INVALID_ARGUMENT"
  | "NAME_TAKEN"
  | "NOT_FOUND"
  | "OPERATION_FAILED"
  | "OUTCOME_UNKNOWN"
  | "QUOTA_EXCEEDED"
  | "RATE_LIMITED"
  | "RESPONSE_SHAPE"
  | "WAIT_TIMEOUT";

/**
 * Base of all errors of this package.
 *
 * @example
 * ```ts
 * import { getSnapshot, VpsorgError } from "pulumi-vpsorg";
 *
 * getSnapshot({ id: 801 }).catch((error: unknown) => {
 *   console.error(error instanceof VpsorgError ? error.code : error);
 * });
 * ```
 */
export class VpsorgError extends Error {
  /** What went wrong, for a program: test this, and not the class or the message. */
  readonly code: ErrorCode;
  /** Pulumi's mark of an error whose message says it all: a program that fails with one shows no stack trace. */
  readonly __pulumiRunError = true;

  /** @internal */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(printable(message), options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Which request an error speaks of. */
export interface RequestRef {
  readonly method: string;
  /** The path below the endpoint, without its origin. */
  readonly path: string;
}

export interface ApiErrorDetails extends RequestRef {
  readonly status: number;
  /** `X-Request-Id` of the answer, for a support ticket. */
  readonly requestId?: string | undefined;
  /** What the API itself said, cleaned for display. */
  readonly detail?: string | undefined;
  /** The body was no JSON object: the answer may come from a proxy instead of the API. */
  readonly notFromApi?: boolean | undefined;
  /** The body says which argument is wrong: nothing that passes by itself. */
  readonly namesField?: boolean | undefined;
  /** What `Retry-After` asks for. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The API answered with a status that is not a success.
 *
 * @example
 * ```ts
 * import { ApiError, getSnapshots } from "pulumi-vpsorg";
 *
 * getSnapshots().catch((error: unknown) => {
 *   if (error instanceof ApiError) console.error(error.status, error.requestId);
 * });
 * ```
 */
export class ApiError extends VpsorgError {
  /** The HTTP status. */
  readonly status: number;
  /** The HTTP method of the request. */
  readonly method: string;
  /** The path of the request below the endpoint. */
  readonly path: string;
  /** `X-Request-Id` of the answer, for a support ticket. */
  readonly requestId: string | undefined;
  /** What the API itself said, cleaned for display. */
  readonly detail: string | undefined;
  /** The body was no JSON object: the answer may come from a proxy instead of the API. */
  readonly notFromApi: boolean;
  /** The body says which argument is wrong: nothing that passes by itself. */
  readonly namesField: boolean;
  /** How long the server asks to wait before the next request, if it does. */
  readonly retryAfterMs: number | undefined;

  /** @internal */
  constructor(details: ApiErrorDetails, message?: string, code: ErrorCode = "API_ERROR") {
    super(code, message ?? answered(details));
    this.status = details.status;
    this.method = details.method;
    this.path = details.path;
    this.requestId = details.requestId;
    this.detail = details.detail;
    this.notFromApi = details.notFromApi ?? false;
    this.namesField = details.namesField ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/**
 * 404: no such snapshot or server, or a wrong endpoint. What the lists show to be missing has the same code and another
 * class: test the code.
 *
 * @example
 * ```ts
 * import { getSnapshot, isVpsorgError } from "pulumi-vpsorg";
 *
 * getSnapshot({ id: 801 }).catch((error: unknown) => {
 *   if (!isVpsorgError(error, "NOT_FOUND")) throw error;
 * });
 * ```
 */
export class NotFoundError extends ApiError {
  /** @internal */
  constructor(details: ApiErrorDetails, message?: string) {
    super(details, message, "NOT_FOUND");
  }
}

/**
 * 401 or 403: the token was not accepted.
 *
 * @example
 * ```ts
 * import { getSnapshots, isVpsorgError } from "pulumi-vpsorg";
 *
 * getSnapshots().catch((error: unknown) => {
 *   if (isVpsorgError(error, "AUTH_FAILED")) console.error("a new token is needed");
 * });
 * ```
 */
export class AuthError extends ApiError {
  /** @internal */
  constructor(details: ApiErrorDetails, message?: string) {
    super(details, message, "AUTH_FAILED");
  }
}

/**
 * 429: too many requests. `retryAfterMs` is what the server asked for, if it did.
 *
 * @example
 * ```ts
 * import { getSnapshots, RateLimitError } from "pulumi-vpsorg";
 *
 * getSnapshots().catch((error: unknown) => {
 *   if (error instanceof RateLimitError) console.error(`again in ${error.retryAfterMs ?? 60_000} ms`);
 * });
 * ```
 */
export class RateLimitError extends ApiError {
  /** @internal */
  constructor(details: ApiErrorDetails) {
    const wait = details.retryAfterMs;
    const asks = wait === undefined ? "" : ` It asks to wait ${Math.ceil(wait / 1000)} s.`;
    super(details, `${answered(details)}.${asks}`, "RATE_LIMITED");
  }
}

/**
 * The server holds as many snapshots as VPS.org allows.
 *
 * @example
 * ```ts
 * import { isVpsorgError } from "pulumi-vpsorg";
 *
 * const isFull = (error: unknown) => isVpsorgError(error, "QUOTA_EXCEEDED");
 * ```
 */
export class QuotaError extends VpsorgError {
  /** @internal */
  constructor(message: string) {
    super("QUOTA_EXCEEDED", message);
  }
}

/**
 * No answer came: refused, reset, timed out.
 *
 * @example
 * ```ts
 * import { ConnectionError, restoreSnapshot } from "pulumi-vpsorg";
 *
 * restoreSnapshot({ snapshotId: 801 }).catch((error: unknown) => {
 *   if (error instanceof ConnectionError && !error.sent) console.error("nothing was restored");
 * });
 * ```
 */
export class ConnectionError extends VpsorgError {
  /** The HTTP method of the request. */
  readonly method: string;
  /** The path of the request below the endpoint. */
  readonly path: string;
  /** False only where the request certainly never left: then a write may be sent again. */
  readonly sent: boolean;
  /** It would end the same way the next time: a certificate that is not trusted, for example. */
  readonly permanent: boolean;

  /** @internal */
  constructor(request: RequestRef, reason: string, sent: boolean, permanent = false) {
    super("CONNECTION", `no answer from VPS.org to ${request.method} ${request.path}: ${reason}`);
    this.method = request.method;
    this.path = request.path;
    this.sent = sent;
    this.permanent = permanent;
  }
}

/**
 * An answer with a success status that is not what the API documents.
 *
 * @example
 * ```ts
 * import { ResponseShapeError } from "pulumi-vpsorg";
 *
 * const isWorthAnotherTry = (error: unknown) => error instanceof ResponseShapeError && error.transient;
 * ```
 */
export class ResponseShapeError extends VpsorgError {
  /** The HTTP method of the request. */
  readonly method: string;
  /** The path of the request below the endpoint. */
  readonly path: string;
  /** It may be better the next time: a body that was cut off, or a page that a proxy put in between. */
  readonly transient: boolean;

  /** @internal */
  constructor(
    request: RequestRef,
    problem: string,
    options: { readonly code?: ErrorCode; readonly transient?: boolean } = {},
  ) {
    super(
      options.code ?? "RESPONSE_SHAPE",
      `VPS.org's answer to ${request.method} ${request.path} cannot be used: ${problem}`,
    );
    this.method = request.method;
    this.path = request.path;
    this.transient = options.transient ?? false;
  }
}

/**
 * A list that is provably not whole. Nothing may be called gone on such a list.
 *
 * @example
 * ```ts
 * import { getSnapshots, isVpsorgError } from "pulumi-vpsorg";
 *
 * getSnapshots().catch((error: unknown) => {
 *   if (isVpsorgError(error, "INCOMPLETE_LIST")) console.error("VPS.org did not show all snapshots");
 * });
 * ```
 */
export class IncompleteListError extends ResponseShapeError {
  /** @internal */
  constructor(request: RequestRef, problem: string) {
    super(request, problem, { code: "INCOMPLETE_LIST" });
  }
}

/**
 * A deadline ended a wait. The operation may still end well on the server.
 *
 * @example
 * ```ts
 * import { restoreSnapshot, WaitTimeoutError } from "pulumi-vpsorg";
 *
 * restoreSnapshot({ snapshotId: 801, timeoutSeconds: 600 }).catch((error: unknown) => {
 *   if (error instanceof WaitTimeoutError) console.error(`it was ${error.lastStatus} when the time was over`);
 * });
 * ```
 */
export class WaitTimeoutError extends VpsorgError {
  /** The word of VPS.org at the last look, if there was one. */
  readonly lastStatus: string | undefined;
  /** How long it was waited for. */
  readonly elapsedMs: number;

  /** @internal */
  constructor(message: string, lastStatus: string | undefined, elapsedMs: number) {
    super("WAIT_TIMEOUT", message);
    this.lastStatus = lastStatus;
    this.elapsedMs = elapsedMs;
  }
}

/**
 * The API says that what was started has failed.
 *
 * @example
 * ```ts
 * import { OperationFailedError, restoreSnapshot } from "pulumi-vpsorg";
 *
 * restoreSnapshot({ snapshotId: 801 }).catch((error: unknown) => {
 *   if (error instanceof OperationFailedError) console.error(`the server is ${error.lastStatus}`);
 * });
 * ```
 */
export class OperationFailedError extends VpsorgError {
  /** The word of VPS.org for how it ended. */
  readonly lastStatus: string;

  /** @internal */
  constructor(message: string, lastStatus: string) {
    super("OPERATION_FAILED", message);
    this.lastStatus = lastStatus;
  }
}

/**
 * A write was sent and nothing proves whether it happened.
 *
 * @example
 * ```ts
 * import { isVpsorgError, restoreSnapshot } from "pulumi-vpsorg";
 *
 * restoreSnapshot({ snapshotId: 801 }).catch((error: unknown) => {
 *   if (isVpsorgError(error, "OUTCOME_UNKNOWN")) console.error("look at the server before you try again");
 * });
 * ```
 */
export class OutcomeUnknownError extends VpsorgError {
  /** @internal */
  constructor(message: string, options?: { cause?: unknown }) {
    super("OUTCOME_UNKNOWN", message, options);
  }
}

/**
 * The caller's `signal` ended the wait.
 *
 * @example
 * ```ts
 * import { isVpsorgError, restoreSnapshot } from "pulumi-vpsorg";
 *
 * restoreSnapshot({ snapshotId: 801, signal: AbortSignal.timeout(60_000) }).catch((error: unknown) => {
 *   if (!isVpsorgError(error, "ABORTED")) throw error;
 * });
 * ```
 */
export class AbortedError extends VpsorgError {
  /** @internal */
  constructor(message: string) {
    super("ABORTED", message);
  }
}

/**
 * The same error, of the same class and with the same details, told in other words by someone who knows more of what
 * it meant; the first one is its cause.
 */
export function withMessage<E extends VpsorgError>(error: E, message: string): E {
  const told = Object.setPrototypeOf(
    new VpsorgError(error.code, message, { cause: error }),
    Object.getPrototypeOf(error) as object,
  ) as E;
  // Message, stack and cause are the new one's own.
  const { cause: _cause, ...details } = error;
  return Object.assign(told, details);
}

/**
 * Whether an error is one of this package's, with one of these codes (any code where none is given).
 *
 * @example
 * ```ts
 * import { getSnapshot, isVpsorgError } from "pulumi-vpsorg";
 *
 * getSnapshot({ serverId: 12345, name: "golden" }).catch((error: unknown) => {
 *   if (!isVpsorgError(error, "NOT_FOUND", "AUTH_FAILED")) throw error;
 *   console.error(error.message);
 * });
 * ```
 */
export function isVpsorgError(error: unknown, ...codes: readonly ErrorCode[]): error is VpsorgError {
  return error instanceof VpsorgError && (codes.length === 0 || codes.includes(error.code));
}

/**
 * Whether a failed write may nevertheless have happened on the server.
 *
 * Only a request that never left and a refusal by the API (4xx, save 408) prove that it did not. A 429 is
 * counted as a refusal here; who repeats a write after one still looks first, because a gateway can send it
 * after the server has acted.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.sent;
  if (error instanceof ApiError) return error.status < 400 || error.status >= 500 || error.status === 408;
  return true;
}

function answered(details: ApiErrorDetails): string {
  const said = details.detail === undefined ? "" : `: ${details.detail.replace(/[.\s]+$/, "")}`;
  const id = details.requestId === undefined ? "" : ` (request id ${details.requestId})`;
  return `VPS.org answered ${details.status} to ${details.method} ${details.path}${said}${id}`;
}
