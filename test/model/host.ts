import { Readable } from "node:stream";
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import type { Clock } from "../../provider/api";
import type { EngineLog } from "../../provider/host/engine-log";
import { createProvider } from "../../provider/host/provider";
import type { Provider } from "../../provider/host/provider";
import {
  COMPLETION_PROVIDER,
  REQUEST_PROVIDER,
  ROTATION_PROVIDER,
  SAFETY_PROVIDER,
  SNAPSHOT_PROVIDER,
} from "../../provider/core/state-contract";
import { CANARY, tell } from "../tools/support/account";
import type { Told } from "../tools/support/account";
import type { SimulatedClock } from "../tools/support/simulated-clock";
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
  readonly random: () => number;
  /** Something of the weather really happened. */
  readonly struck: (kind: string) => void;
}

const forever = new Promise<never>(() => undefined);

/** Every type that a program may use. */
const TYPES: Readonly<Record<string, Omit<ResourceType, "handler"> & { readonly of: keyof Provider }>> = {
  Snapshot: { of: "snapshot", provider: SNAPSHOT_PROVIDER, ownsSnapshot: true },
  SnapshotRotation: {
    of: "snapshotRotation",
    provider: ROTATION_PROVIDER,
    ownsSnapshot: false,
    ownsRing: true,
  },
  SafetySnapshot: {
    of: "safetySnapshot",
    provider: SAFETY_PROVIDER,
    ownsSnapshot: false,
    keepsSnapshot: true,
  },
  RestoreRequest: {
    of: "restoreRequest",
    provider: REQUEST_PROVIDER,
    ownsSnapshot: false,
    restores: true,
  },
  RestoreCompletion: { of: "restoreCompletion", provider: COMPLETION_PROVIDER, ownsSnapshot: false },
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

  constructor(private readonly around: Surroundings) {
    this.engineDied = new Promise((resolve) => onAbort(this.engineDeath, resolve));
    this.lost = new Promise((_, reject) => onAbort(this.death, () => reject(new Error(LOST))));
    this.lost.catch(() => undefined);
    const provider = this.provider();
    this.types = Object.fromEntries(
      Object.entries(TYPES).map(([name, { of, ...type }]) => [
        name,
        { ...type, handler: this.bound(provider[of]) },
      ]),
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
    const call = work();
    this.calls.add(call);
    return call;
  }

  private provider(): Provider {
    const provider = createProvider({
      engine: this.engine(),
      env: {},
      random: this.around.random,
      session: {
        clock: this.clock(),
        limits: { connectMs: 2000, requestMs: 20_000 },
        adapter: (config) => this.send(config),
      },
    });
    const config = new Map([
      ["vpsorg:token", CANARY],
      ["vpsorg:endpoint", this.around.remote.endpoint],
    ]);
    provider.snapshot.configure({ config });
    return provider;
  }

  /** The display of the engine. A host whose engine has died is not told: what it goes on with is what is tried. */
  private engine(): EngineLog {
    const method = { info: "info", warning: "warn", progress: "progress" } as const;
    return {
      log: (kind, message) => {
        this.told[method[kind]](message);
        return Promise.resolve();
      },
      isGone: () => Promise.resolve(false),
    };
  }

  private clock(): Clock {
    const { clock } = this.around;
    return {
      now: () => clock.now(),
      random: this.around.random,
      deadline: (ms) => clock.deadline(ms),
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
