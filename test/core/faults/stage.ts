import * as diagnostics from "node:diagnostics_channel";
import type { Limits } from "../../../provider/api";
import type { SnapshotInputs, SnapshotOutputs } from "../../../provider/core/snapshot/state";
import { startEmulator } from "../../tools/emulator";
import type { AccountState, Emulator } from "../../tools/emulator";
import { openAccount, tell } from "../../tools/support/account";
import type { TestAccount, Told } from "../../tools/support/account";
import type { Outcome } from "./outcome";

/**
 * What every fault test starts from: a server with somebody else's snapshot on it, another server with one, and
 * either our own snapshot (701) or a place for it (the API's next id is 801).
 */
export const SERVER = "12345";
export const OURS = "701";
export const NEW = "801";
export const NEIGHBOURS = ["702", "703"];
export const NAME = "web-1a2b3c4";
/** The name that Pulumi gives at the next run, where nothing was recorded in this one. */
export const NEXT_NAME = "web-9f8e7d6";

export const TIMEOUTS = { create: "6m", update: "6m", delete: "6m" };
export const RESTORE_TIMEOUT_MS = 6 * 60_000;

export const inputs: SnapshotInputs = {
  serverId: SERVER,
  name: NAME,
  description: "before the upgrade",
  waitForCompletion: true,
  __autoName: "web",
  __timeouts: TIMEOUTS,
};

/** What state holds of snapshot 701. */
export const recorded: SnapshotOutputs = {
  serverId: SERVER,
  serverName: "web-server-01",
  name: NAME,
  waitForCompletion: true,
  __timeouts: TIMEOUTS,
  status: "completed",
  sizeMb: 5120,
  createdAt: "2026-01-10T08:00:00Z",
};

const SEEDS = [
  { id: OURS, serverId: SERVER, name: NAME, createdAt: recorded.createdAt },
  { id: "702", serverId: SERVER, name: "someone-elses", createdAt: "2026-01-11T08:00:00Z" },
  { id: "703", serverId: "12346", name: "another-servers", createdAt: "2026-01-12T08:00:00Z" },
];

/** Ours is the third, so that a page can hide it. */
const SERVERS = [
  { id: "12346", name: "db-server-01" },
  { id: "12347", name: "cache-01" },
  { id: SERVER, name: "web-server-01" },
  { id: "12348", name: "mail-01" },
];

export interface StageOptions {
  /** Whether snapshot 701 exists. */
  readonly seeded?: boolean;
  readonly limits?: Partial<Limits>;
}

export interface Stage extends TestAccount {
  /** The snapshot that is read, deleted or restored; 701 unless a test puts another one in its place. */
  subject: { readonly id: string; readonly recorded: SnapshotOutputs };
  /** A host that is none of ours: nothing may ever be sent there. */
  readonly elsewhere: Emulator;
  /** Faults that were promised and did not happen. */
  readonly missed: string[];
  /** Of each request. */
  readonly limits: Partial<Limits>;
  /** Calls back after each request, while what it made is still there. */
  watch(look: () => void): void;
  /** Goes away, after the request that matches or at once; for so long, or until the faults are over. */
  outage(after: RegExp | undefined, ms: number | undefined): void;
  /** From here on everything works; what was not reached by now is noted. */
  faultsOver(): Promise<void>;
  /** Whoever is told of a later run: checked like what was told in this one. */
  retell(): Told;
  readonly alsoTold: Told[];
  /** How later runs ended: checked likewise. */
  readonly alsoEnded: Outcome[];
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { seeded = true, limits = {} } = options;
  const outages: { after: RegExp | undefined; begin: () => void } = {
    after: undefined,
    begin: () => undefined,
  };
  const refusals = countRefusals();
  const ofRequests = { connectMs: 2000, requestMs: 5000, maxBytes: 1024 * 1024, ...limits };
  const watching: (() => void)[] = [];
  const account = await openAccount(
    {
      servers: SERVERS,
      snapshots: seeded ? SEEDS : SEEDS.slice(1),
      onRequest: (request) => {
        for (const look of watching) look();
        if (outages.after?.test(`${request.method} ${request.path}`) === true) outages.begin();
      },
    },
    {},
    { limits: ofRequests },
  );
  const elsewhere = await startEmulator();
  const { emulator, clock } = account;
  const missed: string[] = [];
  const alsoTold: Told[] = [];
  let promised = false;

  const note = (): void => {
    missed.push(...emulator.unreached().map(({ fault }) => JSON.stringify(fault)));
    if (promised && refusals.count() === 0) missed.push("no connection was refused");
    promised = false;
    emulator.clearFaults();
  };
  return {
    ...account,
    subject: { id: OURS, recorded },
    elsewhere,
    missed,
    alsoTold,
    alsoEnded: [],
    limits: ofRequests,
    watch: (look) => void watching.push(look),
    outage: (after, ms) => {
      promised = true;
      const begin = (): void => {
        outages.after = undefined;
        void emulator.pause();
        if (ms !== undefined) void clock.sleep(ms).then(() => emulator.resume());
      };
      if (after === undefined) begin();
      else Object.assign(outages, { after, begin });
    },
    faultsOver: async () => {
      note();
      // What was made late stays late; what is made from here on is not.
      emulator.setBehaviour({ listLagMs: null, restoringLagMs: null });
      await emulator.resume();
    },
    retell: () => {
      const told = tell();
      alsoTold.push(told);
      return told;
    },
    close: async () => {
      note();
      refusals.stop();
      await elsewhere.close();
      await account.close();
    },
  };
}

/** Nobody can count refused connections but the client: Node announces them. */
function countRefusals(): { count: () => number; stop: () => void } {
  let refused = 0;
  const listen = (message: unknown): void => {
    const { error } = message as { error: { code?: string } };
    if (error.code === "ECONNREFUSED") refused++;
  };
  diagnostics.subscribe("http.client.request.error", listen);
  return {
    count: () => refused,
    stop: () => void diagnostics.unsubscribe("http.client.request.error", listen),
  };
}

export type RemoteSnapshot = AccountState["snapshots"][number];

/** The snapshots of our resource that the API really holds, listed or not. */
export function ours(stage: TestAccount): RemoteSnapshot[] {
  return stage.emulator.model
    .state()
    .snapshots.filter((s) => /^web-[0-9a-f]{7}$/.test(s.name) && String(s.server.id) === SERVER);
}

export function restores(stage: TestAccount): AccountState["restores"] {
  return stage.emulator.model.state().restores;
}

/** How often a request was made, `GET /servers/` and the like. */
export function count(stage: TestAccount, method: string, path: RegExp): number {
  return stage.emulator.requests().filter((r) => r.method === method && path.test(r.path)).length;
}

export const posts = (stage: TestAccount): number => count(stage, "POST", /^\/snapshots\/$/);
export const restorePosts = (stage: TestAccount): number => count(stage, "POST", /\/restore\/$/);
