import { QuotaError } from "../../api";
import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { commandLine } from "../messages/advice";
import { snapshotTable, serverLabel } from "../messages/labels";
import type { SnapshotInputs } from "./state";

/**
 * Which slots of a server are promised to replacements that are not made yet.
 *
 * `diff` decides whether a replacement creates first or deletes first, minutes before its create, and for several
 * resources at once: two that look at the same moment must not both count on the last slot. So each decision is noted
 * here under the old snapshot's id, and ended by the create that belongs to it. The engine tells a create neither which
 * snapshot it replaces nor that it replaces one: it is known by its resource, or by its server and its name.
 */
export class SlotReservations {
  private readonly planned = new Map<string, Replacement>();

  reserve(oldId: string, replacement: Replacement): void {
    this.planned.set(oldId, replacement);
  }

  /** The old one went first: the slot that it has left is kept for the new one. */
  vacate(oldId: string): void {
    const plan = this.planned.get(oldId);
    if (plan !== undefined) this.planned.set(oldId, { ...plan, takesSlot: true });
  }

  /** Ends the reservation that a create belongs to, and gives the ids that it replaces. */
  fulfil(inputs: SnapshotInputs, urn: string | undefined): readonly string[] | undefined {
    const mine = [...this.planned].find(([, plan]) => isOf(plan, inputs, urn));
    if (mine === undefined) return undefined;
    const [oldId, plan] = mine;
    this.planned.delete(oldId);
    return [oldId, ...plan.before];
  }

  /** Whether a snapshot goes before its own replacement is made, as `diff` has decided and said. */
  goesFirst(id: string): boolean {
    return this.planned.has(id);
  }

  /** Whether a snapshot waits for its deletion, and what replaced it is about to be replaced itself. */
  isBehind(id: string): boolean {
    return [...this.planned.values()].some(({ before }) => before.includes(id));
  }

  /** Whether a replacement of one of these snapshots finds no slot beside them and beside what is promised already. */
  isFull(serverId: string, existing: readonly SnapshotRecord[], oldId: string): boolean {
    if (!existing.some((snapshot) => snapshot.id === oldId)) return false;
    return existing.length + this.promised(serverId, oldId) >= SNAPSHOTS_PER_SERVER;
  }

  /** How many slots of a server are promised to others. */
  promised(serverId: string, mine: string): number {
    const others = [...this.planned].filter(
      ([other, plan]) => plan.takesSlot && plan.serverId === serverId && other !== mine,
    );
    return others.length;
  }

  /** Ends a reservation whose addition is about to be made. */
  release(mine: string): void {
    this.planned.delete(mine);
  }
}

/** A replacement that `diff` has decided on. */
export interface Replacement {
  /** The resource that is replaced; `undefined` where the engine has not told. */
  readonly urn: string | undefined;
  /** The new one's server. */
  readonly serverId: string;
  /** The prefix of the automatic name; `undefined` for a given name. */
  readonly prefix: unknown;
  /** A given name. */
  readonly name: unknown;
  /** It is to take a slot that its old one does not hold: it creates before it deletes, or the old one is gone. */
  readonly takesSlot: boolean;
  /** What the old one had replaced itself, where that may still wait for its deletion. */
  readonly before: readonly string[];
}

/** A renamed resource has another prefix in its create than `diff` was told of, but the same URN in both. */
function isOf(plan: Replacement, inputs: SnapshotInputs, urn: string | undefined): boolean {
  if (plan.urn !== undefined && urn !== undefined) return plan.urn === urn;
  if (plan.serverId !== inputs.serverId || plan.prefix !== inputs.__autoName) return false;
  return plan.prefix !== undefined || plan.name === inputs.name;
}

/** What VPS.org documents, for every server and plan. */
export const SNAPSHOTS_PER_SERVER = 5;

export function quotaError(
  session: Pick<Session, "clock" | "advice">,
  serverId: string,
  existing: readonly SnapshotRecord[],
): QuotaError {
  return new QuotaError(
    `${serverLabel(serverId, existing[0]?.serverName)} holds ${existing.length} of ${SNAPSHOTS_PER_SERVER} snapshots, so ` +
      `another one cannot be made. Nothing was created. Delete one of these first, with ${commandLine("delete ID")}:\n` +
      snapshotTable(existing, session.clock.now()) +
      session.advice.full(),
  );
}
