import axios from "axios";
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import type { Clock } from "../../provider/api";
import { createSession } from "../../provider/core/session";
import { account } from "../../provider/host/account";
import { display } from "../../provider/host/reporter";
import { snapshotHandler } from "../../provider/host/snapshot-handler";
import type { SnapshotOutputs } from "../../provider/core/snapshot/properties";
import { CANARY, tell } from "../support/account";
import type { Told } from "../support/account";
import type { SimulatedClock } from "../support/simulated-clock";
import type { Ledger } from "./ledger";
import { refuse } from "./remote";
import type { Remote } from "./remote";
import { Watcher } from "./watcher";
import type { Weather } from "./weather";

export interface Surroundings {
  readonly remote: Remote;
  readonly clock: SimulatedClock;
  readonly ledger: Ledger;
  /** The number of the run, from 1. */
  readonly run: number;
  readonly weather: Weather;
  /** Other people do something, in the middle of the run. */
  readonly meddle: () => void;
  readonly note: (line: string) => void;
}

const forever = new Promise<never>(() => undefined);

/**
 * The provider host of one run, as a process of its own: the real handler, with nothing in its memory. Killing it
 * means that whatever it awaits never comes, be it an answer or a sleep, so no line of it ever runs again.
 */
export class Host {
  readonly handler = snapshotHandler;
  readonly told: Told = tell();
  readonly died: Promise<void>;
  /** A first ^C: what is under way goes on, nothing new begins. */
  cancelled = false;
  requests = 0;
  private readonly death = new AbortController();

  constructor(private readonly around: Surroundings) {
    this.died = new Promise((resolve) => this.death.signal.addEventListener("abort", () => resolve()));
    this.start();
  }

  /** A method, because it changes while somebody waits. */
  isDead(): boolean {
    return this.death.signal.aborted;
  }

  kill(): void {
    this.death.abort();
  }

  /** The handler keeps its account in its module: here it is made anew, and gets the simulated clock. */
  private start(): void {
    const { endpoint } = this.around.remote;
    const config: Record<string, string> = { "vpsorg:token": CANARY, "vpsorg:endpoint": endpoint };
    Object.assign(account, new (account.constructor as new () => typeof account)());
    Object.assign(display, { row: () => this.told });
    snapshotHandler.configure({ config: { get: (key) => config[key] } });
    const { settings } = account.settings();
    if (settings === undefined) throw new Error("the model's own settings are wrong");
    const before = axios.defaults.adapter;
    // Clients take it over when they are made.
    axios.defaults.adapter = this.send;
    const session = createSession(settings, {
      clock: this.clock(),
      limits: { connectMs: 2000, requestMs: 20_000 },
      owned: Reflect.get(account, "owned") as Set<string>,
      unfinished: Reflect.get(account, "unfinished") as Map<string, SnapshotOutputs>,
    });
    axios.defaults.adapter = before ?? [];
    Object.assign(account, { open: () => Promise.resolve(session) });
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
    const { weather, meddle } = this.around;
    const number = ++this.requests;
    const { cut, others, refused } = weather;
    const now = cut?.at === number ? cut.how : undefined;
    if (others?.at === number) meddle();
    if (now === "cancelled") this.cancelled = true;
    if (now === "killed before it acts") this.kill();
    if (this.isDead()) return forever;
    if (number <= refused) refuse(config);
    const answered = await this.exchange(config, now === "killed after it acted");
    if (answered instanceof Error) throw answered;
    return answered;
  };

  private async exchange(config: InternalAxiosRequestConfig, fatal: boolean): Promise<AxiosResponse | Error> {
    const { remote, clock } = this.around;
    const watcher = new Watcher(this.around, config);
    const answered = await remote.send(config).catch((error: unknown) => {
      return error instanceof Error ? error : new Error(String(error));
    });
    if (fatal) this.kill();
    watcher.over(answered, this.isDead(), clock.now());
    return this.isDead() ? forever : answered;
  }
}
