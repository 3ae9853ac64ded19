import { DEFAULT_ENDPOINT, endpointProblem, normalEndpoint, sameEndpoint } from "../api/endpoint";
import { pulumiAdvice } from "./messages/advice";
import type { Advice } from "./messages/advice";

/** Where the token came from, for the error of a 401. */
export type TokenSource = "config" | "stored" | "environment" | "argument";

export interface Settings {
  readonly token: string;
  readonly tokenSource: TokenSource;
  readonly endpoint: string;
  readonly pollIntervalSeconds?: number;
}

/** Reads one value of the configuration: `token`, `endpoint` or `pollIntervalSeconds`. */
export type ReadConfig = (key: string) => string | undefined;

export interface Resolved {
  /** Absent where there are problems. */
  readonly settings?: Settings;
  /** Each names the setting, what is wrong and the remedy; never the token's text. */
  readonly problems: readonly string[];
}

export interface ResolveOptions {
  /** One person has named token and endpoint in one call. @default false */
  readonly byHand?: boolean;
  /** What problems tell people to set. @default that of a Pulumi project */
  readonly advice?: Advice;
}

/**
 * Configuration first, then the environment, then the default: the same order everywhere. Token and endpoint come from
 * the same source, or whoever may set one of them gets the other's secret.
 */
export function resolveSettings(
  config: ReadConfig,
  env: Readonly<Record<string, string | undefined>>,
  { byHand = false, advice = pulumiAdvice }: ResolveOptions = {},
): Resolved {
  const problems: string[] = [];
  const token = readToken(config, env, problems, advice);
  const { endpoint, source } = readEndpoint(config, env, problems, advice);
  if (token !== undefined && endpoint.includes(token.token)) {
    problems.push(
      "the endpoint holds the API token, and endpoints are recorded and shown: set one without it",
    );
  }
  if (token !== undefined && source !== undefined && source !== token.tokenSource && !byHand) {
    if (problems.length === 0) problems.push(mixed(token.tokenSource, endpoint));
  }
  const interval = readInterval(config, env, problems, advice);
  if (token === undefined || problems.length > 0) return { problems };
  return {
    settings: { ...token, endpoint, ...(interval === undefined ? {} : { pollIntervalSeconds: interval }) },
    problems,
  };
}

/** What is said once a run of an endpoint that is not VPS.org's own: it gets the token, and its answers are believed. */
export function endpointNotice(endpoint: string): string | undefined {
  if (sameEndpoint(endpoint, DEFAULT_ENDPOINT)) return undefined;
  return `the token goes to ${endpoint}, which is not VPS.org's own endpoint.`;
}

type Env = Readonly<Record<string, string | undefined>>;

function readToken(
  config: ReadConfig,
  env: Env,
  problems: string[],
  advice: Advice,
): Pick<Settings, "token" | "tokenSource"> | undefined {
  const configured = nonEmpty(config("token"));
  const token = configured ?? nonEmpty(env["VPSORG_TOKEN"]);
  if (token === undefined) {
    problems.push(`there is no VPS.org API token: ${advice.setToken()}`);
    return undefined;
  }
  // A header carries visible ASCII only; a line break that came along with the token is the usual cause.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const source = configured === undefined ? "VPSORG_TOKEN" : advice.setting("token");
    problems.push(
      `the API token in ${source} holds a space, a line break or a character that cannot be sent: set it anew`,
    );
    return undefined;
  }
  return { token, tokenSource: configured === undefined ? "environment" : "config" };
}

function mixed(tokenSource: TokenSource, endpoint: string): string {
  const stack = tokenSource === "config";
  const [token, other] = stack ? ["vpsorg:token", "VPSORG_ENDPOINT"] : ["VPSORG_TOKEN", "vpsorg:endpoint"];
  return (
    `the token comes from ${token}, and the endpoint ${endpoint} from ${other}: a token goes to no endpoint of another ` +
    `source. ${stack ? "Set vpsorg:endpoint, or unset VPSORG_ENDPOINT" : "Set vpsorg:token, or remove vpsorg:endpoint"}`
  );
}

/** Without a source where it is the default, wherever that is said. */
function readEndpoint(
  config: ReadConfig,
  env: Env,
  problems: string[],
  advice: Advice,
): { readonly endpoint: string; readonly source: TokenSource | undefined } {
  const configured = nonEmpty(config("endpoint"));
  const endpoint = configured ?? nonEmpty(env["VPSORG_ENDPOINT"]) ?? DEFAULT_ENDPOINT;
  const problem = endpointProblem(endpoint);
  if (problem !== undefined) {
    const source = configured === undefined ? "VPSORG_ENDPOINT" : advice.setting("endpoint");
    problems.push(`the endpoint in ${source} ${problem}; the default is ${DEFAULT_ENDPOINT}`);
  }
  const isDefault = problem === undefined && sameEndpoint(endpoint, DEFAULT_ENDPOINT);
  const source = isDefault ? undefined : configured === undefined ? "environment" : "config";
  return { endpoint: normalEndpoint(endpoint), source };
}

function readInterval(config: ReadConfig, env: Env, problems: string[], advice: Advice): number | undefined {
  const configured = nonEmpty(config("pollIntervalSeconds"));
  const text = configured ?? nonEmpty(env["VPSORG_POLL_INTERVAL_SECONDS"]);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0.05 && seconds <= 60) return seconds;
  const source =
    configured === undefined ? "VPSORG_POLL_INTERVAL_SECONDS" : advice.setting("pollIntervalSeconds");
  // What is no number is not shown: it may be a token that was put into the wrong place.
  const shown = /^[-+\d.,eE ]{1,20}$/.test(text) ? ` is "${text}"` : " is not a number";
  problems.push(`${source}${shown}: it must be a number of seconds from 0.05 to 60, or be left out`);
  return undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}
