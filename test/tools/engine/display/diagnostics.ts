import { nameOf, typeOf } from "../deploy/urn";
import type { Diagnostic } from "./events";

/** Everything that was said, by resource, with what came as plain output apart from warnings and errors. */
export class Diagnostics {
  private readonly byUrn = new Map<string, Diagnostic[]>();

  constructor(private readonly rootUrn: string) {}

  add(diagnostic: Diagnostic): void {
    if (diagnostic.ephemeral) return;
    const urn = diagnostic.urn || this.rootUrn;
    this.byUrn.set(urn, [...(this.byUrn.get(urn) ?? []), diagnostic]);
  }

  urns = () => [...this.byUrn.keys()];

  errored = () => this.urns().filter((urn) => this.count(urn, "error") > 0);

  count(urn: string, severity: Diagnostic["severity"]): number {
    return (this.byUrn.get(urn) ?? []).filter((diagnostic) => diagnostic.severity === severity).length;
  }

  /** `1 error; 2 warnings; 4 messages` */
  note(urn: string): string {
    const part = (count: number, word: string) =>
      count > 0 ? `${count} ${word}${count === 1 ? "" : "s"}` : "";
    const parts = [
      part(this.count(urn, "error"), "error"),
      part(this.count(urn, "warning"), "warning"),
      part(this.count(urn, "info"), "message"),
    ];
    return parts.filter((text) => text !== "").join("; ");
  }

  lines(): string[] {
    return [...this.byUrn].flatMap(([urn, list]) => [
      `  ${typeOf(urn)} (${nameOf(urn)}):`,
      ...list.flatMap((diagnostic, index) => this.block(diagnostic, list[index + 1])),
    ]);
  }

  private block(diagnostic: Diagnostic, next: Diagnostic | undefined): string[] {
    const lines = prefixed(diagnostic)
      .replace(/\n+$/, "")
      .split("\n")
      .map((line) => `    ${line}`);
    const ends = next === undefined || (diagnostic.severity === "info") !== (next.severity === "info");
    return ends ? [...lines, ""] : lines;
  }
}

export const prefixed = ({ severity, message }: Diagnostic) =>
  severity === "info" ? message : `${severity}: ${message}`;
