import { VpsorgError } from "../api/errors";
import { resolveSettings } from "../core/config/settings";
import type { Resolved } from "../core/config/settings";
import type { Session } from "../core/session";

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
  readonly owned = new Set<string>();

  configure(request: ConfigureRequest): void {
    this.config = request.config;
    this.session = undefined;
  }

  settings(): Resolved {
    return resolveSettings((key) => this.config.get(`vpsorg:${key}`), process.env);
  }

  open(): Promise<Session> {
    this.session ??= this.connect();
    return this.session;
  }

  private async connect(): Promise<Session> {
    const { settings, problems } = this.settings();
    if (settings === undefined) throw new VpsorgError("CONFIGURATION", problems.join("; "));
    // The HTTP libraries load here, when there is a request to make, and not with the handlers.
    const { createSession } = await import("../core/session.js");
    return createSession(settings, { owned: this.owned });
  }
}

export const account = new Account();
