import type { Emulator } from "./server";

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The body read as JSON; undefined where it is not JSON. */
  json: unknown;
}

export interface RawOptions {
  body?: unknown;
  /** null: none. @default the emulator's */
  token?: string | null;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** One request as it stands: no retries, no redirects followed, nothing interpreted. */
export async function rawCall(
  emulator: Emulator,
  method: string,
  path: string,
  options: RawOptions = {},
): Promise<RawAnswer> {
  const { body, token = emulator.token, signal } = options;
  const headers = {
    "content-type": "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...options.headers,
  };
  const url = path.startsWith("http") ? path : emulator.endpoint + path;
  const response = await fetch(url, {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: readJson(text) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
