/** A request that reached the API, without its token. */
export interface LoggedRequest {
  /** From 1; not set back by clearing the log. */
  seq: number;
  /** Milliseconds on the model's clock. */
  at: number;
  method: string;
  /** After the base: "/snapshots/"; the whole path where it is not under the base. */
  path: string;
  query: Record<string, string>;
  /** null: no answer was sent, or none yet. */
  status: number | null;
  /** JSON where it can be read as JSON, else text; null: none. */
  body: unknown;
  /** The fault that decided the answer, else the first that happened. */
  faultId?: string;
  /** Whether the right token came with it. */
  authorised: boolean;
  /** Whether any Authorization header came with it, right or wrong. */
  sentCredentials: boolean;
  contentType: string;
  userAgent: string;
}

export class RequestLog {
  #requests: LoggedRequest[] = [];
  #seq = 0;

  add(entry: Omit<LoggedRequest, "seq">): LoggedRequest {
    const request = { seq: ++this.#seq, ...entry };
    this.#requests.push(request);
    return request;
  }

  /** A copy: what a test holds must not change under it. */
  all(): LoggedRequest[] {
    return structuredClone(this.#requests);
  }

  clear(): void {
    this.#requests = [];
  }
}

export function readableBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
