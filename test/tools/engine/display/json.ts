import type { ConfigValue } from "../state/stack-config";
import { hidingSeal, saveResource } from "../state/deployment-file";
import type { ResourceState } from "../state/resource-state";
import type { Diagnostic, Display, Op, StepEvent, Tally } from "./events";
import { prefixed } from "./diagnostics";

/** `preview --json`: one document at the end. */
export class JsonDisplay implements Display {
  private readonly began = process.hrtime.bigint();
  private readonly steps: object[] = [];
  private readonly diagnostics: object[] = [];

  constructor(
    private readonly config: Record<string, ConfigValue>,
    private readonly print: (text: string) => void,
  ) {}

  begin(): void {
    // The document is written in one piece.
  }

  /** As a step begins, its new state holds what is asked for and not yet what comes of it. */
  started(step: StepEvent): void {
    const shown = step.op !== "same" || (step.new ?? step.old)?.custom === false;
    if (!shown) return;
    const { op, urn, old, new: now } = step;
    const provider = (now ?? old)?.provider;
    this.steps.push({
      op,
      urn,
      ...(provider && { provider }),
      ...(old && { oldState: save(old) }),
      ...(now && { newState: save(now) }),
      ...(step.keys && op.includes("replace") && { replaceReasons: step.keys }),
      detailedDiff: null,
    });
  }

  done(): void {
    // It has been written down as it began.
  }

  failed(): void {
    // The diagnostic says it.
  }

  diagnostic(diagnostic: Diagnostic): void {
    if (diagnostic.ephemeral) return;
    const { urn, severity } = diagnostic;
    this.diagnostics.push({ ...(urn && { urn }), message: `${prefixed(diagnostic)}\n`, severity });
  }

  outputs(): void {
    // The real document has no outputs either.
  }

  end(tally: Tally): void {
    const config = Object.entries(this.config).map(([key, { value, secret }]) => [
      key,
      secret ? "[secret]" : value,
    ]);
    const document = {
      ...(config.length > 0 && { config: Object.fromEntries(config) as object }),
      steps: this.steps,
      ...(this.diagnostics.length > 0 && { diagnostics: this.diagnostics }),
      duration: Number(process.hrtime.bigint() - this.began),
      changeSummary: Object.fromEntries(
        (["create", "delete", "import", "replace", "same", "update"] satisfies Op[])
          .map((op) => [op, tally.count(op)] as const)
          .filter(([, count]) => count > 0),
      ),
    };
    this.print(JSON.stringify(document, undefined, 4));
  }
}

const save = (state: ResourceState) => saveResource(state, hidingSeal);
