import { packageVersion } from "../api/version";
import { publicEndpoint, allAnswers } from "../core/doctor/connection-checks";
import type { Examination } from "../core/doctor/examine";
import type { Survey } from "../core/doctor/survey";
import { countOf } from "../core/doctor/examine";
import type { Finding, Verdict } from "../core/doctor/finding";

export const WORDS: Readonly<Record<Verdict, string>> = {
  ok: "ok",
  differs: "differs",
  fails: "FAILS",
  unseen: "not seen",
};

export function summary(findings: readonly Finding[]): string {
  return (
    `${findings.length} checks: ${countOf(findings, "ok")} as documented or needed, ` +
    `${countOf(findings, "differs")} differ and the provider copes, ${countOf(findings, "fails")} fail, ` +
    `${countOf(findings, "unseen")} not seen in this account.`
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
    "Nothing was changed, so nothing is known of the answers to a create, a restore or a delete.",
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
