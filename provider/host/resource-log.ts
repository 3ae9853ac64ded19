import { hash } from "node:crypto";
import { printable } from "../api/text";
import type { Reporter } from "../core/messages/reporter";
import type { Checked } from "../core/check";
import type { Properties } from "./boundary";
import type { EngineLog, LogKind } from "./engine-log";

/** What {@link ResourceLog.checked} notes where two resources have the same inputs and cannot be told apart later. */
const AMBIGUOUS = "";

/**
 * The rows of the engine's display. The engine tells a dynamic provider no URN, so the resource class hands it to
 * `check` as an input, which `check` drops. What comes later in the same run is known again by the inputs that `check`
 * has made, or by the id. A refresh or a destroy checks nothing, and what depends on a resource that is deleted first is
 * compared before it is checked: the stack's row is all that is left then.
 */
export class ResourceLog {
  private readonly byInputs = new Map<string, string>();
  private readonly byId = new Map<string, string>();
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly engine: EngineLog) {}

  /** For a check, whose inputs still hold the URN. */
  forCheck(news: Properties): Reporter {
    return this.row(this.urnIn(news));
  }

  /** The resource that is checked. */
  urnIn(news: Properties): string | undefined {
    const urn = news["__urn"];
    return typeof urn === "string" && urn.startsWith("urn:") ? urn : undefined;
  }

  /** Notes what a check has made of the inputs of which resource; the host adds the provider to them. */
  async checked(news: Properties, check: Promise<Checked>): Promise<Checked> {
    const checked = await check;
    const urn = this.urnIn(news);
    const { __provider } = news;
    if (urn === undefined) return checked;
    const key = keyOf({ ...checked.inputs, __provider });
    const other = this.byInputs.get(key);
    this.byInputs.set(key, other === undefined || other === urn ? urn : AMBIGUOUS);
    return checked;
  }

  /** For an operation with the inputs of a check, and what holds this id from now on. */
  forInputs(inputs: Properties, id?: string): Reporter {
    return this.forUrn(this.urnOf(inputs), id);
  }

  /** The same where it is known whose inputs they are. */
  forUrn(urn: string | undefined, id?: string): Reporter {
    if (id !== undefined && urn !== undefined) this.byId.set(id, urn);
    return this.row(urn);
  }

  /** Whose inputs these are. */
  urnOf(inputs: Properties): string | undefined {
    const urn = this.byInputs.get(keyOf(inputs));
    return urn === AMBIGUOUS ? undefined : urn;
  }

  forId(id: string): Reporter {
    return this.row(this.byId.get(id));
  }

  forStack(): Reporter {
    return this.row(undefined);
  }

  /** Resolves when every message has reached the engine. */
  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private row(urn: string | undefined): Reporter {
    return {
      info: (message) => this.send("info", message, urn),
      warn: (message) => this.send("warning", message, urn),
      progress: (message) => this.send("progress", message, urn),
    };
  }

  /** A plain line on standard output where the engine cannot be reached. */
  private send(kind: LogKind, text: string, urn: string | undefined): void {
    const message = printable(text);
    const sent = this.engine
      .log(kind, message, urn)
      .catch(() => {
        if (kind === "progress") return;
        process.stdout.write(`${kind === "warning" ? "warning: " : ""}${message}\n`);
      })
      .finally(() => this.pending.delete(sent));
    this.pending.add(sent);
  }
}

/**
 * The order of the keys is the engine's, and it drops what is undefined. A digest, because inputs can hold secrets and
 * are kept for the life of the process.
 */
function keyOf(inputs: Properties): string {
  const text = JSON.stringify(inputs, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
  return hash("sha256", text, "base64");
}
