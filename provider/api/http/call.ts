import pRetry from "p-retry";
import { errorFromResponse } from "./response";
import type { ApiResponse } from "./response";
import type { Clock } from "../clock";
import type { ObserveAnswer } from "./observed-answer";
import { AbortedError } from "../errors";
import { parseJson } from "./json";
import type { RetryAfterGate } from "./retry-after-gate";
import { retryDelay } from "./retry-policy";
import type { OutgoingRequest, Transport } from "./transport";

/** One request under the retry policy; resolves to the parsed JSON of the answer. */
export type Call = (
  request: OutgoingRequest,
  limits?: { readonly attempts?: number; readonly deadlineAt?: number },
) => Promise<unknown>;

const DEFAULT_ATTEMPTS = 5;

/** Strings that came in escapes hold the token only once they are parsed. */
function redactDeep(body: unknown, { text, redact }: ApiResponse): unknown {
  if (!text.includes("\\")) return body;
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(body);
}

/** Of the client's options those that concern a request on its way: see there. */
interface CallerOptions {
  readonly beforeWrite?: (() => Promise<void>) | undefined;
  readonly checkEndpoint?: string | undefined;
  readonly onAnswer?: ObserveAnswer | undefined;
}

/** p-retry is the loop, the policy decides, the clock waits. */
export function caller(
  transport: Transport,
  clock: Clock,
  gate: RetryAfterGate,
  baseMs: number,
  { beforeWrite, checkEndpoint, onAnswer }: CallerOptions,
): Call {
  return (request, { attempts = DEFAULT_ATTEMPTS, deadlineAt = Number.POSITIVE_INFINITY } = {}) => {
    const { method, path, signal } = request;
    const once = async (): Promise<unknown> => {
      await gate.pass(deadlineAt, signal);
      if (method !== "GET") await beforeWrite?.();
      const sentAt = clock.now();
      const answer = await transport(request);
      onAnswer?.({ method, path, query: request.query ?? {}, ...answer, sentAt, receivedAt: clock.now() });
      if (answer.status < 200 || answer.status >= 300)
        throw errorFromResponse({ method, path }, answer, clock.now(), checkEndpoint);
      // 204 has no body; anything else has to be the API's own words, not a page that a proxy put in between.
      if (answer.status === 204 && method === "DELETE") return undefined;
      return redactDeep(parseJson(answer.text, { method, path }), answer);
    };
    return pRetry(once, {
      retries: Math.max(0, attempts - 1),
      minTimeout: 0,
      ...(signal === undefined ? {} : { signal }),
      onFailedAttempt: ({ error }) => gate.note(error),
      shouldRetry: async ({ error, attemptNumber: attempt }) => {
        const delay = retryDelay(error, { method, attempt, attempts, baseMs, random: clock.random() });
        if (delay === undefined || clock.now() + delay >= deadlineAt) return false;
        await clock.sleep(delay, signal);
        return true;
      },
    }).catch((error: unknown) => {
      // An abort surfaces as whatever reason the caller gave; inside, it has one face.
      throw signal?.aborted === true ? new AbortedError(`${method} ${path} was aborted`) : error;
    });
  };
}
