import { AbortedError, AuthError, ConnectionError, VpsorgError } from "../../api";
import type { Clock, ObservedAnswer, ObserveAnswer } from "../../api";
import { toId } from "../../api/ids";
import type { Session, SessionOptions } from "../session";
import { readEntries, serverIdOf } from "./reading";
import type { Entries } from "./reading";

/** What was asked for, all that was answered, and how the client that the provider uses took it. */
export interface Step {
  readonly path: "/snapshots/" | "/servers/" | "/servers/ID/";
  /** The server that a list was filtered by, or that was asked for. */
  readonly serverId?: string;
  readonly answers: readonly ObservedAnswer[];
  /** Why the client refused it; absent where it can work with it. */
  readonly error?: unknown;
  /** It was left at the first pages. */
  readonly partial: boolean;
}

export interface ListStep extends Step {
  readonly entries: Entries;
}

/** All that is looked at, before anything is made of it. What is absent was not asked for. */
export interface Survey {
  readonly endpoint: string;
  /** What the token is called where it was set. */
  readonly tokenName: string;
  /** It goes through the environment's proxy. */
  readonly proxied: boolean;
  readonly checkEndpoint: string;
  /** How long a wait sleeps at first. */
  readonly pollMs: number;
  readonly snapshots: ListStep;
  readonly servers?: ListStep;
  /** Lists of one server, to compare with the whole. */
  readonly filtered: readonly ListStep[];
  readonly detail?: Step;
}

/** Pages that are read of one list at most; an account with more is judged by these. */
export const MAX_PAGES = 10;
/** Of one server's list: five snapshots, unless the filter is ignored. */
const MAX_FILTERED_PAGES = 3;
/** From then on nothing more is asked for. */
const MAX_MS = 45_000;
/** A first answer may be bad luck. */
const ATTEMPTS = 2;

/** For the session of a survey: one request takes no longer, so that all of it takes about a minute. */
export const SURVEY_LIMITS: SessionOptions = { limits: { requestMs: 20_000 } };

/** Collects what the client sees, step by step. */
export class AnswerLog {
  private answers: ObservedAnswer[] = [];
  private listener: (answer: ObservedAnswer, before: number) => void = () => undefined;

  readonly observe: ObserveAnswer = (answer) => {
    this.answers.push(answer);
    this.listener(answer, this.answers.length);
  };

  /** The answers to one piece of work, which whoever listens to them may abort. */
  async during(
    work: () => Promise<unknown>,
    onAnswer: (answer: ObservedAnswer, number: number) => void,
  ): Promise<Pick<Step, "answers" | "error" | "partial">> {
    this.answers = [];
    this.listener = onAnswer;
    try {
      await work();
      return { answers: this.answers, partial: false };
    } catch (error) {
      const partial = error instanceof AbortedError;
      return { answers: this.answers, partial, ...(partial ? {} : { error }) };
    }
  }
}

interface SurveyOptions {
  readonly tokenName: string;
  readonly proxied: boolean;
}

/** Asks a few questions of the API, with GET alone and through the client that the provider uses. */
export async function survey(session: Session, log: AnswerLog, options: SurveyOptions): Promise<Survey> {
  const ask = asker(session, log, session.clock);
  const snapshots = await ask.list("/snapshots/");
  const base = {
    endpoint: session.endpoint,
    checkEndpoint: session.advice.checkEndpoint(),
    pollMs: session.schedule.pollDelay("create", 0),
    ...options,
    snapshots,
  };
  // Nothing that is asked for next would be answered better.
  if (isHopeless(snapshots)) return { ...base, filtered: [] };
  const servers = await ask.list("/servers/");
  const [chosen, other] = chooseServers(snapshots.entries, servers.entries);
  const filtered: ListStep[] = [];
  for (const serverId of [chosen, other]) {
    if (serverId !== undefined && !ask.isOver()) filtered.push(await ask.list("/snapshots/", serverId));
  }
  if (chosen === undefined || ask.isOver()) return { ...base, servers, filtered };
  return { ...base, servers, filtered, detail: await ask.server(chosen) };
}

interface Asker {
  list(path: "/snapshots/" | "/servers/", serverId?: string): Promise<ListStep>;
  server(serverId: string): Promise<Step>;
  isOver(): boolean;
}

function asker({ client }: Session, log: AnswerLog, clock: Clock): Asker {
  const deadlineAt = clock.now() + MAX_MS;
  return {
    // Where the API asks to wait, it is not asked more.
    isOver: () => clock.now() >= deadlineAt || client.gate.closedMs > 0,

    list: async (path, serverId) => {
      const limit = serverId === undefined ? MAX_PAGES : MAX_FILTERED_PAGES;
      const controller = new AbortController();
      const options = { attempts: ATTEMPTS, deadlineAt, signal: controller.signal };
      const seen = await log.during(
        () =>
          path === "/servers/" ? client.listServers(options) : client.listSnapshots({ ...options, serverId }),
        ({ status }, number) => {
          if (number >= limit && status < 300) controller.abort();
        },
      );
      return {
        path,
        ...(serverId === undefined ? {} : { serverId }),
        ...seen,
        entries: readEntries(seen.answers),
      };
    },

    server: async (serverId) => {
      const controller = new AbortController();
      const seen = await log.during(
        () => client.getServer(serverId, { attempts: 1, deadlineAt, signal: controller.signal }),
        // Then the client would read the whole list, which is there already.
        ({ status }) => {
          if (status === 404 || status === 405) controller.abort();
        },
      );
      return { path: "/servers/ID/", serverId, ...seen };
    },
  };
}

/** Where the token is refused, no answer comes, or the API asks to wait. */
function isHopeless({ error, answers }: Step): boolean {
  if (error instanceof AuthError || error instanceof ConnectionError) return true;
  return error instanceof VpsorgError && [429, 503].includes(answers.at(-1)?.status ?? 0);
}

/**
 * The server whose list tells most: with snapshots, and in both lists. And a second one without any where no other one
 * has some: only its list shows a filter that is ignored.
 */
function chooseServers(
  snapshots: Entries,
  servers: Entries,
): readonly [string | undefined, string | undefined] {
  const listed = servers.items.flatMap(({ id }) => toId(id) ?? []);
  const holders = [...new Set(snapshots.items.flatMap((item) => toId(serverIdOf(item)) ?? []))];
  const chosen = holders.find((id) => listed.includes(id)) ?? holders[0] ?? listed[0];
  const other = holders.length === 1 ? listed.find((id) => id !== chosen) : undefined;
  return [chosen, other];
}
