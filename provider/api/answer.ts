import type { ApiErrorDetails, RequestRef } from "./errors";
import { ApiError, AuthError, NotFoundError, RateLimitError, ResponseShapeError } from "./errors";
import { isHtml } from "./json";
import { oneLine } from "./text";

/** An answer as the transport hands it on: text only, nothing of the request. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  readonly requestId: string | undefined;
  readonly location: string | undefined;
}

/** The one place that turns an answer that is not a success into an error. */
export function errorFor(request: RequestRef, answer: Answer, now: number): Error {
  const details: ApiErrorDetails = {
    ...request,
    status: answer.status,
    requestId: answer.requestId === undefined ? undefined : oneLine(answer.requestId, 80),
    detail: detailOf(answer.text),
    foreign: answer.text.trim() !== "" && !answer.text.trimStart().startsWith("{"),
  };
  if (answer.status >= 300 && answer.status < 400) return redirected(request, answer);
  if (answer.status === 401 || answer.status === 403) return new AuthError(details);
  if (answer.status === 404) return new NotFoundError(details);
  if (answer.status === 429) return new RateLimitError(details, retryAfterMs(answer.retryAfter, now));
  return new ApiError(details);
}

function redirected(request: RequestRef, answer: Answer): Error {
  const to = answer.location === undefined ? "elsewhere" : `to ${oneLine(answer.location, 120)}`;
  return new ResponseShapeError(
    request,
    `it redirects ${to} (status ${answer.status}); redirects are not followed, because they would carry the ` +
      "token along. Check vpsorg:endpoint",
  );
}

/** `Retry-After` in both of its forms, seconds and an HTTP date, as milliseconds from `now`. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.round(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What an error body says, in whichever of the undocumented forms it comes. */
export function detailOf(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  if (isHtml(text)) return htmlTitle(text);
  try {
    const said = sentences(JSON.parse(text) as unknown);
    return said === "" ? undefined : oneLine(said);
  } catch {
    return oneLine(text, 120);
  }
}

function htmlTitle(text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim();
  return title === undefined || title === "" ? "an HTML page" : `an HTML page, "${oneLine(title, 80)}"`;
}

function sentences(body: unknown): string {
  if (typeof body === "string") return body;
  if (Array.isArray(body)) return body.map(sentences).filter(Boolean).join(" ");
  if (typeof body !== "object" || body === null) return "";
  const plain = ["detail", "error", "message", "non_field_errors"];
  return Object.entries(body)
    .map(([key, value]) => {
      const said = sentences(value);
      return said === "" || plain.includes(key) ? said : `${key}: ${said}`;
    })
    .filter(Boolean)
    .join("; ");
}
