import type { ApiErrorDetails, RequestRef } from "../errors";
import { ApiError, AuthError, NotFoundError, RateLimitError, ResponseShapeError } from "../errors";
import { exceedsDepth, isHtml } from "./json";
import { oneLine } from "../text";

/** An answer as the transport hands it on: text only, nothing of the request. */
export interface ApiResponse {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  readonly requestId: string | undefined;
  readonly location: string | undefined;
  /** All of them, for who examines the API itself. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Takes the token out of a text; an answer may echo it, in escapes too. */
  readonly redact: (text: string) => string;
}

/** What to check where what answers is not the API; a caller that knows what the setting is called says it better. */
export const CHECK_ENDPOINT = "Check the endpoint";

/** The one place that turns an answer that is not a success into an error. */
export function errorFromResponse(
  request: RequestRef,
  answer: ApiResponse,
  now: number,
  checkEndpoint = CHECK_ENDPOINT,
): Error {
  const { status, redact } = answer;
  if (status >= 300 && status < 400) return redirected(request, answer, checkEndpoint);
  const body = parsed(answer.text);
  const detail = detailOf(answer.text);
  const details: ApiErrorDetails = {
    ...request,
    status,
    requestId: answer.requestId === undefined ? undefined : oneLine(redact(answer.requestId), 80),
    detail: detail === undefined ? undefined : redact(detail),
    notFromApi: typeof body !== "object" || body === null || Array.isArray(body),
    namesField: namesField(body),
    retryAfterMs: retryAfterMs(answer.retryAfter, now),
  };
  if (status === 401 || status === 403) return new AuthError(details);
  if (status === 404) return new NotFoundError(details);
  return status === 429 ? new RateLimitError(details) : new ApiError(details);
}

function redirected(request: RequestRef, answer: ApiResponse, checkEndpoint: string): Error {
  const to =
    answer.location === undefined ? "elsewhere" : `to ${oneLine(answer.redact(answer.location), 120)}`;
  return new ResponseShapeError(
    request,
    `it redirects ${to} (status ${answer.status}); redirects are not followed, because they would carry the ` +
      `token along. ${checkEndpoint}`,
  );
}

/** `Retry-After` in both of its forms, seconds and an HTTP date, as milliseconds from `now`. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.round(Number(header) * 1000);
  // Date.parse takes nearly anything; an HTTP date begins with its weekday.
  const date = /^\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What an error body says, in whichever of the undocumented forms it comes. */
export function detailOf(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  if (isHtml(text)) return htmlTitle(text);
  if (exceedsDepth(text)) return "JSON that is nested too deeply";
  const body = parsed(text);
  if (body === undefined) return oneLine(text, 120);
  const said = sentences(body);
  return said === "" ? undefined : oneLine(said);
}

function parsed(text: string): unknown {
  if (exceedsDepth(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function htmlTitle(text: string): string {
  // No "<" within the tag: else each of many would be searched to the end of the page.
  const title = /<title[^<>]*>([^<]*)/i.exec(text)?.[1]?.trim();
  return title === undefined || title === "" ? "an HTML page" : `an HTML page, "${oneLine(title, 80)}"`;
}

function sentences(body: unknown): string {
  if (typeof body === "string") return body;
  if (Array.isArray(body)) return body.map(sentences).filter(Boolean).join(" ");
  if (typeof body !== "object" || body === null) return "";
  return Object.entries(body)
    .map(([key, value]) => {
      const said = sentences(value);
      return said === "" || OF_NO_FIELD.includes(key) ? said : `${key}: ${said}`;
    })
    .filter(Boolean)
    .join("; ");
}

/** The keys under which a body speaks of the whole request. */
const OF_NO_FIELD = ["detail", "error", "message", "non_field_errors"];
/** What a request carries. */
const ARGUMENTS = ["server_id", "name", "description"];

/** Whether an error body finds fault with an argument: `{field: [texts]}`, at its top or one level below it. */
function namesField(body: unknown, isTop = true): boolean {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  return Object.entries(body).some(([key, value]: [string, unknown]) => {
    const isGeneral = OF_NO_FIELD.includes(key) || key === "errors";
    if (isGeneral) return isTop && namesField(value, false);
    return sentences(value) !== "" && (ARGUMENTS.includes(key) || Array.isArray(value));
  });
}
