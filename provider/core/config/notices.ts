import { DEFAULT_ENDPOINT, sameEndpoint } from "../../api/endpoint";

/** What is said once a run of an endpoint that is not VPS.org's own: it gets the token, and its answers are believed. */
export function endpointNotice(endpoint: string): string | undefined {
  if (sameEndpoint(endpoint, DEFAULT_ENDPOINT)) return undefined;
  return `the token goes to ${endpoint}, which is not VPS.org's own endpoint.`;
}
