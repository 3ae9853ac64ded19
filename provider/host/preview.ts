import { AuthError, isVpsorgError } from "../api/errors";
import { asSentence, messageOf } from "../core/messages/labels";
import type { Properties } from "./boundary";
import type { ResourceLog } from "./resource-log";

/** By these an error says that nobody knows, and not that something is wrong. */
const UNSEEN = ["API_ERROR", "CONNECTION", "INCOMPLETE_LIST", "RATE_LIMITED", "RESPONSE_SHAPE"] as const;

/**
 * Whether this run is a preview, and what it does then: it looks ahead, and what it cannot look at passes. `up` looks
 * itself, before it changes anything. The engine does not tell a provider; the resource class does.
 */
export class Preview {
  isOn = false;
  /** What the last look failed with. */
  private unseen: unknown;

  constructor(private readonly log: ResourceLog) {}

  note(news: Properties): void {
    if (news["__preview"] === true) this.isOn = true;
  }

  /** The look, or `otherwise` where it cannot be taken: that is said once, on the stack. */
  async foresee<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
    // The engine checks one resource after the other, and each would wait for the same answer.
    if (this.unseen !== undefined && !isForbidden(this.unseen)) return otherwise;
    try {
      return await look();
    } catch (error) {
      if (!this.isOn || !(isVpsorgError(error, ...UNSEEN) || isForbidden(error))) throw error;
      if (this.unseen === undefined) this.say(error);
      this.unseen = error;
      return otherwise;
    }
  }

  private say(error: unknown): void {
    this.log
      .forStack()
      .warn(
        "this preview could not look at everything that `pulumi up` looks at before it changes anything: whether servers, " +
          `free slots, names and the snapshots that are imported or restored are there. ${asSentence(messageOf(root(error)))}`,
      );
  }
}

/** A token may list snapshots and no servers. */
function isForbidden(error: unknown): boolean {
  return error instanceof AuthError && error.status === 403;
}

/** What went wrong, without what it meant for the one who met it first. */
function root(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? root(error.cause) : error;
}
