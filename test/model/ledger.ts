import type { Model } from "../tools/emulator";
import { RestoreLedger } from "./restore-ledger";

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
  /** Where it was sent for a rotation. */
  addition?: Addition;
}

/** What a rotation has sent a POST for. */
interface Addition {
  readonly ring: string;
  readonly triggers: unknown;
  /** How often the ring had been brought to what its program says before. */
  readonly change: number;
  /** No state had it, until a later step of the ring found it. */
  left: boolean;
}

/** What is known of the ring of a rotation. */
interface RingRecord {
  readonly adopted: Set<string>;
  /** What it was brought to last. */
  triggers: unknown;
  changes: number;
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
  /** Runs whose engine was killed while the host lived on: nobody hears what it does. */
  readonly unheard = new Set<number>();

  readonly restores: RestoreLedger;
  /** What rotations were seen to do. */
  readonly seen = new Set<string>();
  private readonly rings = new Map<string, RingRecord>();

  constructor(private readonly model: Model) {
    this.restores = new RestoreLedger(model);
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

  ring(id: string): RingRecord {
    const record = this.rings.get(id) ?? { adopted: new Set(), triggers: undefined, changes: 0 };
    this.rings.set(id, record);
    return record;
  }

  /** What the POSTs of a ring have made and nobody deleted. */
  additions(ring: string): { snapshot: Snapshot; post: Post }[] {
    return this.ours().filter(({ post }) => post.addition?.ring === ring);
  }

  /** It was made for a ring, or the program had it adopted. */
  isOfRing(id: string, ring: string): boolean {
    const isMade = this.posts.some(({ addition, made }) => addition?.ring === ring && made.has(id));
    return isMade || this.ring(ring).adopted.has(id);
  }

  /** What a server's list shows just now. */
  shownOn(serverId: string): ReadonlySet<string> {
    return new Set(this.model.listSnapshots(serverId).map(({ id }) => String(id)));
  }

  now(): number {
    return this.model.now();
  }

  /** State has dropped it, and it stays on the server for whoever wants it. */
  kept(id: string): void {
    for (const post of this.posts) if (post.made.has(id)) post.excused = true;
  }

  isLive(id: string): boolean {
    return this.live().some((snapshot) => String(snapshot.id) === id);
  }

  /** To be called before a POST leaves; what it gives is called when the API has had its chance to act. */
  post(what: Pick<Post, "run" | "resource" | "name" | "serverId">): {
    readonly post: Post;
    acted: () => void;
  } {
    const { name, serverId } = what;
    const post: Post = { ...what, made: new Set(), confirmed: false, excused: this.unheard.has(what.run) };
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
}
