import type { ErrorBodyStyle } from "./behaviour";

/** A request that the API refuses; rendered into whichever error body is switched on. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** The request field at fault, for error bodies that name it. */
  readonly field: string | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, text: string, more: { field?: string; headers?: Record<string, string> } = {}) {
    super(text);
    this.status = status;
    this.field = more.field;
    this.headers = more.headers ?? {};
  }
}

/** An answer before it is put on the wire: JSON, or text with its own content type, or nothing. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  json?: unknown;
  text?: string;
}

export function htmlPage(title: string): string {
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
}

export function htmlReply(status: number, title: string): Reply {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, text: htmlPage(title) };
}

export function refusalReply(refusal: Refusal, style: ErrorBodyStyle): Reply {
  const { status, message, headers } = refusal;
  switch (style) {
    case "detail":
    case "error":
    case "message":
      return { status, headers, json: { [style]: message } };
    case "field":
      return { status, headers, json: { [refusal.field ?? "non_field_errors"]: [message] } };
    case "html": {
      const page = htmlReply(status, message);
      return { ...page, headers: { ...page.headers, ...headers } };
    }
    case "empty":
      return { status, headers };
  }
}
