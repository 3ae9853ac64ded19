import { isVpsorgError, VpsorgError } from "../api/errors";
import { endpointNotice, resolveSettings } from "../core/config";
import type { Resolved, Settings } from "../core/config";
import { startOperation } from "../core/operation";
import type { Operation } from "../core/operation";
import type { Reporter } from "../core/messages/reporter";
import type { Session, SessionOptions } from "../core/session";
import type { CheckFailure } from "../core/check";
import { announceCreate } from "../core/snapshot/announce";
import type { NewSnapshot } from "../core/snapshot/announce";
import { SlotDemands } from "../core/snapshot/demand";
import { elsewhere, isElsewhere } from "../core/snapshot/endpoint";
import type { Marked } from "../core/snapshot/endpoint";
import { RunRestores } from "../core/restore/run-restores";
import { Ownership } from "../core/snapshot/ownership";
import { SlotReservations } from "../core/snapshot/slots";
import type { SnapshotOutputs } from "../core/snapshot/state";
import { snapshotProgress } from "../core/status";
import { isUnknown, withErrorBoundary } from "./boundary";
import type { Properties } from "./boundary";
import type { EngineLog } from "./engine-log";
import { Preview } from "./preview";
import { ResourceLog } from "./resource-log";

/** What the host hands to `configure`. */
export interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

export interface RuntimeOptions {
  readonly engine: EngineLog;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the names and marks that a check makes. */
  readonly random: () => number;
  /** Of the session; what a run shares is added here. */
  readonly session: Pick<SessionOptions, "clock" | "limits" | "adapter">;
}

/**
 * One run of the engine, as its provider host sees it: the configuration, the one session made from it, and what the
 * run knows of its resources. All resource types share it.
 *
 * The host caches a provider before it awaits `configure`, so other calls can come in between: `configure` does
 * all its work at once, and the session is a promise that the first call makes and every call awaits.
 */
export class ProviderRuntime {
  readonly log: ResourceLog;
  readonly ownership = new Ownership();
  readonly restores = new RunRestores();
  private readonly demands = new SlotDemands();
  readonly slots = new SlotReservations();
  readonly preview: Preview;
  /** What state holds as not completed and the program goes on with: it may be a replacement of what is deleted. */
  private readonly unfinished = new Map<string, SnapshotOutputs>();
  /** Of the configuration of this run: read once, and not for each of hundreds of resources. */
  private resolved: Resolved;
  private session: Promise<Session> | undefined;
  /** A program registers resources: neither a refresh nor a destroy checks any. */
  hasProgram = false;

  constructor(private readonly options: RuntimeOptions) {
    this.log = new ResourceLog(options.engine);
    this.preview = new Preview(this.log);
    this.resolved = resolveSettings(() => undefined, options.env);
  }

  get random(): () => number {
    return this.options.random;
  }

  /**
   * The host configures each kind of resource anew, whenever it meets the first one of it. One run has one
   * configuration, so what the run knows by then is kept.
   */
  configure(request: ConfigureRequest): void {
    const before = JSON.stringify(this.resolved);
    this.resolved = resolveSettings((key) => request.config.get(`vpsorg:${key}`), this.options.env);
    if (JSON.stringify(this.resolved) !== before) this.session = undefined;
  }

  /** One call of the engine: its errors are for people, and its messages are sent before it is answered. */
  async call<T>(props: Properties, work: () => T | Promise<T>): Promise<T> {
    try {
      return await withErrorBoundary(props, work);
    } finally {
      // The engine may end this process as soon as it has the answer.
      await this.log.flush();
    }
  }

  /** What is wrong with the configuration, as failures of a check that are no argument's. */
  problems(): CheckFailure[] {
    return this.resolved.problems.map((reason) => ({ property: "", reason }));
  }

  /** Notes that a program registers resources in this run, and whether that is a preview. */
  noteProgram(news: Properties): void {
    this.hasProgram = true;
    this.preview.note(news);
  }

  /** Counts what a checked resource asks for, where its server is known. */
  demand(news: Properties, inputs: Properties, slots: unknown, property: string): CheckFailure[] {
    const { serverId, __ring: ring, namePrefix, name } = inputs;
    if (typeof serverId !== "string" || isUnknown(serverId) || typeof slots !== "number") return [];
    // With `ignoreChanges: ["*"]` the engine gives what state holds, which has no resource's name.
    const { __resource: named = namePrefix ?? name } = news;
    const resource = String(named);
    const key = "__resource" in news ? keyOf(news) : `${serverId} ${String(ring ?? name)}`;
    return this.demands.note({ key, resource, serverId, slots, property });
  }

  /** Reserves a slot for what is new in the program; a preview says what it, or a replacement, is going to meet. */
  async expect(
    news: Properties,
    inputs: Pick<NewSnapshot, "name" | "__autoName" | "ring"> & { readonly serverId: unknown },
    { key = keyOf(news), hasOwn = false }: { readonly key?: string; readonly hasOwn?: boolean } = {},
  ): Promise<CheckFailure[]> {
    const { serverId, name, __autoName: prefix } = inputs;
    if (typeof serverId !== "string" || isUnknown(serverId)) return [];
    const plan = this.slots.reserveNew(key, { urn: this.log.urnIn(news), serverId, prefix, name });
    if (!this.preview.isOn) return [];
    const replaces = plan.key === key ? undefined : plan.key;
    const replacesFirst = plan.replacesFirst || news["__replacesFirst"] === true;
    const wanted = { ...inputs, serverId, key: plan.key, replaces, hasOwn, replacesFirst };
    const announce = async (): Promise<CheckFailure[]> =>
      announceCreate(await this.operation(this.log.forCheck(news)), wanted);
    try {
      return await this.preview.foresee(announce, []);
    } catch (error) {
      // Thrown it would be shown twice, by the host as well.
      if (!isVpsorgError(error, "AUTH_FAILED")) throw error;
      return [{ property: "", reason: error.message }];
    }
  }

  /** Notes what state holds, for {@link Ownership} and for the deletes that wait for what is not completed. */
  noteHeld(id: string, recorded: SnapshotOutputs, claim = recorded.__claim): void {
    this.ownership.holds(id, recorded.__replaces, claim);
    const pending = snapshotProgress(recorded.status) === "pending";
    if (pending && this.hasProgram) this.unfinished.set(id, recorded);
  }

  /** The base of the API that this run uses. */
  endpoint(): string {
    return this.settings().endpoint;
  }

  /** Refuses to act where the snapshot was not made: there it is not, or its id is another account's. */
  refuseElsewhere(what: string, recorded: Marked, wanted: string): void {
    const endpoint = this.endpoint();
    if (isElsewhere(endpoint, recorded)) throw elsewhere(endpoint, what, recorded, wanted);
  }

  open(): Promise<Session> {
    this.session ??= this.connect();
    return this.session;
  }

  /** The session, and whom one operation on it tells what it does. */
  async operation(reporter: Reporter): Promise<Operation> {
    return startOperation(await this.open(), reporter);
  }

  private async connect(): Promise<Session> {
    const { engine, session } = this.options;
    const given = this.settings();
    const isStored = given.tokenSource === "config" && !this.hasProgram;
    const settings: Settings = isStored ? { ...given, tokenSource: "stored" } : given;
    const notice = endpointNotice(settings.endpoint);
    // A program has said it; in a refresh and a destroy none runs.
    if (notice !== undefined && !this.hasProgram) this.log.forStack().info(notice);
    // An engine that cannot be reached from here at all is not one that has ended.
    void engine.isGone();
    // The HTTP libraries load here, when there is a request to make, and not with the handlers.
    const { createSession } = await import("../core/session.js");
    return createSession(settings, {
      ...session,
      isPreview: this.preview.isOn,
      ownership: this.ownership,
      restores: this.restores,
      slots: this.slots,
      unfinished: this.unfinished,
      isAbandoned: () => engine.isGone(),
    });
  }

  private settings(): Settings {
    const { settings, problems } = this.resolved;
    if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
    return settings;
  }
}

/** Tells a resource of the program from the others. */
function keyOf(news: Properties): string {
  const { __urn: urn, __provider: provider, __resource: resource } = news;
  return typeof urn === "string" ? urn : `${String(provider)} ${String(resource)}`;
}
