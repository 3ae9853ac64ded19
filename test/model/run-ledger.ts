import type { SnapshotView } from "../tools/emulator/views";
import type { Ledger, Post } from "./ledger";
import { membersOf } from "./resources";
import type { Entry } from "./resources";
import type { RestoreStep } from "./restore-ledger";
import { RotationLedger } from "./rotation-ledger";

/**
 * Whether nothing tells that one is the other's replacement: that one vanished and was refreshed away, and the create
 * after it is a new one, of another given name on another server.
 */
function isStranger({ outputs }: Entry, old: SnapshotView | undefined): boolean {
  const stem = (name: unknown): string => String(name).replace(/-[0-9a-f]{7}$/, "");
  return (
    outputs["__replaces"] === undefined &&
    outputs["__ring"] === undefined &&
    outputs["serverId"] !== String(old?.server.id) &&
    stem(outputs["name"]) !== stem(old?.name)
  );
}

/** The snapshot that an entry was made with: of a rotation its newest one. */
function newestOf({ id, outputs }: Entry): { readonly id: string; readonly status: unknown } | undefined {
  return outputs["__ring"] === undefined ? { id, status: outputs["status"] } : membersOf(outputs)[0];
}

const LIMIT = 5;
const BASELINE_MS = 2000;

/**
 * What one run asks for and what its lists have shown. A run of its own each, because a host can outlive the engine
 * and go on with its operation beside the next run.
 */
export class RunLedger {
  /** What the engine is deleting just now; an id as often as there are state entries that hold it. */
  private readonly deleting: string[] = [];
  /** Which resources are creating a snapshot of this name on this server just now, oldest first. */
  private readonly creating: { readonly what: string; readonly resource: string }[] = [];
  /** What was to be created in this run: a slot of its server may be promised to it. */
  private readonly asked = new Set<string>();
  /** The new halves of what is replaced, by the id of the old one. */
  private readonly replacements = new Map<string, Entry>();
  /** How many snapshots the lists of this run have shown, by server. */
  private readonly beliefs = new Map<string, { readonly at: number; readonly count: number }[]>();

  readonly rotations: RotationLedger;

  constructor(
    private readonly ledger: Ledger,
    readonly run: number,
  ) {
    this.rotations = new RotationLedger(ledger, run, (serverId, ring) => this.atMost(serverId, ring));
  }

  /** Notes that a step creates `what`, a server and a name; what it gives is called when the step has ended. */
  beginCreate(what: string, resource: string): () => void {
    const entry = { what, resource };
    this.creating.push(entry);
    this.asked.add(what);
    return () => void this.creating.splice(this.creating.indexOf(entry), 1);
  }

  /** Notes that a step deletes this snapshot; what it gives is called when the step has ended. */
  beginDelete(id: string): () => void {
    this.deleting.push(id);
    return () => void this.deleting.splice(this.deleting.indexOf(id), 1);
  }

  /** Notes that a step requests a restore; what it gives are to be called when it is recorded, and when it has ended. */
  beginRestore(what: Omit<RestoreStep, "post" | "run">): {
    recorded: (id: string) => void;
    done: () => void;
  } {
    const step: RestoreStep = { ...what, run: this.run, post: undefined };
    const done = this.ledger.restores.begin(step);
    const recorded = (id: string): void => {
      if (step.post !== undefined) step.post.recorded = id;
    };
    return { done, recorded };
  }

  /** To be called before a POST that restores leaves; what it gives is called when it has been answered. */
  postRestore(snapshotId: string): (killed: () => boolean) => void {
    const { restores, unheard, problems } = this.ledger;
    return restores.post(this.run, snapshotId, unheard.has(this.run), problems);
  }

  /** State has dropped a snapshot that it had made, and which stays. */
  kept(id: string): void {
    this.ledger.kept(id);
  }

  /** A program imported it. */
  imports(id: string): void {
    if (this.ledger.foreign.has(id)) this.ledger.imported.add(id);
  }

  /** A step called it gone. */
  calledGone(id: string, what: string): void {
    if (this.ledger.isLive(id)) this.ledger.problems.push(`${what}, and it exists`);
  }

  /** A replaced one is about to be deleted, of which this is the new half. */
  replaces(id: string, fresh: Entry): void {
    this.replacements.set(id, fresh);
  }

  /** To be called before a DELETE leaves. */
  judgeDelete(id: string): void {
    const fresh = this.replacements.get(id);
    const newest = fresh && newestOf(fresh);
    const live = this.ledger.live();
    const [now, old] = [newest?.id, id].map((one) => live.find((snapshot) => String(snapshot.id) === one));
    // What other people did to it since it was recorded as completed is not to be known.
    const open = newest !== undefined && newest.status !== "completed" && now?.status !== "completed";
    if (open && fresh !== undefined && !isStranger(fresh, old))
      this.ledger.problems.push(`${id} of "${fresh.name}" is deleted while its replacement is not completed`);
    if (!this.deleting.includes(id) && !this.rotations.deletes(id))
      this.ledger.problems.push(`DELETE of ${id}, which no step of the engine asked for`);
  }

  /** To be called before a POST leaves; what it gives is called when the API has had its chance to act. */
  post(name: string, serverId: string, now: number): { readonly post: Post; acted: () => void } {
    this.judgePost(serverId, now);
    const addition = this.rotations.posts(name);
    if (addition !== undefined) {
      const { resource, sent } = addition;
      const made = this.ledger.post({ run: this.run, resource, name, serverId });
      sent(made.post);
      return made;
    }
    const resource = this.creating.find(({ what }) => what === `${serverId}/${name}`)?.resource ?? "?";
    return this.ledger.post({ run: this.run, resource, name, serverId });
  }

  /** A delete of ours makes a place. */
  believeOneLess(serverId: string, at: number): void {
    const last = this.beliefs.get(serverId)?.at(-1);
    if (last !== undefined) this.believe(serverId, last.count - 1, at);
  }

  believe(serverId: string, count: number, at: number): void {
    this.beliefs.set(serverId, [...(this.beliefs.get(serverId) ?? []), { at, count }]);
  }

  /** How full a server may seem, with what others of this run are to add. */
  private atMost(serverId: string, ring: string): number {
    const all = this.beliefs.get(serverId) ?? [];
    const counts = all.filter(({ at }) => this.ledger.now() - at < BASELINE_MS).map(({ count }) => count);
    const seen = Math.max(...counts, all.at(-1)?.count ?? 0, this.ledger.liveOn(serverId).length);
    const promised = [...this.asked].filter((what) => what.startsWith(`${serverId}/`));
    return seen + promised.length + this.rotations.busy(serverId, ring);
  }

  /** A list may be two seconds old when a create relies on it, so the emptiest of that time counts. */
  private judgePost(serverId: string, now: number): void {
    const all = this.beliefs.get(serverId) ?? [];
    const recent = all.filter(({ at }) => now - at < BASELINE_MS);
    const counted = recent.length > 0 ? recent : all.slice(-1);
    const least = Math.min(...counted.map(({ count }) => count));
    const { problems } = this.ledger;
    if (all.length === 0) problems.push(`POST for server ${serverId} without a look at what it holds`);
    else if (least >= LIMIT) problems.push(`POST for server ${serverId}, which was known to hold ${least}`);
  }
}
