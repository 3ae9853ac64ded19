/** The documented base of the API. */
export const DEFAULT_ENDPOINT = "https://admin.vps.org/api/v1";

/** Whether two texts name the same base. */
export function sameEndpoint(a: string, b: string): boolean {
  return normalEndpoint(a) === normalEndpoint(b);
}

/** As it is used, recorded and shown: a host in other letters than ASCII's looks like another one. */
export function normalEndpoint(endpoint: string): string {
  return (parse(endpoint)?.href ?? endpoint).replace(/\/+$/, "");
}

/** Whether a URL's host is this very machine. */
export function isLoopback(url: string): boolean {
  const host = parse(url)?.hostname ?? "";
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Why a text cannot be the API's base, or `undefined` where it can. */
export function endpointProblem(endpoint: string): string | undefined {
  const url = parse(endpoint);
  if (url === undefined) return "is not a URL";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or a password";
  if (/[?#]/.test(endpoint)) return "must not hold a query or a fragment";
  if (url.protocol === "https:") return undefined;
  if (url.protocol === "http:" && isLoopback(endpoint)) return undefined;
  return "must start with https:// (plain http is accepted only for this machine: localhost, 127.0.0.1, [::1])";
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
