import { setTimeout as pause } from "node:timers/promises";
import type { Emulator } from "../../tools/emulator";
import { Ledger } from "../../tools/recorded/ledger";
import { maskAnswer } from "../../tools/recorded/mask";
import type { RecordedCall, RecordedHost, RecordedRun, Recording } from "../../tools/recorded/recording";
import { decode } from "../../tools/recorded/references";
import type { RawCall } from "../../tools/recorded/references";
import { POLL_SECONDS } from "../../tools/recorded/scenario";
import type { Scenario, Strike } from "../../tools/recorded/scenario";
import { change, isCommand, reached } from "../../tools/recorded/strike";
import type { Answer, Method, SentCall } from "../../tools/recorded/wire";
import { EngineLog } from "../../tools/support/host/engine-log";
import { HostError } from "../../tools/support/host/host-error";
import { ProviderHost } from "../../tools/support/host/provider-host";
import type { ProviderClient } from "../../tools/support/host/provider-client";
import { secret } from "../../tools/support/host/properties";
import { CANARY } from "./scene";

/** How many hosts are started before their turn. */
const AHEAD = 2;

/** What came of one run of a recording. */
export interface Replayed {
  /** By the number of the call, as a recording holds them; none where the host was killed first. */
  readonly answers: ReadonlyMap<number, Answer>;
  readonly writes: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Puts the calls of each recorded run to a host of its own, with a fresh account behind them. */
export class Replay {
  private readonly calls = new Map<number, RawCall>();
  private readonly started: Promise<ProviderHost>[] = [];
  private readonly killed = new Set<ProviderClient>();
  /** Hosts that are still to be started. */
  private wanted = 0;

  private constructor(
    private readonly emulator: Emulator,
    private readonly ledger: Ledger,
    private readonly engine: EngineLog,
  ) {}

  static async open(scenario: Scenario): Promise<Replay> {
    const ledger = await Ledger.open(scenario, CANARY);
    return new Replay(ledger.emulator, ledger, await EngineLog.start());
  }

  /** All steps of the scenario; `seen` is called after each run. */
  async all(
    { steps }: Scenario,
    { runs }: Recording,
    seen: (run: RecordedRun, replayed: Replayed) => void,
  ): Promise<Record<string, string[]>> {
    const left = [...runs];
    this.wanted = runs.flatMap((run) => run.hosts).length;
    this.startHosts();
    for (const step of steps) {
      if (!isCommand(step)) {
        change(this.emulator, step);
        continue;
      }
      const run = left.shift();
      if (run?.command !== step.run) throw new Error(`no run of "${step.run}" is recorded here`);
      seen(run, await this.run(run, step.strike));
    }
    return this.ledger.end();
  }

  async close(): Promise<void> {
    for (const host of this.started) await host.then((started) => started.stop()).catch(() => undefined);
    this.engine.stop();
    await this.emulator.close();
  }

  /** A safety snapshot is named by its second, and no command line is so quick that two runs fall into one. */
  private async nextSecond(): Promise<void> {
    const second = (ms: number): number => Math.floor(ms / 1000);
    const made = this.emulator.model.listSnapshots().filter(({ name }) => name.startsWith("before-restore-"));
    const isNow = made.some(({ created_at }) => second(Date.parse(created_at)) === second(Date.now()));
    if (isNow) await pause(1000 - (Date.now() % 1000));
  }

  private async run({ hosts }: RecordedRun, strike: Strike | undefined): Promise<Replayed> {
    await this.nextSecond();
    const struck = strike === undefined ? Promise.resolve() : this.strike(strike);
    const answers = new Map<number, Answer>();
    for (const host of hosts) await this.host(host, struck, answers);
    await struck;
    return { answers, writes: this.ledger.takeWrites() };
  }

  private async strike({ at, then = [] }: Strike): Promise<void> {
    await reached(this.emulator, at, this.emulator.requests().length);
    for (const step of then) if (!isCommand(step)) change(this.emulator, step);
  }

  /** A call starts when those have ended that had ended before it in the recording. */
  private async host(
    { configured, calls }: RecordedHost,
    struck: Promise<void>,
    answers: Map<number, Answer>,
  ): Promise<void> {
    const host = await this.nextHost();
    const config = { ...this.config(), "vpsorg:token": secret(CANARY) };
    await host.client.configure(
      Object.fromEntries(Object.entries(config).filter(([key]) => configured.includes(key))),
    );
    const running: { call: RecordedCall; ended: Promise<void> }[] = [];
    const endsBefore = (n: number) =>
      running.filter(({ call }) => (call.until ?? call.n + 1) <= n && call.answer);
    for (const call of calls) {
      await Promise.all(endsBefore(call.n).map(({ ended }) => ended));
      running.push({ call, ended: this.perform(host.client, call, answers) });
    }
    await Promise.all(endsBefore(Number.POSITIVE_INFINITY).map(({ ended }) => ended));
    if (running.some(({ call }) => call.answer === undefined)) {
      await struck;
      this.killed.add(host.client);
      host.kill();
    }
    await host.stop();
  }

  private async perform(
    client: ProviderClient,
    { n, call, urn, sent }: RecordedCall,
    answers: Map<number, Answer>,
  ): Promise<void> {
    const given = decode(sent, this.calls, this.emulator.endpoint) as Omit<SentCall, "urn">;
    const full = { urn, ...given };
    this.calls.set(n, { n, sent: full });
    const answer = await ask(client, call, full);
    // That the connection broke is no answer.
    if (this.killed.has(client)) return;
    this.calls.set(n, { n, sent: full, answer });
    answers.set(n, maskAnswer(answer, this.ledger));
  }

  private config(): Record<string, string> {
    return { "vpsorg:endpoint": this.emulator.endpoint, "vpsorg:pollIntervalSeconds": POLL_SECONDS };
  }

  private nextHost(): Promise<ProviderHost> {
    const next = this.started.shift();
    this.startHosts();
    if (next === undefined) throw new Error("there are more hosts than the recording has");
    return next;
  }

  /** The next ones start while one works: most of a replay's time is the starting of hosts. */
  private startHosts(): void {
    for (; this.started.length < AHEAD && this.wanted > 0; this.wanted--) {
      const host = ProviderHost.start({ engineAddress: this.engine.address });
      // Whoever takes it hears of it; until then nobody does.
      host.catch(() => undefined);
      this.started.push(host);
    }
  }
}

const ASKED: Readonly<Record<Method, (client: ProviderClient, sent: SentCall) => Promise<Answer>>> = {
  check: async (client, { olds = {}, news = {} }) => {
    const { inputs, failures } = await client.check(olds, news);
    return { inputs, ...(failures.length > 0 ? { failures } : {}) };
  },
  diff: async (client, { id = "", olds = {}, news = {} }) => {
    const { changes, replaces, deleteBeforeReplace } = await client.diff(id, olds, news);
    return {
      changes,
      ...(replaces.length > 0 ? { replaces } : {}),
      ...(deleteBeforeReplace ? { deleteBeforeReplace } : {}),
    };
  },
  create: (client, { properties = {} }) => client.create(properties),
  read: (client, { id = "", properties = {}, inputs }) => client.read(id, properties, inputs),
  update: async (client, { id = "", olds = {}, news = {} }) => ({
    properties: await client.update(id, olds, news),
  }),
  delete: async (client, { id = "", properties = {} }) => {
    await client.delete(id, properties);
    return {};
  },
};

async function ask(client: ProviderClient, method: Method, sent: SentCall): Promise<Answer> {
  try {
    return await ASKED[method](client, sent);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { error: error.message, ...error.partial };
  }
}
