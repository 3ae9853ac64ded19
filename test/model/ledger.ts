import type { Model } from "../emulator";

/** One `POST /snapshots/` that left, and what became of it. */
export interface Post {
  readonly run: number;
  readonly resource: string;
  readonly name: string;
  readonly serverId: string;
  /** What it made on the server, as far as it made anything. */
  readonly made: Set<string>;
  /** Its 201 was read, whole and as the API sent it. */
  confirmed: boolean;
  /** The run was killed before it was recorded, or its error named what may be left: nobody has to know the id. */
  excused: boolean;
}

type Snapshot = ReturnType<Model["state"]>["snapshots"][number];

/** The truth about who made, named and deleted what, kept apart from everything that the provider believes. */
export class Ledger {
  readonly posts: Post[] = [];
  /** Other people's snapshots. */
  readonly foreign = new Set<string>();
  /** Those of them that a program imported. */
  readonly imported = new Set<string>();
  /** What was seen to be wrong in the middle of a run. */
  readonly problems: string[] = [];
  /** What the engine is deleting just now; an id as often as there are state entries that hold it. */
  private readonly deleting: string[] = [];
  /** Which resources are creating a snapshot of this name on this server just now, oldest first. */
  private readonly creating: { readonly what: string; readonly resource: string }[] = [];

  /** How many snapshots the lists of this run have shown, by server. */
  private readonly beliefs = new Map<string, { readonly at: number; readonly count: number }[]>();

  constructor(private readonly model: Model) {
    const { outside } = model;
    const create = outside.createSnapshot.bind(outside);
    outside.createSnapshot = (seed) => {
      const id = create(seed);
      this.foreign.add(String(id));
      return id;
    };
  }

  servers(): string[] {
    return this.model.listServers().map(({ id }) => String(id));
  }

  live(): Snapshot[] {
    return this.model.state().snapshots;
  }

  liveOn(serverId: string): Snapshot[] {
    return this.live().filter((snapshot) => String(snapshot.server.id) === serverId);
  }

  /** What we made and nobody deleted. */
  ours(): { snapshot: Snapshot; post: Post }[] {
    return this.live().flatMap((snapshot) => {
      const post = this.posts.find(({ made }) => made.has(String(snapshot.id)));
      return post === undefined ? [] : [{ snapshot, post }];
    });
  }

  isLive(id: string): boolean {
    return this.live().some((snapshot) => String(snapshot.id) === id);
  }

  /** Notes that a step creates `what`, a server and a name; what it gives is called when the step has ended. */
  begin(what: string, resource: string): () => void {
    const entry = { what, resource };
    this.creating.push(entry);
    return () => void this.creating.splice(this.creating.indexOf(entry), 1);
  }

  /** Notes that a step deletes this snapshot; what it gives is called when the step has ended. */
  beginDelete(id: string): () => void {
    this.deleting.push(id);
    return () => void this.deleting.splice(this.deleting.indexOf(id), 1);
  }

  isDeleting(id: string): boolean {
    return this.deleting.includes(id);
  }

  /** A step called it gone. */
  calledGone(id: string, what: string): void {
    if (this.isLive(id)) this.problems.push(`${what}, and it exists`);
  }

  /** To be called before a POST leaves; what it gives is called when the API has had its chance to act. */
  post(run: number, name: string, serverId: string): { readonly post: Post; acted: () => void } {
    const resource = this.creating.find(({ what }) => what === `${serverId}/${name}`)?.resource ?? "?";
    const post: Post = { run, resource, name, serverId, made: new Set(), confirmed: false, excused: false };
    this.posts.push(post);
    const before = new Set(this.live().map(({ id }) => String(id)));
    const acted = (): void => {
      for (const snapshot of this.liveOn(serverId)) {
        const id = String(snapshot.id);
        if (!before.has(id) && snapshot.name === name && !this.foreign.has(id)) post.made.add(id);
      }
    };
    return { post, acted };
  }

  /** A new process knows nothing. */
  newRun(): void {
    this.beliefs.clear();
    this.deleting.length = 0;
    this.creating.length = 0;
  }

  /** A delete of ours makes a place. */
  believeOneLess(serverId: string, at: number): void {
    const last = this.beliefs.get(serverId)?.at(-1);
    if (last !== undefined) this.believe(serverId, last.count - 1, at);
  }

  believe(serverId: string, count: number, at: number): void {
    this.beliefs.set(serverId, [...(this.beliefs.get(serverId) ?? []), { at, count }]);
  }

  /** A list may be two seconds old when a create relies on it, so the emptiest of that time counts. */
  judgePost(serverId: string, now: number): void {
    const all = this.beliefs.get(serverId) ?? [];
    const recent = all.filter(({ at }) => now - at < BASELINE_MS);
    const counted = recent.length > 0 ? recent : all.slice(-1);
    const least = Math.min(...counted.map(({ count }) => count));
    if (all.length === 0) this.problems.push(`POST for server ${serverId} without a look at what it holds`);
    else if (least >= LIMIT)
      this.problems.push(`POST for server ${serverId}, which was known to hold ${least}`);
  }
}

const LIMIT = 5;
const BASELINE_MS = 2000;
