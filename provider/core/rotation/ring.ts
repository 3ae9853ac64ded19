import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { SnapshotRecord } from "../../api";
import { AGE_LIMITS, isOlder } from "../../api/times";
import { ringName, ringParts } from "../snapshot/name";
import { omitUndefined } from "../snapshot/state";
import type { SnapshotOutputs } from "../snapshot/state";
import { snapshotProgress } from "../status";
import { firstToGo, newestFirst } from "./order";
import type { Member, PendingAddition, RotationInputs, RotationOutputs } from "./state";

/**
 * The snapshots that a rotation owns, newest first, and the addition that is under way.
 *
 * A ring knows its own by id, and by name: `<prefix>-<ring>-<number>` holds its random id, so what a killed run has made
 * and no state has recorded is found again and joins it.
 */
export class Ring {
  private members: Member[];
  private next: number;
  private triggers: RotationOutputs["triggers"];
  private intent: string | undefined;
  private open: readonly number[];
  private readonly recordedIds: ReadonlySet<string>;
  pending: PendingAddition | undefined;
  serverName: string;
  /** Something that state has to hold is different from what it held. */
  changed = false;

  constructor(
    readonly id: string,
    readonly serverId: string,
    recorded?: RotationOutputs,
  ) {
    this.members = [...(recorded?.snapshots ?? [])];
    this.recordedIds = new Set(this.members.map(({ id }) => id));
    this.next = recorded?.__next ?? 1;
    this.triggers = recorded?.triggers;
    this.intent = recorded?.__intent;
    this.pending = recorded?.__pending;
    this.open = recorded?.__open ?? [];
    this.serverName = recorded?.serverName ?? "";
  }

  static recorded(outputs: RotationOutputs): Ring {
    return new Ring(outputs.__ring, outputs.serverId, outputs);
  }

  /** The mark by which a ring holds its snapshots; see `Ownership`. */
  get claim(): string {
    return `ring ${this.id}`;
  }

  /** Newest first. */
  get snapshots(): readonly Member[] {
    return this.members;
  }

  /** Those that no state holds yet: made, adopted or found by this run. */
  taken(): readonly Member[] {
    return this.members.filter(({ id }) => !this.recordedIds.has(id));
  }

  has(id: string): boolean {
    return this.members.some((member) => member.id === id);
  }

  /** Those that are neither completed nor failed. */
  unfinished(): readonly Member[] {
    return this.members.filter(({ status }) => snapshotProgress(status) === "pending");
  }

  failed(): readonly Member[] {
    return this.members.filter(({ status }) => snapshotProgress(status) === "failed");
  }

  /** Of what a server holds, what has a name of this ring and is no member of it. */
  strays(existing: readonly SnapshotRecord[]): readonly SnapshotRecord[] {
    return existing.filter(({ id, name }) => ringParts(name)?.ring === this.id && !this.has(id));
  }

  /** The members that go until so many are left. */
  surplus(left: number): readonly Member[] {
    const going = firstToGo(this.members, (member) => this.isLate(member));
    return going.slice(0, Math.max(0, this.members.length - left));
  }

  /** Whether these triggers ask for another addition. */
  owes(triggers: unknown): boolean {
    if (this.pending?.first === true) return true;
    if (this.intent !== undefined) return this.intent !== this.digest(triggers);
    return !isDeepStrictEqual(triggers ?? [], this.triggers ?? []);
  }

  /** Begins an addition, and gives the name that it is to have. */
  begin(prefix: string, triggers: RotationInputs["triggers"], isFirst: boolean): string {
    const number = this.next++;
    this.leaveOpen();
    this.pending = omitUndefined({
      number,
      intent: this.digest(triggers),
      first: isFirst ? true : undefined,
    });
    return ringName(prefix, this.id, number);
  }

  /** The name that its first snapshot has, where nothing goes wrong. */
  firstName(prefix: string): string {
    return ringName(prefix, this.id, 1);
  }

  /** The addition that was begun has certainly made nothing: its number is free, and it is owed as before. */
  cancel(before: PendingAddition | undefined): void {
    if (this.pending?.number === undefined) return;
    this.next = this.pending.number;
    this.open = this.open.filter((number) => number !== before?.number);
    // A number that is free again must not be taken for that of something that may still show.
    this.pending = before ?? (this.pending.first === true ? { first: true } : undefined);
  }

  /** Nobody knows whether the addition that was begun has made something. */
  doubt(): void {
    this.changed = true;
  }

  /** An addition is completed, whichever snapshot it has become. */
  end(triggers: RotationInputs["triggers"]): void {
    this.leaveOpen();
    this.pending = undefined;
    this.triggers = triggers;
    this.intent = undefined;
    this.changed = true;
  }

  /**
   * The snapshot that an earlier run has begun and that is what these triggers ask for, completed or not. Of one that was
   * begun for nobody knows what, that holds where it shows the state of just now.
   */
  begun(triggers: unknown, now: number): Member | undefined {
    const { pending } = this;
    const begun = this.members.find(
      (member) => this.isPending(member) && snapshotProgress(member.status) !== "failed",
    );
    if (pending === undefined || begun === undefined) return undefined;
    const isFor =
      pending.intent === undefined
        ? !isOlder(begun.createdAt, AGE_LIMITS.takenOverMs, now)
        : pending.intent === this.digest(triggers);
    return isFor ? begun : undefined;
  }

  /**
   * Ends the addition of an earlier run, where it has become a snapshot or nobody wants it any more. A program that went
   * back to the triggers before asks for no other one. Whether it is a completed snapshot.
   */
  settle(triggers: RotationInputs["triggers"], now: number): boolean {
    const { pending } = this;
    if (pending === undefined) return false;
    const isMade = this.snapshots.some(
      (member) => this.isPending(member) && snapshotProgress(member.status) === "done",
    );
    if (!this.owes(triggers) || this.begun(triggers, now) !== undefined) this.end(triggers);
    else if (isMade) {
      this.pending = undefined;
      this.intent = pending.intent ?? this.intent;
      this.changed = true;
    }
    return isMade;
  }

  /** Whether an addition was begun of which no member is known: its answer was lost. */
  isUnseen(): boolean {
    return this.lostNumber() !== undefined;
  }

  /** The name of that addition. */
  lostName(prefix: string): string | undefined {
    const number = this.lostNumber();
    return number === undefined ? undefined : ringName(prefix, this.id, number);
  }

  /** Whether something is that addition. */
  isLost({ name }: Pick<Member, "name">): boolean {
    return this.numberOf(name) === this.lostNumber();
  }

  /** Whether something of this name is an addition whose answer was lost, and that the ring has gone on without. */
  isLate({ name }: Pick<Member, "name">): boolean {
    return this.open.includes(this.numberOf(name));
  }

  /** The names of what may still show: nobody knows whether it was made. */
  unseenNames(prefix: string): readonly string[] {
    const seen = this.numbers();
    const late = this.stillOpen().filter((number) => !seen.includes(number));
    return [...late, this.lostNumber()]
      .filter((number) => number !== undefined)
      .map((number) => ringName(prefix, this.id, number));
  }

  private lostNumber(): number | undefined {
    const number = this.pending?.number;
    return number === undefined || this.numbers().includes(number) ? undefined : number;
  }

  /** Goes on without an addition that may still show. */
  private leaveOpen(): void {
    const number = this.lostNumber();
    if (number !== undefined) this.open = [...this.open, number];
  }

  /**
   * Without those that are older than the oldest member: where such a one shows, it goes first in any case. The number next to
   * it stays, so that a ring of one knows it for one addition more.
   */
  private stillOpen(): readonly number[] {
    const numbers = this.numbers();
    return numbers.length === 0
      ? this.open
      : this.open.filter((number) => number >= Math.min(...numbers) - 1);
  }

  private numbers(): readonly number[] {
    return this.members.map(({ name }) => this.numberOf(name)).filter((number) => number > 0);
  }

  private digest(triggers: unknown): string {
    const text = JSON.stringify([this.id, triggers ?? []]);
    return createHash("sha256").update(text).digest("hex").slice(0, 32);
  }

  /** Takes a snapshot in, or what is known of a member by now. */
  join(record: Omit<Member, "sizeMb"> & { readonly sizeMb?: number | undefined }): void {
    const { id, name, status, createdAt, sizeMb } = record;
    const member = omitUndefined({ id, name, status, createdAt, sizeMb });
    this.changed = true;
    if (this.isUnlisted(member)) this.pending = omitUndefined({ ...this.pending, unlisted: undefined });
    this.members = [...this.members.filter((other) => other.id !== id), member].sort(newestFirst);
    this.next = Math.max(this.next, this.numberOf(name) + 1);
  }

  /** Takes in what no state knows. The newest of such is an addition that a killed run has begun. */
  takeIn(stray: SnapshotRecord): void {
    const number = this.numberOf(stray.name);
    const isNew = number >= this.next;
    this.join(stray);
    if (isNew && this.pending === undefined) this.pending = { number };
  }

  /** Whatever the ring's server holds under a name of the ring, the next addition has a number of its own. */
  passOver(existing: readonly SnapshotRecord[]): void {
    this.next = Math.max(this.next, ...existing.map(({ name }) => this.numberOf(name) + 1));
  }

  private numberOf(name: string): number {
    const parts = ringParts(name);
    return parts?.ring === this.id ? parts.number : 0;
  }

  /**
   * Where it is the last one of its number, nothing of the addition that it was may still show, unless no list has ever
   * shown it.
   */
  leave(id: string, mayStillShow = false): void {
    const left = this.members.find((member) => member.id === id);
    this.members = this.members.filter((member) => member !== left);
    this.changed = true;
    const number = left === undefined ? 0 : this.numberOf(left.name);
    if (this.numbers().includes(number)) return;
    const open = this.open.filter((other) => other !== number);
    this.open = mayStillShow ? [...open, number] : open;
    if (this.pending?.number !== number) return;
    const { number: _number, ...rest } = this.pending;
    this.pending = rest;
  }

  /** Whether a member was accepted and no list has shown it yet. */
  isUnlisted(member: Member): boolean {
    return this.pending?.unlisted === true && this.isPending(member);
  }

  /** A member as the core knows snapshots. */
  asSnapshot(
    member: Member,
    marks: Pick<SnapshotOutputs, "__timeouts" | "__endpoint"> = {},
  ): SnapshotOutputs {
    const { serverId, serverName } = this;
    const { id: _id, ...rest } = member;
    const unlisted = this.isUnlisted(member) ? { __unlisted: true } : {};
    const { __timeouts, __endpoint } = marks;
    return {
      serverId,
      serverName,
      waitForCompletion: true,
      ...rest,
      ...unlisted,
      ...omitUndefined({ __timeouts, __endpoint }),
    };
  }

  /** Whether a member is what the addition under way has made. */
  isPending({ name }: Pick<Member, "name">): boolean {
    return this.pending?.number !== undefined && this.numberOf(name) === this.pending.number;
  }

  /** What state has to hold; the arguments are the program's but for the triggers of an addition that is not completed. */
  outputs(
    given: RotationInputs | RotationOutputs,
    endpoint: Pick<RotationOutputs, "__endpoint">,
  ): RotationOutputs {
    const { serverId, keep, namePrefix, description, adopt, __timeouts } = given;
    const latest = this.members.find(({ status }) => snapshotProgress(status) === "done");
    const open = this.stillOpen();
    return omitUndefined({
      serverId,
      keep,
      triggers: this.triggers,
      namePrefix,
      description,
      adopt,
      serverName: this.serverName,
      snapshots: this.members,
      latestId: latest?.id,
      __timeouts,
      __ring: this.id,
      __next: this.next,
      __pending: this.pending,
      __open: open.length === 0 ? undefined : open,
      __intent: this.intent,
      ...endpoint,
    });
  }
}
