import { VpsorgError } from "../../api/errors";

/**
 * Who in this stack holds which snapshot: two resources that hold one would delete it for each other.
 *
 * An id alone does not tell the two apart, and the order of the engine's calls does not either. `up --replace` of a
 * resource that has the option `import` calls `check` without the old inputs and `diff` not at all, and a change of
 * `replaceOnChanges` replaces what `diff` has called unchanged: both times the new half imports the very snapshot that
 * the old half is about to delete. So each import makes a random claim, which stays with the resource in its state.
 */
export class Ownership {
  /** Every id that state holds, as far as the engine has shown it. */
  private readonly holders = new Set<string>();
  /** By which claims (if any) the entries of the state hold it. */
  private readonly entries = new Map<string, Set<string | undefined>>();
  /** What resources of this run go on with, and by which claim (if any) each of them holds it. */
  private readonly kept = new Map<string, string | undefined>();
  /** What new resources import: the name of each by the id of the snapshot. */
  private readonly claimed = new Map<string, string>();

  /** Notes what a resource of the state holds, with what it has replaced and may not have deleted yet. */
  holds(id: string, replaced: readonly string[] = [], claim?: string): void {
    this.entries.set(id, new Set(this.entries.get(id)).add(claim));
    this.refuseClaimed(id);
    for (const held of [id, ...replaced]) this.holders.add(held);
  }

  /** Notes that a new resource imports a snapshot. */
  claims(id: string, resource: string): void {
    this.refuseClaimed(id);
    if (this.holders.has(id)) throw heldAlready(id, "a resource of this stack holds it");
    this.claimed.set(id, resource);
  }

  /** Notes that state holds a snapshot, or is going to: this run has made or imported it. */
  note(id: string): void {
    this.holders.add(id);
  }

  /** Notes that a resource of this run goes on with a snapshot. */
  keeps(id: string, claim: string | undefined): void {
    if (this.kept.has(id) && this.kept.get(id) !== claim)
      throw heldAlready(id, "two entries of this stack's state hold it");
    this.kept.set(id, claim);
  }

  /** Notes that a snapshot is gone: where it shows up all the same, no resource holds it. */
  dropped(id: string): void {
    this.holders.delete(id);
    this.kept.delete(id);
    this.claimed.delete(id);
  }

  /** Whether a resource of this stack holds it. */
  isOurs(id: string): boolean {
    return this.holders.has(id);
  }

  /** The same, or it is to be imported; what a create finds beside these may be left over. */
  isTaken(id: string): boolean {
    return this.isOurs(id) || this.claimed.has(id);
  }

  /**
   * Refuses to delete for one entry of the state what another one keeps, or imports in this run. With
   * `deleteBeforeReplace`, or where the import fails under `--continue-on-error`, the delete comes while nobody has
   * imported it yet.
   */
  assertDeletable(id: string, claim: string | undefined): void {
    const resource = this.claimed.get(id);
    if (this.kept.has(id)) {
      if (this.kept.get(id) !== claim)
        throw notDeleted(id, "another entry of this stack's state holds the same snapshot and keeps it");
    } else if (resource !== undefined) {
      throw notDeleted(id, `the resource "${resource}" is to import it in this run`);
    }
  }

  /** For a rotation, which adopts and deletes while its resource stays: no other entry of the state may hold the snapshot. */
  assertSole(id: string, claim: string): void {
    if (this.isHeldByOther(id, claim)) throw heldAlready(id, "another resource of this stack holds it");
  }

  /** Whether another entry of the state holds a snapshot than those of this claim, or goes on with it in this run. */
  isHeldByOther(id: string, claim: string): boolean {
    const holders = [...(this.entries.get(id) ?? []), ...(this.kept.has(id) ? [this.kept.get(id)] : [])];
    return holders.some((other) => other !== claim);
  }

  private refuseClaimed(id: string): void {
    const resource = this.claimed.get(id);
    if (resource !== undefined) throw heldAlready(id, `the resource "${resource}" is to import it`);
  }
}

/** Tells one import of a snapshot from another one of the same snapshot. */
export function newClaim(random: () => number): string {
  return Math.floor(random() * 0x10000000).toString(16);
}

/**
 * An import by a file protects its entries until the next `pulumi up`. Both halves of a replacement have one URN, which
 * `pulumi state delete` cannot tell apart.
 */
const TAKE_OUT =
  "`pulumi state delete URN`, with --force where it is protected (`pulumi stack --show-urns --show-ids` lists them; where both " +
  'have one URN, take the one with "delete": true out of the file that `pulumi stack export --file FILE` writes, and run ' +
  "`pulumi stack import --file FILE`)";

function notDeleted(id: string, why: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `snapshot ${id} was not deleted: ${why}. Take the entry that is not wanted out of the state with ` +
      `${TAKE_OUT}; a resource that is to be replaced must not have the option import.`,
  );
}

function heldAlready(id: string, who: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `snapshot ${id} cannot belong to two resources: ${who} already. Take the option import, or the id in adopt, off the one that ` +
      `is not to have it; where the state holds both, take the entry of one Snapshot out with ${TAKE_OUT}. Nothing was done to the ` +
      "snapshot for this resource.",
  );
}
