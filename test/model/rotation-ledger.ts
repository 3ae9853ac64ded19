import { isDeepStrictEqual } from "node:util";
import type { Ledger, Post } from "./ledger";
import { membersOf } from "./resources";
import type { Properties } from "./resources";

export type RingKind = "create" | "update" | "read" | "delete";

/** A step of the engine that works on the ring of a rotation. */
interface RingStep {
  readonly ring: string;
  readonly resource: string;
  readonly serverId: string;
  readonly startedAt: number;
  /** What its server's list showed then. */
  readonly shown: ReadonlySet<string>;
  readonly triggers: unknown;
  /** The most that it has to keep on its way. */
  readonly keep: number;
  readonly kind: RingKind;
  readonly posts: Post[];
  /** What it deleted although there was a slot and the ring held no more than it keeps. */
  readonly early: string[];
}

/** What a step begins with: what state holds, and the new inputs, as far as there are such things. */
export interface RingWork {
  readonly kind: RingKind;
  readonly resource: string;
  readonly outputs: Properties | undefined;
  readonly inputs: Properties | undefined;
  /** What other entries of the state hold. */
  readonly others: () => readonly string[];
}

/** To be called when a step has ended, and with what state holds then. */
export interface RingBooks {
  readonly done: () => void;
  readonly recorded: (outputs: Properties | undefined, success: boolean) => void;
}

/** What random programs have to have met; a test sees to it. */
export const ROTATION_KINDS = [
  "rotation: adds",
  "rotation: drops its oldest",
  "rotation: drops its oldest to make room",
  "rotation: takes over what a killed run has made",
  "rotation: finds what a killed run has made at a refresh",
  "rotation: adopts",
  "rotation: goes back to earlier triggers",
] as const;

/** Steps of one run share a list for so long. */
const FRESH_MS = 2000;

/** As the reference says of it. */
const TAKEN_OVER_MS = 60 * 60_000;

const isEnded = (status: string): boolean => /^(completed|failed|error)$/.test(status);

/** What the steps of one run do to rings, and what has to be true of it. */
export class RotationLedger {
  private readonly steps: RingStep[] = [];

  constructor(
    private readonly ledger: Ledger,
    private readonly run: number,
    /** How many snapshots a server may be thought to hold, with what others of this run are to add. */
    private readonly atMost: (serverId: string, ring: string) => number,
  ) {}

  begin({ kind, resource, outputs, inputs, others }: RingWork): RingBooks {
    const its = inputs ?? outputs ?? {};
    const serverId = String(its["serverId"]);
    const step: RingStep = {
      ...{ kind, resource, ring: String(its["__ring"]), serverId, shown: this.ledger.shownOn(serverId) },
      ...{ startedAt: this.ledger.now(), triggers: its["triggers"] ?? [] },
      keep: Math.max(Number(its["keep"]), Number(outputs?.["keep"] ?? 0)),
      ...{ posts: [], early: [] },
    };
    const { adopted } = this.ledger.ring(step.ring);
    for (const id of (inputs?.["adopt"] ?? []) as readonly string[]) adopted.add(id);
    this.steps.push(step);
    return {
      done: () => void this.steps.splice(this.steps.indexOf(step), 1),
      recorded: (now, success) => this.recorded(step, outputs, now, success, others()),
    };
  }

  /** How many other steps work on rings of a server. */
  busy(serverId: string, ring: string): number {
    return this.steps.filter((step) => step.serverId === serverId && step.ring !== ring).length;
  }

  /** Whether a step deletes this snapshot for its ring. */
  deletes(id: string): boolean {
    const step = this.steps.find(({ ring }) => this.ledger.isOfRing(id, ring));
    if (step === undefined) return false;
    if (step.kind !== "delete") this.judgeDelete(step, id);
    return true;
  }

  /** To be called before a POST leaves that is to have such a name. */
  posts(name: string): { readonly resource: string; readonly sent: (post: Post) => void } | undefined {
    const ring = ringOf(name);
    if (ring === undefined) return undefined;
    const step = this.steps.find((each) => each.ring === ring);
    const { problems } = this.ledger;
    if (step === undefined) {
      problems.push(`POST of "${name}", which no step of the engine asked for`);
      return undefined;
    }
    const [early] = step.early;
    if (early !== undefined)
      problems.push(`${early} of "${step.resource}" was deleted for one to come, although there was a slot`);
    return { resource: step.resource, sent: (post) => this.sent(step, post) };
  }

  private sent({ ring, keep, resource, triggers, posts }: RingStep, post: Post): void {
    const { changes } = this.ledger.ring(ring);
    posts.push(post);
    post.addition = { ring, triggers, change: changes, left: false };
    const made = this.ledger
      .additions(ring)
      .filter(({ post: { excused, addition } }) => !excused && addition?.left === false);
    if (made.length > keep)
      this.ledger.problems.push(
        `"${resource}" keeps ${keep} and adds one to ${made.map(({ snapshot: { id, status } }) => `${id} ${status}`).join()}`,
      );
  }

  private judgeDelete(step: RingStep, id: string): void {
    const { ledger } = this;
    const live = ledger.live().filter((each) => ledger.isOfRing(String(each.id), step.ring));
    const old = live.find((each) => String(each.id) === id);
    // What failed is no restore point.
    if (old === undefined || /failed|error/.test(old.status)) return;
    const open = ledger
      .additions(step.ring)
      .find(({ snapshot, post }) => this.knows(post) && !isEnded(snapshot.status));
    if (open !== undefined)
      ledger.problems.push(
        `${id} of "${step.resource}" is deleted while its addition ${open.snapshot.id} is "${open.snapshot.status}"`,
      );
    const added = step.posts.some(({ made }) => made.size > 0);
    if (added) ledger.seen.add("rotation: drops its oldest");
    else if (this.atMost(step.serverId, step.ring) >= 5)
      ledger.seen.add("rotation: drops its oldest to make room");
    else if (live.length <= step.keep) step.early.push(id);
  }

  /** A host whose engine was killed goes on beside the next run. */
  private knows(post: Post): boolean {
    return post.run === this.run || (!post.excused && !this.ledger.unheard.has(this.run));
  }

  private recorded(
    step: RingStep,
    before: Properties | undefined,
    now: Properties | undefined,
    success: boolean,
    others: readonly string[],
  ): void {
    const { ledger } = this;
    const { ring, resource } = step;
    const [had, has] = [before, now].map((each) => membersOf(each ?? {}).map(({ id }) => id));
    for (const id of had ?? [])
      if (has?.includes(id) !== true && ledger.isLive(id) && !others.includes(id))
        ledger.problems.push(`"${resource}" lets ${id} go, and it exists`);
    for (const id of has ?? []) {
      if (had?.includes(id) === true) continue;
      if (!ledger.isOfRing(id, ring))
        ledger.problems.push(`"${resource}" holds ${id}, which it did not make`);
      if (ledger.ring(ring).adopted.has(id)) {
        ledger.imported.add(id);
        ledger.seen.add("rotation: adopts");
      }
    }
    if (success) this.succeeded(step, has ?? []);
    // What fails after the addition has ended, as a delete does, has recorded its triggers: the next run owes none.
    else if (isAdded(step, now)) this.settle(step, has ?? []);
  }

  private succeeded(step: RingStep, has: readonly string[]): void {
    if (step.kind === "create" || step.kind === "update") this.settle(step, has);
    // A step that looks at the server finds what killed runs have left there, by its name; a refresh and a delete do.
    const looks = step.kind === "read" || step.kind === "delete" || step.posts.length > 0;
    if (!looks) return;
    for (const { snapshot, post } of this.ledger.additions(step.ring)) {
      const isOld = Date.parse(snapshot.created_at) < step.startedAt - FRESH_MS;
      if (!post.excused || !isOld || !step.shown.has(String(snapshot.id))) continue;
      post.excused = false;
      if (post.addition !== undefined) post.addition.left = true;
      if (step.kind === "read")
        this.ledger.seen.add("rotation: finds what a killed run has made at a refresh");
    }
  }

  /** It has been brought to what the program says: its newest was made for that, or before the program went back. */
  private settle(step: RingStep, has: readonly string[]): void {
    const { ledger } = this;
    const { ring, resource, triggers, posts } = step;
    const record = ledger.ring(ring);
    const last = ledger.posts.filter(({ addition, made }) => addition?.ring === ring && made.size > 0).at(-1);
    const isMade = isDeepStrictEqual(last?.addition?.triggers, triggers);
    const wentBack = isDeepStrictEqual(record.triggers, triggers);
    if (posts.length > 0) ledger.seen.add("rotation: adds");
    const isTakenOver = last !== undefined && this.mayBeTakenOver(last, step);
    if (isTakenOver && [...last.made].some((id) => has.includes(id)) && !wentBack)
      ledger.seen.add("rotation: takes over what a killed run has made");
    if (wentBack && !isMade) ledger.seen.add("rotation: goes back to earlier triggers");
    if (!isMade && !wentBack && !isTakenOver)
      ledger.problems.push(`"${resource}" has none that was made for ${JSON.stringify(triggers)}`);
    record.triggers = triggers;
    record.changes++;
  }

  /** What a killed run has made, and no state knew, is what the next triggers ask for while it is young. */
  private mayBeTakenOver(post: Post, { startedAt }: RingStep): boolean {
    if (!post.excused && post.addition?.left !== true) return false;
    const made = this.ledger.live().filter(({ id }) => post.made.has(String(id)));
    return made.every(({ created_at }) => Date.parse(created_at) >= startedAt - TAKEN_OVER_MS);
  }
}

function isAdded({ kind, posts, triggers }: RingStep, now: Properties | undefined): boolean {
  if ((kind !== "create" && kind !== "update") || posts.length === 0) return false;
  return now?.["__pending"] === undefined && isDeepStrictEqual(now?.["triggers"] ?? [], triggers);
}

/** The ring of a name of its form. */
function ringOf(name: string): string | undefined {
  return /-([0-9a-f]{7})-\d+$/.exec(name)?.[1];
}
