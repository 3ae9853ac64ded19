import { serverLabel } from "../messages/labels";
import type { CheckFailure } from "../check";
import { SNAPSHOTS_PER_SERVER } from "./slots";

/** What one resource of the program is to hold on a server in the end. */
export interface Demand {
  /** Its URN, or whatever tells it from the others. */
  readonly key: string;
  /** Its name in the program, for messages. */
  readonly resource: string;
  readonly serverId: string;
  readonly slots: number;
  /** The argument that can be changed where it is too much. */
  readonly property: string;
}

/**
 * How many slots of each server the program asks for. More than a server has can never end well, whatever is on it: that
 * is a fact of the program, and refused at preview. A resource that the run leaves out (`--target`) is not counted.
 */
export class SlotDemands {
  private readonly byKey = new Map<string, Demand>();

  /** Counts a resource, once however often it is checked. */
  note(demand: Demand): CheckFailure[] {
    this.byKey.set(demand.key, demand);
    const all = [...this.byKey.values()].filter(({ serverId }) => serverId === demand.serverId);
    const sum = all.reduce((total, { slots }) => total + slots, 0);
    if (sum <= SNAPSHOTS_PER_SERVER) return [];
    const each = all.map(({ resource, slots }) => `"${resource}" ${slots}`).join(", ");
    return [
      {
        property: demand.property,
        reason:
          `this program asks for ${sum} snapshots of ${serverLabel(demand.serverId)} (${each}), and VPS.org keeps at most ` +
          `${SNAPSHOTS_PER_SERVER}. Ask for fewer`,
      },
    ];
  }
}
