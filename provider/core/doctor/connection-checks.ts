import { AuthError, ConnectionError, DEFAULT_ENDPOINT, isLoopback } from "../../api";
import type { ObservedAnswer } from "../../api";
import { sameEndpoint } from "../../api/endpoint";
import { createSchedule } from "../time/schedule";
import { failureOf } from "./failure";
import { checking } from "./finding";
import type { Finding } from "./finding";
import { headerFindings } from "./header-checks";
import { readPage } from "./reading";
import type { Step, Survey } from "./survey";

/** What concerns every request: the endpoint, the token, and the headers of the answers. */
export function connectionFindings(survey: Survey): readonly Finding[] {
  const answers = allAnswers(survey);
  return [
    endpoint(survey),
    token(survey),
    ...polling(survey),
    ...(answers.length === 0 ? [] : headerFindings(answers)),
  ];
}

export function allSteps({ snapshots, servers, filtered, detail }: Survey): readonly Step[] {
  return [snapshots, servers, ...filtered, detail].filter((step) => step !== undefined);
}

export function allAnswers(survey: Survey): readonly ObservedAnswer[] {
  return allSteps(survey).flatMap((step) => step.answers);
}

/** The host only where it is VPS.org's own. */
export function publicEndpoint(endpoint: string): string {
  if (sameEndpoint(endpoint, DEFAULT_ENDPOINT)) return `${DEFAULT_ENDPOINT}, the default`;
  const { host } = new URL(DEFAULT_ENDPOINT);
  return new URL(endpoint).host === host ? `another path on ${host}` : "another endpoint";
}

function endpoint({ endpoint: url, snapshots, proxied, checkEndpoint }: Survey): Finding {
  const check = checking("endpoint", `${DEFAULT_ENDPOINT}, over TLS`);
  const shown = publicEndpoint(url);
  const detail = sameEndpoint(url, DEFAULT_ENDPOINT) ? {} : { detail: url };
  const { error } = snapshots;
  if (error instanceof ConnectionError) {
    return check.fails(`${shown}: ${failureOf(snapshots).found}`, {
      effect: "Nothing works without it.",
      remedy: `${checkEndpoint} and the network.`,
      detail: error.message,
      code: "CONNECTION",
    });
  }
  const way = proxied ? ", through the proxy of the environment" : "";
  const how =
    isLoopback(url) && url.startsWith("http:") ? "on this machine" : "over TLS, certificate verified";
  const found = `${shown}, ${how}${way}`;
  if (sameEndpoint(url, DEFAULT_ENDPOINT)) return check.ok(found);
  return check.differs(found, {
    ...detail,
    effect: "It gets the token, and what it answers is believed.",
  });
}

function token({ snapshots, servers, tokenName }: Survey): Finding {
  const check = checking("token", "`Authorization: Bearer TOKEN`; 401 where it is not accepted");
  const refused = [snapshots, servers].find(
    (step) => step?.error instanceof AuthError && (step === snapshots || step.error.status === 401),
  );
  if (refused?.error instanceof AuthError) {
    const { status, message } = refused.error;
    return check.fails(`${status} to GET ${refused.path}`, {
      effect: "Nothing works without it.",
      remedy: status === 401 ? `Set a valid one in ${tokenName}.` : "Use one that has the permission.",
      detail: message,
      code: "AUTH_FAILED",
    });
  }
  // A page that somebody else put in between says nothing.
  const isAccepted = [...snapshots.answers, ...(servers?.answers ?? [])].some(
    (answer) =>
      answer.status >= 200 && answer.status < 300 && /^(page|array|object)$/.test(readPage(answer).form),
  );
  if (!isAccepted) return check.unseen("no answer says whether it is accepted");
  return check.ok(`accepted; it is that of ${tokenName}, not of a Pulumi stack`);
}

/** A fixed interval that was meant for trying. */
function polling({ pollMs }: Survey): readonly Finding[] {
  const usual = createSchedule().pollDelay("create", 0);
  if (pollMs === usual) return [];
  return [
    checking("polling").differs(`every ${pollMs / 1000} s, instead of ${usual / 1000} s and less`, {
      effect:
        "Whatever waits asks that often, and grace periods are as much shorter. It is meant for emulators and tests.",
      remedy: "Unset VPSORG_POLL_INTERVAL_SECONDS.",
    }),
  ];
}
