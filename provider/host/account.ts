import { VpsorgError } from "../api/errors";
import { endpointNotice, resolveSettings } from "../core/config/settings";
import type { Resolved } from "../core/config/settings";
import type { Session } from "../core/session";
import type { CheckFailure } from "../core/snapshot/check";
import { elsewhere, isElsewhere } from "../core/snapshot/endpoint";
import type { SnapshotOutputs } from "../core/snapshot/properties";
import { snapshotProgress } from "../core/status";
import { engineIsGone } from "./engine-log";
import { display } from "./reporter";

/** What the host hands to `configure`. */
export interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

/**
 * The configuration of this run and the one session made from it, shared by all resource types of the process.
 *
 * The host caches a provider before it awaits `configure`, so other calls can come in between: `configure` does
 * all its work at once, and the session is a promise that the first call makes and every call awaits.
 */
class Account {
  private config: ConfigureRequest["config"] = { get: () => undefined };
  private session: Promise<Session> | undefined;
  /** What this stack's state holds, as far as the engine has shown it: no create takes one for a leftover. */
  private readonly owned = new Set<string>();
  /** What state holds as not completed and the program goes on with: it may be a replacement of what is deleted. */
  private readonly unfinished = new Map<string, SnapshotOutputs>();
  /** A program registers resources: neither a refresh nor a destroy checks any. */
  private hasProgram = false;
  /** What resources of this run go on with, and under which adoption (if any) each of them holds it. */
  private readonly kept = new Map<string, string | undefined>();
  /** Which new resource adopts which snapshot. */
  private readonly claims = new Map<string, string>();

  /**
   * The host configures each kind of resource anew, whenever it meets the first one of it. One run has one
   * configuration, so what the run knows by then is kept.
   */
  configure(request: ConfigureRequest): void {
    const before = JSON.stringify(this.settings());
    this.config = request.config;
    if (JSON.stringify(this.settings()) !== before) this.session = undefined;
  }

  settings(): Resolved {
    return resolveSettings((key) => this.config.get(`vpsorg:${key}`), process.env);
  }

  /** What is wrong with the configuration, as failures of a check that are no argument's. */
  problems(): CheckFailure[] {
    return this.settings().problems.map((reason) => ({ property: "", reason }));
  }

  /** Notes that a program registers resources in this run. */
  noteProgram(): void {
    this.hasProgram = true;
  }

  /** Notes what a resource of this stack holds; two resources for one snapshot would delete it for each other. */
  own(id: string, recorded?: SnapshotOutputs): void {
    const claimed = this.claims.get(id);
    if (claimed !== undefined) throw heldAlready(id, `the resource "${claimed}" is to import it`);
    for (const held of [id, ...(recorded?.__replaces ?? [])]) this.owned.add(held);
    const pending = recorded !== undefined && snapshotProgress(recorded.status) === "pending";
    if (pending && this.hasProgram) this.unfinished.set(id, recorded);
  }

  /** Notes that a resource of this run goes on with this snapshot. */
  keep(id: string, adoption: string | undefined): void {
    if (this.kept.has(id) && this.kept.get(id) !== adoption) {
      throw heldAlready(id, "two entries of this stack's state hold it");
    }
    this.kept.set(id, adoption);
  }

  /**
   * Refuses to delete for one state entry what another one keeps or is to import. State holds a snapshot twice after
   * `up --replace` of a resource that still has its `import` option: the new half has adopted the very snapshot that
   * the old half is about to delete. Each adoption is marked, so the two can be told apart. With `deleteBeforeReplace`,
   * or where the import fails under `--continue-on-error`, the delete even comes while nobody has adopted it yet.
   */
  refuseKept(id: string, adoption: string | undefined): void {
    const claimed = this.claims.get(id);
    if (this.kept.has(id)) {
      if (this.kept.get(id) !== adoption)
        throw notDeleted(id, "another entry of this stack's state holds the same snapshot and keeps it");
    } else if (claimed !== undefined) {
      throw notDeleted(id, `the resource "${claimed}" is to import it in this run`);
    }
  }

  /** The base of the API that this run uses. */
  endpoint(): string {
    const { settings, problems } = this.settings();
    if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
    return settings.endpoint;
  }

  /** Refuses to act where the snapshot was not made: there it is not, or its id is another account's. */
  refuseElsewhere(id: string, recorded: SnapshotOutputs, wanted: string): void {
    const endpoint = this.endpoint();
    if (isElsewhere(endpoint, recorded)) throw elsewhere(endpoint, id, recorded, wanted);
  }

  /** Notes which snapshot a new resource is to adopt. */
  claim(id: string, resource: string): void {
    const claimed = this.claims.get(id);
    if (claimed !== undefined) throw heldAlready(id, `the resource "${claimed}" is to import it`);
    if (this.owned.has(id)) throw heldAlready(id, "a resource of this stack holds it");
    this.claims.set(id, resource);
  }

  open(): Promise<Session> {
    this.session ??= this.connect();
    return this.session;
  }

  private async connect(): Promise<Session> {
    const { settings, problems } = this.settings();
    if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
    const notice = endpointNotice(settings.endpoint);
    // A program has said it; in a refresh and a destroy none runs.
    if (notice !== undefined && !this.hasProgram) display.row(undefined).info(notice);
    // An engine that cannot be reached from here at all is not one that has ended.
    void engineIsGone();
    // The HTTP libraries load here, when there is a request to make, and not with the handlers.
    const { createSession } = await import("../core/session.js");
    return createSession(settings, {
      owned: this.owned,
      unfinished: this.unfinished,
      isAbandoned: engineIsGone,
    });
  }
}

function notDeleted(id: string, why: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `snapshot ${id} was not deleted: ${why}. Run \`pulumi stack --show-urns\` and take the entry that is not wanted out ` +
      "of the state with `pulumi state delete URN`; a resource that is to be replaced must not have the option import.",
  );
}

function heldAlready(id: string, who: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `snapshot ${id} cannot belong to two resources: ${who} already. Remove the resource option import from the one that ` +
      "is not to have it; where the state holds both, take one out with `pulumi state delete URN` (`pulumi stack " +
      "--show-urns` lists them). The snapshot itself is untouched.",
  );
}

export const account = new Account();
