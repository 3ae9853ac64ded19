import { createHash } from "node:crypto";
import type { Reporter } from "../core/report";
import type { Checked } from "../core/snapshot/check";
import type { Properties } from "./guarded";
import { display } from "./reporter";

/**
 * The row of the engine's display that an operation belongs to. The engine tells a dynamic provider no URN, so the
 * resource class hands it to `check` as an input, which `check` drops. What comes later in the same run is known
 * again by the inputs that `check` has made, or by the id. A refresh or a destroy checks nothing, and what depends on
 * a resource that is deleted first is compared before it is checked: the stack's row is all that is left then.
 */
class Rows {
  private readonly byInputs = new Map<string, string>();
  private readonly byId = new Map<string, string>();

  /** For a check, whose inputs still hold the URN. */
  ofNews(news: Properties): Reporter {
    return display.row(urnIn(news));
  }

  /** Remembers what a check has made of the inputs of which resource; the host adds the provider to them. */
  async checked(news: Properties, check: Promise<Checked>): Promise<Checked> {
    const checked = await check;
    const urn = urnIn(news);
    const { __provider } = news;
    if (urn === undefined) return checked;
    const key = keyOf({ ...checked.inputs, __provider });
    const other = this.byInputs.get(key);
    // Two resources with the same inputs cannot be told apart later.
    this.byInputs.set(key, other === undefined || other === urn ? urn : NOBODYS);
    return checked;
  }

  /** For an operation with the inputs of a check, and what holds this id from now on. */
  ofInputs(inputs: Properties, id?: string): Reporter {
    const urn = this.byInputs.get(keyOf(inputs));
    if (urn === undefined || urn === NOBODYS) return display.row(undefined);
    if (id !== undefined) this.byId.set(id, urn);
    return display.row(urn);
  }

  ofId(id: string): Reporter {
    return display.row(this.byId.get(id));
  }
}

export const rows = new Rows();

const NOBODYS = "";

function urnIn(news: Properties): string | undefined {
  const urn = news["__urn"];
  return typeof urn === "string" && urn.startsWith("urn:") ? urn : undefined;
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
  return createHash("sha256").update(text).digest("base64");
}
