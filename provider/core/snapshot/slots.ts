import { QuotaError } from "../../api";
import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { snapshotTable, serverLabel } from "../messages/labels";
import type { SnapshotInputs } from "./state";

/**
 * Which slots of a server are promised to snapshots that are not made yet.
 *
 * `diff` decides whether a replacement creates first or deletes first, minutes before its create, and for several
 * resources at once: two that look at the same moment must not both count on the last slot. So each decision is noted
 * here under the old snapshot's id, and ended by the create that belongs to it. The engine tells a create neither which
 * snapshot it replaces nor that it replaces one: it is known by its resource, or by its server and its name. What is new
 * is noted by its `check`, under its resource.
 */
export class SlotReservations {
  /** In the order in which the engine has met them. */
  private readonly planned = new Map<string, Plan>();

  reserve(key: string, plan: Plan): void {
    this.planned.set(key, plan);
  }

  /**
   * Notes what is new. What is the new half of a replacement is noted already, under its old half: under what, and whether that
   * goes first.
   */
  reserveNew(key: string, plan: Omit<Plan, "takesSlot" | "before">): { key: string; replacesFirst: boolean } {
    const half = [...this.planned].find(([, other]) => other.before !== undefined && isSame(other, plan));
    if (half !== undefined) return { key: half[0], replacesFirst: !half[1].takesSlot };
    this.planned.set(key, { ...plan, takesSlot: true, before: undefined });
    return { key, replacesFirst: false };
  }

  /** Whether what the engine has met before this one is to have the same given name on the same server. */
  isNamedBefore(serverId: string, name: string, mine: string): boolean {
    const all = [...this.planned];
    const place = all.findIndex(([key]) => key === mine);
    return all
      .slice(0, Math.max(0, place))
      .some(([, plan]) => plan.prefix === undefined && plan.name === name && plan.serverId === serverId);
  }

  /** The old one went first: the slot that it has left is kept for the new one. */
  vacate(oldId: string): void {
    const plan = this.planned.get(oldId);
    if (plan !== undefined) this.planned.set(oldId, { ...plan, takesSlot: true });
  }

  /** Ends the reservation that a create belongs to, and gives the ids that it replaces. */
  fulfil(inputs: SnapshotInputs, urn: string | undefined): readonly string[] | undefined {
    const mine = this.planOf(inputs, urn);
    if (mine === undefined) return undefined;
    const [key, { before }] = mine;
    this.planned.delete(key);
    return before === undefined ? undefined : [key, ...before];
  }

  /** Whether a snapshot goes before its own replacement is made, as `diff` has decided and said. */
  goesFirst(id: string): boolean {
    return this.planned.has(id);
  }

  /** Whether a snapshot waits for its deletion, and what replaced it is about to be replaced itself. */
  isBehind(id: string): boolean {
    return [...this.planned.values()].some(({ before }) => before?.includes(id) === true);
  }

  /** Whether a replacement of one of these snapshots finds no slot beside them and beside what is promised already. */
  isFull(serverId: string, existing: readonly SnapshotRecord[], oldId: string): boolean {
    if (!existing.some((snapshot) => snapshot.id === oldId)) return false;
    return existing.length + this.promised(serverId, oldId) >= SNAPSHOTS_PER_SERVER;
  }

  /** How many slots of a server are promised to others. */
  promised(serverId: string, mine: string): number {
    return this.takers(serverId).filter((other) => other !== mine).length;
  }

  /** How many of them to those that the engine has met before this one; of these, how many are no replacements. */
  promisedBefore(serverId: string, mine: string): { all: number; isNew: number } {
    const met = [...this.planned.keys()];
    const place = met.indexOf(mine);
    const before = this.takers(serverId).filter((key) => place < 0 || met.indexOf(key) < place);
    const isNew = before.filter((key) => this.planned.get(key)?.before === undefined);
    return { all: before.length, isNew: isNew.length };
  }

  /** Whether a slot was free for this one when the engine met it: nothing has to go first. */
  hasSlot(mine: string): boolean {
    return this.planned.get(mine)?.takesSlot === true;
  }

  private takers(serverId: string): string[] {
    return [...this.planned]
      .filter(([, plan]) => plan.takesSlot && plan.serverId === serverId)
      .map(([key]) => key);
  }

  /** Ends the reservation of what is new and was not made after all. */
  releaseNew(inputs: SnapshotInputs, urn: string | undefined): void {
    const mine = this.planOf(inputs, urn);
    if (mine !== undefined && mine[1].before === undefined) this.planned.delete(mine[0]);
  }

  private planOf(
    { serverId, __autoName: prefix, name }: SnapshotInputs,
    urn: string | undefined,
  ): [string, Plan] | undefined {
    return [...this.planned].find(([, plan]) => isSame(plan, { urn, serverId, prefix, name }));
  }

  /** Ends a reservation whose snapshot is about to be made, or is not made after all. */
  release(mine: string): void {
    this.planned.delete(mine);
  }
}

/** A snapshot that is to be made. */
export interface Plan {
  /** Its resource; `undefined` where the engine has not told. */
  readonly urn: string | undefined;
  /** Its server. */
  readonly serverId: string;
  /** The prefix of the automatic name; `undefined` for a given name. */
  readonly prefix: unknown;
  /** A given name. */
  readonly name: unknown;
  /** It is to take a slot that its old one does not hold: it creates before it deletes, or the old one is gone. */
  readonly takesSlot: boolean;
  /** What the old one had replaced itself, where that may still wait for its deletion; `undefined` where none is replaced. */
  readonly before: readonly string[] | undefined;
}

/** A renamed resource has another prefix in its create than `diff` was told of, but the same URN in both. */
function isSame(
  plan: Plan,
  { urn, serverId, prefix, name }: Pick<Plan, "urn" | "serverId" | "prefix" | "name">,
): boolean {
  if (plan.urn !== undefined && urn !== undefined) return plan.urn === urn;
  if (plan.serverId !== serverId || plan.prefix !== prefix) return false;
  return plan.prefix !== undefined || plan.name === name;
}

/** What VPS.org documents, for every server and plan. */
export const SNAPSHOTS_PER_SERVER = 5;

export function quotaError(
  session: Pick<Session, "clock" | "advice">,
  serverId: string,
  existing: readonly SnapshotRecord[],
): QuotaError {
  return new QuotaError(
    `${holds(serverId, existing)}, so another one cannot be made. Nothing was created. ${deleteOneFirst(session, existing)}`,
  );
}

/** The beginning of a sentence: how many slots of a server are taken. */
export function holds(serverId: string, existing: readonly SnapshotRecord[], promised = 0): string {
  const label = serverLabel(serverId, existing[0]?.serverName);
  const more =
    promised === 0 ? "" : `, and ${promised} more ${promised === 1 ? "is" : "are"} to be made there`;
  return `${label} holds ${existing.length} of ${SNAPSHOTS_PER_SERVER} snapshots${more}`;
}

/** The same for a server that has no slot, because of those that it holds or of those that are promised. */
export function noFreeSlot(serverId: string, existing: readonly SnapshotRecord[], promised: number): string {
  if (existing.length < SNAPSHOTS_PER_SERVER) return holds(serverId, existing, promised);
  return `${serverLabel(serverId, existing[0]?.serverName)} has no free slot among its ${SNAPSHOTS_PER_SERVER} snapshots`;
}

/** What to do about a server without a slot. */
export function deleteOneFirst(
  { advice, clock }: Pick<Session, "clock" | "advice">,
  existing: readonly SnapshotRecord[],
): string {
  return `${advice.makeRoom()}:\n${snapshotTable(existing, clock.now())}${advice.full()}`;
}
