import { packageVersion } from "../api/version";
import { publicEndpoint, allAnswers } from "../core/doctor/connection-checks";
import { countOf } from "../core/doctor/examine";
import type { Examination } from "../core/doctor/examine";
import type { Survey } from "../core/doctor/survey";
import type { Finding, Verdict } from "../core/doctor/finding";

export const WORDS: Readonly<Record<Verdict, string>> = {
  ok: "ok",
  differs: "differs",
  fails: "FAILS",
  unseen: "not seen",
};

/** What it costs to change nothing. */
export const NOT_LOOKED_AT =
  "Not looked at, because nothing is changed: what a create, a restore and a delete answer, and how soon lists show it.";

export function summary(findings: readonly Finding[]): string {
  const count = (verdict: Verdict): number => countOf(findings, verdict);
  return (
    `${findings.length} checks: ${count("ok")} as documented or needed, ${count("differs")} different but coped with, ` +
    `${count("fails")} failed, ${count("unseen")} not seen in this account.`
  );
}

/** Markdown for an issue. It is made of what anybody may read, and of nothing else. */
export function reportOf({ findings }: Examination, survey: Survey): string {
  return [
    "### pulumi-vpsorg doctor",
    [
      `- pulumi-vpsorg ${packageVersion()}, Node ${process.versions.node}, ${process.platform}`,
      `- endpoint: ${publicEndpoint(survey.endpoint)}`,
      `- ${summary(findings)}`,
    ].join("\n"),
    markdown(
      ["check", "result", "found", "documented"],
      findings.map(({ check, verdict, found, documented = "" }) => [
        check,
        WORDS[verdict],
        found,
        documented,
      ]),
    ),
    markdown(
      ["request", "status", "bytes", "ms"],
      allAnswers(survey).map(({ path, query, status, text, sentAt, receivedAt }) => [
        `GET ${path.startsWith("/servers/") && path !== "/servers/" ? "/servers/ID/" : path}${queryForm(query)}`,
        String(status),
        String(Buffer.byteLength(text)),
        String(receivedAt - sentAt),
      ]),
    ),
    NOT_LOOKED_AT,
  ].join("\n\n");
}

/** Names only; a page's name may be any, and so may its value. */
function queryForm(query: Readonly<Record<string, string>>): string {
  const known = ["server_id", "page", "limit", "offset", "cursor", "page_size"];
  const names = Object.keys(query).map((name) => (known.includes(name) ? name : "…"));
  return names.length === 0 ? "" : `?${names.join("&")}`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
