import { isDeepStrictEqual } from "node:util";
import type { Model } from "../tools/emulator";
import type { Entry, Properties } from "./resources";

type Run = ReturnType<Model["state"]>["restores"][number];

/** One `POST /snapshots/…/restore/` that left, and what became of it. */
export interface RestorePost {
  readonly run: number;
  readonly resource: string;
  readonly snapshotId: string;
  readonly serverId: string;
  readonly at: number;
  /** Which of the emulator's restores it is; `undefined`: it was not accepted. */
  made: number | undefined;
  /** The id under which state has recorded it. */
  recorded: string | undefined;
  /** The run was killed while it was on its way. */
  excused: boolean;
}

/** A step of the engine that requests a restore. */
export interface RestoreStep {
  readonly run: number;
  readonly resource: string;
  readonly inputs: Properties;
  /** What state holds of the same resource. */
  readonly old: Entry | undefined;
  post: RestorePost | undefined;
}

/** Within this time of a lost answer, another restore of the server cannot be told from the one that was asked for. */
const INDISTINCT_MS = 4 * 60_000;
/** The longest time until a server shows a restore that has begun. */
const LAG_MS = 30_000;

/** The truth about who restored what, from the emulator's own record. */
export class RestoreLedger {
  readonly posts: RestorePost[] = [];
  /** Which of the emulator's restores other people have begun. */
  private readonly foreign = new Set<number>();
  private readonly steps: RestoreStep[] = [];

  constructor(private readonly model: Model) {
    const { outside } = model;
    const start = outside.startRestore.bind(outside);
    outside.startRestore = (id) => {
      this.foreign.add(this.all().length);
      start(id);
    };
  }

  /** What killed runs have requested of the same snapshot, and no state has recorded. */
  private unrecorded({ serverId, snapshotId }: RestorePost): number[] {
    return this.posts
      .filter((post) => post.excused && post.recorded === undefined)
      .filter((post) => post.serverId === serverId && post.snapshotId === snapshotId)
      .flatMap(({ made }) => made ?? []);
  }

  all(): readonly Run[] {
    return this.model.state().restores;
  }

  /** Notes that a step requests a restore; what it gives is called when the step has ended. */
  begin(step: RestoreStep): () => void {
    this.steps.push(step);
    return () => void this.steps.splice(this.steps.indexOf(step), 1);
  }

  /** To be called before a POST leaves; what it gives is called with whether anybody heard of it. */
  post(
    run: number,
    snapshotId: string,
    unheard: boolean,
    problems: string[],
  ): (killed: () => boolean) => void {
    const step = this.steps.find(
      (each) => each.run === run && each.inputs["snapshotId"] === snapshotId && each.post === undefined,
    );
    const snapshot = this.model.state().snapshots.find(({ id }) => String(id) === snapshotId);
    const post: RestorePost = {
      ...{ run, snapshotId, resource: step?.resource ?? "?", at: this.model.now() },
      serverId: String(snapshot?.server.id ?? step?.inputs["serverId"]),
      ...{ made: undefined, recorded: undefined, excused: unheard },
    };
    if (step === undefined) problems.push(`a restore of ${snapshotId} that no step of the engine asked for`);
    else if (!unheard) this.judge(step, post, problems);
    if (step !== undefined) step.post = post;
    this.posts.push(post);
    const before = this.all().length;
    return (killed) => {
      const made = this.all().findIndex(
        (each, i) => i >= before && !this.foreign.has(i) && each.snapshot_id === snapshotId,
      );
      post.made = made < 0 ? undefined : made;
      post.excused ||= killed();
    };
  }

  /** What has to be true at the moment at which a restore is requested. */
  private judge({ resource, inputs, old }: RestoreStep, post: RestorePost, problems: string[]): void {
    const { snapshots } = this.model.state();
    const what = `the restore of ${post.snapshotId} by "${resource}"`;
    const sameTriggers = isDeepStrictEqual(old?.outputs["triggers"] ?? [], inputs["triggers"] ?? []);
    if (old?.outputs["snapshotId"] === post.snapshotId && sameTriggers)
      problems.push(`${what} is requested a second time for one intent`);
    const snapshot = snapshots.find(({ id }) => String(id) === post.snapshotId);
    const last = Date.parse(String(old?.outputs["requestedAt"]));
    if (sameTriggers && inputs["__linked"] === true && Date.parse(snapshot?.created_at ?? "") >= last)
      problems.push(`${what} is requested because its snapshot was renewed`);
    const twice = this.posts.some(({ run, serverId }) => run === post.run && serverId === post.serverId);
    if (twice) problems.push(`${what} is the second one of server ${post.serverId} in this run`);
    const safety = inputs["safety"] as Properties | undefined;
    if (safety === undefined) return;
    const taken = snapshots.find(({ id }) => String(id) === safety["id"]);
    if (taken !== undefined && !/^(completed|failed|error)$/.test(taken.status))
      problems.push(`${what} is requested while its safety snapshot is "${taken.status}"`);
    if (safety["snapshotId"] !== post.snapshotId || Number.isNaN(Date.parse(String(safety["completedAt"]))))
      problems.push(`${what} is requested with a safety snapshot of another one`);
  }

  /** A run has ended: what it has requested is in state, unless it was killed on the way. */
  judgeRun(run: number, problems: string[]): void {
    for (const { run: its, made, recorded, excused, resource, snapshotId } of this.posts) {
      if (its === run && made !== undefined && recorded === undefined && !excused)
        problems.push(`the restore of ${snapshotId} by "${resource}" was accepted and is in no state`);
    }
  }

  /** Nothing is recorded as restored that was not, or has not ended. */
  judgeCompletion({ name, outputs }: Entry, problems: string[]): void {
    if (outputs["restoredAt"] === "") return;
    const resource = name.replace(/-completion$/, "-request");
    const post = this.posts.find(
      (each) => each.resource === resource && each.recorded === outputs["requestId"],
    );
    const what = `"${name}" records ${String(outputs["snapshotId"])} as restored at ${String(outputs["restoredAt"])}`;
    if (post === undefined) return void problems.push(`${what}, and this state never requested it`);
    const all = this.all();
    const mine = post.made === undefined ? undefined : all[post.made];
    if (mine === undefined) {
      // A lost answer, and right then another restore of which this state knows nothing: nobody could tell the two apart.
      const near = [...this.foreign, ...this.unrecorded(post)].some(
        (i) => Math.abs(Date.parse(all[i]?.started_at ?? "") - post.at) < INDISTINCT_MS,
      );
      if (!near) problems.push(`${what}, and it was never accepted`);
      return;
    }
    const at = Date.parse(String(outputs["restoredAt"]));
    const running = all.some(
      ({ server_id: id, started_at: from, finished_at: to }) =>
        id === mine.server_id && Date.parse(from) + LAG_MS < at && (to === null || Date.parse(to) > at + 999),
    );
    if (mine.snapshot_id !== outputs["snapshotId"]) problems.push(`${what}, which was not restored`);
    if (mine.finished_at === null || Date.parse(mine.finished_at) > at + 999)
      problems.push(`${what}, and it had not ended`);
    else if (running) problems.push(`${what}, while the server was being restored`);
  }
}
