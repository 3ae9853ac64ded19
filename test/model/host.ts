import { Readable } from "node:stream";
import axios from "axios";
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import type { Clock } from "../../provider/api";
import { createSession } from "../../provider/core/session";
import type { account } from "../../provider/host/account";
import { completionHandler } from "../../provider/host/completion-handler";
import { requestHandler } from "../../provider/host/request-handler";
import { safetyHandler } from "../../provider/host/safety-handler";
import { snapshotHandler } from "../../provider/host/snapshot-handler";
import type { SnapshotOutputs } from "../../provider/core/snapshot/properties";
import {
  COMPLETION_PROVIDER,
  REQUEST_PROVIDER,
  SAFETY_PROVIDER,
  SNAPSHOT_PROVIDER,
} from "../../provider/core/state-contract";
import { CANARY, tell } from "../support/account";
import type { Told } from "../support/account";
import type { SimulatedClock } from "../support/simulated-clock";
import { freshAccount, inHost } from "./host-memory";
import type { Memory } from "./host-memory";
import type { Ledger } from "./ledger";
import { refuse } from "./remote";
import type { Remote } from "./remote";
import type { Handler, ResourceType } from "./resources";
import type { RunLedger } from "./run-ledger";
import type { EngineHost } from "./steps";
import { Watcher } from "./watcher";
import { deathBy } from "./weather";
import type { Death, Weather } from "./weather";

export interface Surroundings {
  readonly remote: Remote;
  readonly clock: SimulatedClock;
  readonly ledger: Ledger;
  readonly books: RunLedger;
  readonly weather: Weather;
  /** Other people do something, in the middle of the run. */
  readonly meddle: () => void;
  readonly note: (line: string) => void;
  /** Something of the weather really happened. */
  readonly struck: (kind: string) => void;
}

const forever = new Promise<never>(() => undefined);

/** Every type that a program may use. */
const TYPES: Readonly<Record<string, ResourceType>> = {
  Snapshot: {
    handler: snapshotHandler,
    provider: SNAPSHOT_PROVIDER,
    ownsSnapshot: true,
  },
  SafetySnapshot: {
    handler: safetyHandler,
    provider: SAFETY_PROVIDER,
    ownsSnapshot: false,
    keepsSnapshot: true,
  },
  RestoreRequest: {
    handler: requestHandler,
    provider: REQUEST_PROVIDER,
    ownsSnapshot: false,
    restores: true,
  },
  RestoreCompletion: {
    handler: completionHandler,
    provider: COMPLETION_PROVIDER,
    ownsSnapshot: false,
  },
};

/**
 * The provider host of one run, as a process of its own: the real handlers, with nothing in their memory. Killing it
 * means that whatever it awaits never comes, be it an answer or a sleep, so no line of it ever runs again. The engine
 * can be killed alone: then the host goes on with what it does, and nobody hears of it.
 */
export class Host implements EngineHost {
  readonly types: Readonly<Record<string, ResourceType>>;
  readonly told: Told = tell();
  readonly engineDied: Promise<void>;
  cancelled = false;
  requests = 0;
  private readonly death = new AbortController();
  private readonly engineDeath = new AbortController();
  /** Rejects when the host has died. */
  private readonly lost: Promise<never>;
  private readonly calls = new Set<Promise<unknown>>();
  private readonly memory: Memory;

  constructor(private readonly around: Surroundings) {
    this.engineDied = new Promise((resolve) => onAbort(this.engineDeath, resolve));
    this.lost = new Promise((_, reject) => onAbort(this.death, () => reject(new Error(LOST))));
    this.lost.catch(() => undefined);
    this.memory = { account: this.account(), told: this.told };
    this.types = Object.fromEntries(
      Object.entries(TYPES).map(([name, type]) => [name, { ...type, handler: this.bound(type.handler) }]),
    );
  }

  /** Methods, because they change while somebody waits. */
  isDead(): boolean {
    return this.death.signal.aborted;
  }

  isEngineDead(): boolean {
    return this.engineDeath.signal.aborted;
  }

  async hear<T>(answer: Promise<T>): Promise<T> {
    try {
      return await Promise.race([answer, this.lost]);
    } finally {
      if (this.isEngineDead()) await forever;
    }
  }

  /** When what a host goes on with after its engine's death has ended. */
  async idle(): Promise<void> {
    if (!this.isDead()) await Promise.allSettled(this.calls);
  }

  private bound(handler: Handler): Handler {
    return {
      check: (olds, news) => this.call(() => handler.check(olds, news)),
      diff: (id, olds, news) => this.call(() => handler.diff(id, olds, news)),
      create: (inputs) => this.call(() => handler.create(inputs)),
      read: (id, props) => this.call(() => handler.read(id, props)),
      update: (id, olds, news) => this.call(() => handler.update(id, olds, news)),
      delete: (id, props) => this.call(() => handler.delete(id, props)),
    };
  }

  private call<T>(work: () => Promise<T>): Promise<T> {
    if (this.isDead()) return forever;
    const call = inHost(this.memory, work);
    this.calls.add(call);
    return call;
  }

  private account(): typeof account {
    const { endpoint } = this.around.remote;
    const fresh = freshAccount({ "vpsorg:token": CANARY, "vpsorg:endpoint": endpoint });
    const { settings } = fresh.settings();
    if (settings === undefined) throw new Error("the model's own settings are wrong");
    const before = axios.defaults.adapter;
    // Clients take it over when they are made.
    axios.defaults.adapter = this.send;
    const session = createSession(settings, {
      clock: this.clock(),
      limits: { connectMs: 2000, requestMs: 20_000 },
      owned: Reflect.get(fresh, "owned") as Set<string>,
      unfinished: Reflect.get(fresh, "unfinished") as Map<string, SnapshotOutputs>,
    });
    axios.defaults.adapter = before ?? [];
    return Object.assign(fresh, { open: () => Promise.resolve(session) });
  }

  private clock(): Clock {
    const { clock } = this.around;
    return {
      now: () => clock.now(),
      random: () => clock.random(),
      sleep: async (ms, signal) => {
        if (this.isDead()) return forever;
        const signals = signal === undefined ? [this.death.signal] : [this.death.signal, signal];
        try {
          await clock.sleep(ms, AbortSignal.any(signals));
        } catch (error) {
          if (!this.isDead()) throw error;
        }
        return this.isDead() ? forever : undefined;
      },
    };
  }

  private readonly send: AxiosAdapter = async (config) => {
    if (this.isDead()) return forever;
    const { weather, meddle, struck } = this.around;
    const number = ++this.requests;
    const { cut, others, refused } = weather;
    const now = cut?.at === number ? cut.how : undefined;
    if (now !== undefined) struck(now);
    if (others?.at === number) {
      struck(others.what);
      meddle();
    }
    if (now === "cancelled") this.cancelled = true;
    const death = deathBy(now);
    if (death?.when === "before") this.die(death);
    if (this.isDead()) return forever;
    if (number <= refused) refuse(config);
    const answered = await this.exchange(config, death?.when === "after" ? death : undefined);
    if (answered instanceof Error) throw answered;
    return answered;
  };

  private die({ engine, host }: Death): void {
    const { ledger, books } = this.around;
    if (!host) ledger.unheard.add(books.run);
    if (engine) this.engineDeath.abort();
    if (host) this.death.abort();
  }

  private async exchange(
    config: InternalAxiosRequestConfig,
    death: Death | undefined,
  ): Promise<AxiosResponse | Error> {
    const { remote, clock } = this.around;
    const watcher = new Watcher(this.around, config);
    const answered: AxiosResponse<Readable> | Error = await remote.send(config).catch((error: unknown) => {
      return error instanceof Error ? error : new Error(String(error));
    });
    const read = answered instanceof Error ? undefined : await readWhole(answered);
    if (death !== undefined) this.die(death);
    const killed = (): boolean => this.isDead() || this.isEngineDead();
    watcher.over(read?.asText ?? answered, this.isDead(), clock.now(), killed);
    return this.isDead() ? forever : (read?.again ?? answered);
  }
}

/** Reads a body for the watcher, and gives it once more, with whatever ended it, to the transport. */
async function readWhole(
  answered: AxiosResponse<Readable>,
): Promise<{ readonly asText: AxiosResponse; readonly again: AxiosResponse }> {
  const chunks: Buffer[] = [];
  let failure: unknown;
  try {
    for await (const chunk of answered.data as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    failure = error;
  }
  const whole = Buffer.concat(chunks);
  const data = failure === undefined ? Readable.from([whole]) : cutOff(failure);
  return { asText: { ...answered, data: whole.toString() }, again: { ...answered, data } };
}

/** A body that fails when somebody reads it, as an answer of Node does: a failure that nobody hears ends the process. */
function cutOff(failure: unknown): Readable {
  return new Readable({
    read() {
      this.destroy(failure instanceof Error ? failure : new Error("cut off"));
    },
  });
}

/** As the engine reports it. */
const LOST = "error reading from server: EOF";

function onAbort({ signal }: AbortController, listener: () => void): void {
  signal.addEventListener("abort", listener);
}
