import { VpsorgError } from "../../api/errors";
import { proxyFor } from "../../api/http/tunnel";
import { oneLine } from "../../api/text";
import { examine } from "../../core/doctor/examine";
import type { Examination } from "../../core/doctor/examine";
import type { Finding } from "../../core/doctor/finding";
import { AnswerLog, survey, SURVEY_LIMITS } from "../../core/doctor/survey";
import { openContext } from "../context";
import type { CommonOptions } from "../context";
import { NOT_LOOKED_AT, reportOf, summary, WORDS } from "../doctor-report";
import { table } from "../table";
import type { Terminal } from "../terminal";

export interface DoctorOptions extends CommonOptions {
  readonly report?: boolean;
}

/** Shows what was found, and fails where the provider would. */
export async function doctor(terminal: Terminal, options: DoctorOptions): Promise<void> {
  const log = new AnswerLog();
  const { session } = await openContext(terminal, options, { ...SURVEY_LIMITS, onAnswer: log.observe });
  if (!terminal.json) terminal.reporter().progress("looking at the account; nothing is changed");
  const surveyed = await survey(session, log, {
    tokenName: "VPSORG_TOKEN",
    proxied: isProxied(session.endpoint),
  });
  const examination = examine(surveyed, session.clock.now());
  if (options.json === true) terminal.result(JSON.stringify(forScripts(examination, options), null, 2));
  else if (options.report === true) terminal.result(reportOf(examination, surveyed));
  else terminal.result(forPeople(examination));
  const { failure } = examination;
  if (failure !== undefined) throw new VpsorgError(failure, conclusion(examination));
}

/** A proxy that cannot be used is said by the request that fails. */
function isProxied(endpoint: string): boolean {
  try {
    return proxyFor(endpoint) !== undefined;
  } catch {
    return true;
  }
}

function forScripts({ findings, failure }: Examination, { report }: DoctorOptions): object {
  const shown = findings.map(({ detail, ...rest }) =>
    report === true || detail === undefined ? rest : { ...rest, detail: oneLine(detail) },
  );
  return { usable: failure === undefined, findings: shown };
}

function forPeople({ findings }: Examination): string {
  const rows = findings.map(({ check, verdict, found }) => [check, WORDS[verdict], oneLine(found, 80)]);
  // What fails comes first.
  const explained = (["fails", "differs"] as const).flatMap((wanted) =>
    findings.filter(({ verdict }) => verdict === wanted).map(explanation),
  );
  return [
    table([["CHECK", "RESULT", "FOUND"], ...rows]),
    ...explained,
    `${summary(findings)}\n${NOT_LOOKED_AT}`,
  ].join("\n\n");
}

function explanation({ check, verdict, found, documented, effect, remedy, detail }: Finding): string {
  const lines = [
    ["found", found],
    ["documented", documented],
    ["effect", effect],
    ["remedy", remedy],
    ["detail", detail],
  ].flatMap(([name = "", text]) =>
    text === undefined ? [] : [`  ${name.padEnd(10)}  ${oneLine(text, 400)}`],
  );
  return [`${check}: ${WORDS[verdict]}`, ...lines].join("\n");
}

function conclusion({ findings }: Examination): string {
  const failed = findings.filter(({ verdict }) => verdict === "fails");
  return `the provider cannot work with all of this: ${failed.map(({ check, found }) => `${check} (${found})`).join("; ")}`;
}
