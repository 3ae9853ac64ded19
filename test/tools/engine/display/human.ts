import { nameOf, stackUrn, typeOf, type Place } from "../deploy/urn";
import type { Props } from "../deploy/values";
import type { RunOptions } from "../deploy/run";
import { Diagnostics, prefixed } from "./diagnostics";
import type { Diagnostic, Display, StepEvent, Tally } from "./events";
import { diffNote } from "./render";
import { outputLines, resourceLines } from "./summary";
import { failedWords, gerunds, rowSign, seconds, wordsOf } from "./words";

/** A row for every thing that happens, one below the other, and a summary. */
export class HumanDisplay implements Display {
  private readonly root: string;
  private readonly diagnostics: Diagnostics;
  private readonly began = Date.now();
  private readonly startedAt = new Map<string, number>();
  private readonly active = new Map<string, StepEvent>();
  private rootStep: StepEvent | undefined;
  private readonly failures = new Set<string>();
  /** By URN: what was last said of it, and how it differs, for the rows that follow. */
  private readonly lastLine = new Map<string, string>();
  private readonly notes = new Map<string, string>();
  private outputs_: { old: Props; now: Props } | undefined;

  constructor(
    private readonly place: Place,
    private readonly options: RunOptions,
    private readonly print: (line: string) => void,
  ) {
    this.root = stackUrn(place);
    this.diagnostics = new Diagnostics(this.root);
  }

  begin(): void {
    const gerund = gerunds[this.options.mode];
    const { mode, dryRun } = this.options;
    const title = dryRun ? `Previewing ${mode}` : gerund.replace(/^./, (letter) => letter.toUpperCase());
    this.print(`${title} (${this.place.stack}):\n`);
  }

  started(step: StepEvent): void {
    this.active.set(step.urn, step);
    this.startedAt.set(step.urn, Date.now());
    if (step.urn === this.root) this.rootStep = step;
    if (step.op === "read") {
      this.row(this.root, "running", `read ${typeOf(step.urn)} ${nameOf(step.urn)}`, undefined);
      return;
    }
    if (step.op === "same" || (this.options.dryRun && step.op !== "refresh" && step.urn !== this.root))
      return;
    this.row(step.urn, this.doing(step), this.note(step));
  }

  done(step: StepEvent): void {
    this.active.delete(step.urn);
    // The row of the stack closes at the very end.
    if (step.urn === this.root && step.op !== "delete") return;
    if (step.urn === this.root) this.rootStep = undefined;
    const text = this.note(step);
    if (step.op === "read") return;
    const refreshed = this.options.mode === "refresh";
    if (step.op === "same" && text === "" && !refreshed) return;
    this.row(step.urn, this.finished(step), text, step);
  }

  failed(step: StepEvent): void {
    this.active.delete(step.urn);
    this.failures.add(step.urn);
    if (this.options.dryRun) return;
    const info = [this.note(step), this.lastLine.get(step.urn) ?? ""]
      .filter((text) => text !== "")
      .join("; ");
    this.row(step.urn, `**${failedWords(step.op)}**`, info, step);
  }

  diagnostic(diagnostic: Diagnostic): void {
    this.diagnostics.add(diagnostic);
    const urn = diagnostic.urn || this.root;
    const step = this.active.get(urn) ?? (urn === this.root ? this.rootStep : undefined);
    const [line = ""] = prefixed(diagnostic).split("\n");
    this.lastLine.set(urn, line);
    const running = urn === this.root && (step === undefined || step.op === "same");
    const info = [step ? this.note(step) : "", line].filter((text) => text !== "").join("; ");
    this.row(urn, running ? "running" : step ? this.doing(step) : "", info, step);
  }

  outputs(old: Props, now: Props): void {
    this.outputs_ = { old, now };
  }

  end(tally: Tally): void {
    for (const step of this.active.values())
      this.row(step.urn, `${wordsOf(step.op).doing} (interrupted)`, "", step);
    for (const urn of this.diagnostics.urns())
      if (!this.failures.has(urn) && urn !== this.root) this.lastRow(urn);
    this.lastRow(this.root);
    const diagnostics = this.diagnostics.lines();
    if (diagnostics.length > 0) this.print(["Diagnostics:", ...diagnostics].join("\n"));
    this.section("Outputs:", this.outputLines());
    const { dryRun } = this.options;
    this.section("Resources:", resourceLines(tally, this.diagnostics.errored().length, dryRun));
    if (!dryRun) this.print(`Duration: ${Math.max(1, Math.round((Date.now() - this.began) / 1000))}s\n`);
  }

  private outputLines(): string[] {
    if (!this.outputs_) return [];
    const { old, now } = this.outputs_;
    return outputLines(old, now, this.options.dryRun, this.rootStep?.op === "create");
  }

  private section(title: string, lines: string[]): void {
    if (lines.length > 0) this.print([title, ...lines, ""].join("\n"));
  }

  private lastRow(urn: string): void {
    const failed = this.diagnostics.count(urn, "error") > 0 && !this.options.dryRun;
    const step = urn === this.root ? this.rootStep : undefined;
    const status = failed ? "**failed**" : step ? this.finished(step) : "";
    this.row(urn, status, this.diagnostics.note(urn), failed ? undefined : step);
  }

  private doing(step: StepEvent): string {
    if (step.op === "same") return "";
    if (this.options.dryRun) return wordsOf(step.op).preview;
    return `${wordsOf(step.op).doing} (0s)${retained(step)}`;
  }

  private finished(step: StepEvent): string {
    if (step.op === "same") return "";
    if (this.options.dryRun) return `${wordsOf(step.op).preview}${retained(step)}`;
    const since = this.startedAt.get(step.urn) ?? Date.now();
    return `${wordsOf(step.op).done} (${seconds(Date.now() - since)})${retained(step)}`;
  }

  /** The old half of a replacement is deleted for the reason that the new one was made for. */
  private note(step: StepEvent): string {
    const text = step.op === "delete-replaced" ? (this.notes.get(step.urn) ?? "") : note(step);
    this.notes.set(step.urn, text);
    return text;
  }

  private row(urn: string, status: string, info: string, step = this.active.get(urn)): void {
    this.print(`${rowSign(step?.op ?? "same")}${typeOf(urn)} ${nameOf(urn)} ${status} ${info}`);
  }
}

const retained = ({ op, old }: StepEvent) => (op === "delete" && old?.retainOnDelete ? "[retain]" : "");

/** What differs between the two states of a step, where it has two. */
export function note({ op, old, new: now }: StepEvent): string {
  if (!old || !now || op === "refresh" || op === "read") return "";
  const marks = old.protect === now.protect ? [] : ["protect"];
  if (op === "same") return diffNote({}, {}, marks);
  return diffNote(old.inputs, now.inputs, marks);
}
