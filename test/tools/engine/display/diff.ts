import type { RunOptions } from "../deploy/run";
import { stackUrn, type Place } from "../deploy/urn";
import type { Props } from "../deploy/values";
import type { ResourceState } from "../state/resource-state";
import { prefixed } from "./diagnostics";
import type { Diagnostic, Display, StepEvent, Tally } from "./events";
import { propertyLines } from "./render";
import { outputLines, resourceLines } from "./summary";
import { gerunds, sign } from "./words";

/** `--diff`: every change with all its properties. */
export class DiffDisplay implements Display {
  private readonly began = Date.now();
  private readonly errored = new Set<string>();
  private readonly root: string;
  private fresh = false;
  private outputs_: { old: Props; now: Props } | undefined;

  constructor(
    private readonly place: Place,
    private readonly options: RunOptions,
    private readonly print: (line: string) => void,
  ) {
    this.root = stackUrn(place);
  }

  begin(): void {
    const { mode, dryRun } = this.options;
    const title = dryRun
      ? `Previewing ${mode}`
      : gerunds[mode].replace(/^./, (letter) => letter.toUpperCase());
    this.print(`${title} (${this.place.stack}):`);
  }

  started(): void {
    // A change is shown once it is done, with its outputs.
  }

  done(step: StepEvent): void {
    if (step.urn === this.root && step.op === "create") this.fresh = true;
    const silent = step.op === "same" ? step.urn !== this.root : step.op === "create-replacement";
    if (silent || step.op === "delete-replaced") return;
    const indent = step.urn === this.root ? "" : "    ";
    const state = step.new ?? step.old;
    const head = `${indent}${sign(step.op)}${state?.type ?? ""}: (${step.op})`;
    const id = step.old?.id ? [`${indent}    [id=${step.old.id}]`] : [];
    this.print([head, ...id, `${indent}    [urn=${step.urn}]`, ...this.properties(step, indent)].join("\n"));
  }

  failed(step: StepEvent): void {
    this.errored.add(step.urn);
  }

  diagnostic(diagnostic: Diagnostic): void {
    if (diagnostic.severity === "error") this.errored.add(diagnostic.urn || this.root);
    this.print(prefixed(diagnostic).replace(/\n+$/, ""));
  }

  outputs(old: Props, now: Props): void {
    this.outputs_ = { old, now };
  }

  end(tally: Tally): void {
    if (this.outputs_) {
      const { old, now } = this.outputs_;
      const lines = outputLines(old, now, this.options.dryRun, this.fresh);
      if (lines.length > 0) this.print(["    --outputs:--", ...lines].join("\n"));
    }
    this.print(["Resources:", ...resourceLines(tally, this.errored.size, this.options.dryRun)].join("\n"));
    if (!this.options.dryRun)
      this.print(`\nDuration: ${Math.max(1, Math.round((Date.now() - this.began) / 1000))}s`);
  }

  private properties({ op, old, new: now }: StepEvent, indent: string): string[] {
    if (op === "same" || op === "delete") return [];
    const deeper = `${indent}  `;
    if (!now) return [];
    if (this.options.mode === "refresh") return propertyLines(now.outputs, now.outputs, deeper);
    if (!old) return [...propertyLines(now.inputs, now.inputs, deeper), ...this.made(now, deeper)];
    return propertyLines(old.inputs, now.inputs, deeper);
  }

  /** What a new resource has beyond what was asked for. */
  private made({ inputs, outputs }: ResourceState, indent: string): string[] {
    const extra = Object.entries(outputs).filter(([key]) => inputs[key] === undefined);
    if (this.options.dryRun || extra.length === 0) return [];
    const props = Object.fromEntries(extra);
    return [`${indent}  --outputs:--`, ...propertyLines(props, props, indent)];
  }
}
