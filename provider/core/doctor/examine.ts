import { allAnswers, allSteps, connectionFindings } from "./connection-checks";
import { failureOf } from "./failure";
import { checking } from "./finding";
import { clockSkew } from "./header-checks";
import type { FailureCode, Finding, Verdict } from "./finding";
import { hasNext, listFindings } from "./list-checks";
import { PublicWords } from "./public-words";
import { readPage } from "./reading";
import {
  detailFinding,
  filterFinding,
  membershipFinding,
  unlistedFinding,
  serverFindings,
} from "./server-checks";
import { snapshotFindings } from "./snapshot-checks";
import type { ListStep, Survey } from "./survey";

export interface Examination {
  readonly findings: readonly Finding[];
  /** The code of the error that stands for all that fails; absent where the provider can work with this API. */
  readonly failure?: FailureCode;
}

/** What of this account and API is as documented, and what the provider makes of the rest. Asks for nothing. */
export function examine(survey: Survey, now: number): Examination {
  const answers = allAnswers(survey);
  const bodies = answers.map((answer) => readPage(answer).body);
  const words = new PublicWords(bodies);
  const { servers } = survey;
  const findings = [
    ...connectionFindings(survey),
    // Ages are counted on the clock that has made the times.
    ...ofSnapshots(survey, words, now + (clockSkew(answers) ?? 0)),
    ...(servers === undefined ? [] : ofServers(survey, servers, words)),
  ];
  const all = [...findings, ...unexplained(survey, findings)];
  const failed = all.filter(({ verdict }) => verdict === "fails");
  const refused = failed.find(({ code }) => code === "AUTH_FAILED");
  const worst = refused ?? failed[0];
  return { findings: all, ...(worst === undefined ? {} : { failure: worst.code ?? "API_ERROR" }) };
}

function ofSnapshots(survey: Survey, words: PublicWords, now: number): readonly Finding[] {
  const { snapshots, endpoint, checkEndpoint } = survey;
  const kind = { name: "snapshots", needed: "Nothing works without this list.", checkEndpoint } as const;
  const list = listFindings(snapshots, kind, endpoint);
  if (!isReadable(snapshots)) return list;
  const entries = snapshotFindings(snapshots.entries.items, {
    words,
    now,
    isWhole: !snapshots.partial && !hasNext(snapshots.entries.pages.at(-1)),
  });
  return [...list, ...entries, membershipFinding(survey), filterFinding(survey)];
}

const NEEDED_OF_SERVERS =
  "Without it no delete begins, and no restore where one server cannot be asked for by itself.";

function ofServers(survey: Survey, servers: ListStep, words: PublicWords): readonly Finding[] {
  const kind = { name: "servers", needed: NEEDED_OF_SERVERS, checkEndpoint: survey.checkEndpoint } as const;
  const unlisted = unlistedFinding(survey);
  const list = unlisted === undefined ? listFindings(servers, kind, survey.endpoint) : [unlisted];
  const entries = isReadable(servers) ? serverFindings(servers.entries.items, words) : [];
  return [...list, ...entries, detailFinding(survey)];
}

/** Whether there are entries to look at, or an empty list; a bare array's tell as much. */
function isReadable({ entries: { pages } }: ListStep): boolean {
  return pages.length > 0 && pages.every(({ form }) => form === "page" || form === "array");
}

/** What the client refuses is a failure, also where no check knows why. */
function unexplained(survey: Survey, findings: readonly Finding[]): readonly Finding[] {
  const isExplained = (subject: string): boolean =>
    findings.some(
      ({ check, verdict }) =>
        verdict === "fails" && (check.startsWith(subject) || /^(token|endpoint)$/.test(check)),
    );
  return allSteps(survey).flatMap((step) => {
    const subject = step.path === "/snapshots/" ? "snapshots" : "servers";
    const isSaid = step === survey.servers && unlistedFinding(survey) !== undefined;
    if (step.error === undefined || isSaid || isExplained(subject)) return [];
    const { found, detail, code } = failureOf(step);
    return checking(`${subject}: use`).fails(found, {
      effect: "The provider refuses this answer.",
      detail,
      code,
    });
  });
}

export function countOf(findings: readonly Finding[], verdict: Verdict): number {
  return findings.filter((finding) => finding.verdict === verdict).length;
}
