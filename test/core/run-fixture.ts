import type { Properties } from "../../provider/host/boundary";
import { createProvider } from "../../provider/host/provider";
import type { Provider } from "../../provider/host/provider";
import { CANARY, openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

const SEEDS = [
  { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
  { id: 802, serverId: 12345, name: "other", createdAt: "2026-01-11T08:00:00Z" },
];

/** What the engine sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Config = Readonly<Record<string, string>>;

export const configured = (config: Config) => ({
  config: new Map(Object.entries(config).map(([key, value]) => [`vpsorg:${key}`, value])),
});

export const urnOf = (name: string): string => `urn:pulumi:dev::shop::vpsorg:Thing::${name}`;

/** A resource as a run has made it. */
export interface Made {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** An account, and the handlers of a run of the engine on it, new for each test and each run. */
export class RunFixture {
  account!: TestAccount;
  run!: Provider;
  /** What the engine has shown in this run: kind, row and message. */
  lines!: string[];
  /** Whether the engine has ended. */
  isGone!: boolean;
  /** What makes names and marks in the runs from now on. */
  random = 0.5;

  constructor() {
    beforeEach(async () => {
      this.account = await openAccount({ snapshots: SEEDS });
      this.nextRun();
    });
    afterEach(() => this.account.close());
  }

  /** A new process of the provider host. */
  nextRun(config?: Config, env: Config = {}): void {
    this.lines = [];
    this.isGone = false;
    this.run = createProvider({
      engine: {
        log: (kind, message, urn) => {
          this.lines.push(`${kind} ${urn?.split("::").at(-1) ?? "stack"}: ${message}`);
          return Promise.resolve();
        },
        isGone: () => Promise.resolve(this.isGone),
      },
      env,
      random: () => this.random,
      session: { clock: this.account.clock, limits: { connectMs: 5000, requestMs: 5000 } },
    });
    const known = config ?? { token: CANARY, endpoint: this.account.emulator.endpoint };
    for (const handler of Object.values(this.run)) handler.configure(configured(known));
  }

  /** Refuses each request of this kind, until the fault is removed. */
  refuse(method: string, path: string, status = 403) {
    return this.account.emulator.fault({
      match: { method, path },
      times: 0,
      action: { kind: "status", status, body: { detail: "Not now" } },
    });
  }

  /** Checks and creates, as an `up` does for what is new. */
  async make(of: keyof Provider, news: Properties): Promise<Made> {
    const { __provider } = news;
    const checked = await this.run[of].check({}, news);
    expect(checked.failures).toEqual([]);
    const inputs = { ...checked.inputs, __provider };
    const { id, outs } = await this.run[of].create(inputs);
    return { id, inputs, outputs: { ...outs, __provider } };
  }
}

export const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "it ended well",
    (error: unknown) => (error as Error).message,
  );

/** What a program gives to a step of a `SnapshotRestore`. */
export const intent = (provider: string, name: string, more: Properties = {}): Properties => ({
  ...{ __provider: provider, __resource: name, __component: urnOf("back"), __urn: urnOf(name) },
  ...{ snapshotId: 801, serverId: 12345 },
  ...more,
});
