import { findById } from "../../provider/core/account/absence";
import { restore } from "../../provider/core/restore/run";
import { createSnapshot } from "../../provider/core/snapshot/create";
import { rawCall } from "../../test/tools/emulator";
import type { TestAccount } from "../../test/tools/support/account";
import { OURS } from "../row";
import type { Peer } from "./peers";

/** Whoever takes and restores snapshots on a simulated account. Each promise ends when it has seen the end. */
export interface Contender {
  readonly column: string;
  /** All of them at once. */
  create(account: TestAccount, servers: readonly string[]): Promise<void>;
  restore(account: TestAccount, snapshotId: string, serverId: string): Promise<void>;
  /** Reads what is known already, all of it at once. */
  refresh(account: TestAccount, snapshots: readonly Known[]): Promise<void>;
}

export interface Known {
  readonly id: string;
  readonly serverId: string;
}

/** A time-out that no wait of the benchmark reaches. */
const LONG = "2h";

/** The core of this provider, as its host runs it: one session, whatever the number of resources. */
export const ours: Contender = {
  column: OURS,
  create: async ({ operation }, servers) => {
    const wanted = servers.map((serverId, index) => ({
      serverId,
      name: `snapshot-${index}`,
      waitForCompletion: true,
      __timeouts: { create: LONG },
    }));
    await Promise.all(wanted.map((inputs) => createSnapshot(operation, inputs)));
  },
  restore: async ({ operation }, snapshotId, serverId) => {
    await restore(operation, { snapshotId, serverId });
  },
  refresh: async ({ session }, snapshots) => {
    await Promise.all(snapshots.map(({ id, serverId }) => findById(session, id, serverId)));
  },
};

/** A peer's schedule on the same account: one request to begin with, and a look at each of its times. */
export function contender(peer: Peer): Contender {
  const call = (account: TestAccount, method: string, path: string, body?: unknown) =>
    account.clock.during(rawCall(account.emulator, method, path, body === undefined ? {} : { body }));
  const wait = async (account: TestAccount, path: string, ended: (json: unknown) => boolean) => {
    for (const seconds of peer.looks()) {
      await account.clock.sleep(seconds * 1000);
      if (ended((await call(account, "GET", path)).json)) return;
    }
  };
  return {
    column: peer.column,
    create: async (account, servers) => {
      await Promise.all(
        servers.map(async (server_id, index) => {
          const body = { server_id, name: `snapshot-${index}` };
          const { id } = (await call(account, "POST", "/snapshots/", body)).json as { id: number };
          await wait(account, `/snapshots/?server_id=${server_id}`, (json) =>
            (json as { results: { id: number; status: string }[] }).results.some(
              (snapshot) => snapshot.id === id && snapshot.status === "completed",
            ),
          );
        }),
      );
    },
    restore: async (account, snapshotId, serverId) => {
      await call(account, "POST", `/snapshots/${snapshotId}/restore/`);
      await wait(
        account,
        `/servers/${serverId}/`,
        (json) => (json as { status: string }).status === "active",
      );
    },
    // The API has no call for one snapshot: its server's list stands for the one request that a peer makes.
    refresh: async (account, snapshots) => {
      await Promise.all(
        snapshots.map(({ serverId }) => call(account, "GET", `/snapshots/?server_id=${serverId}`)),
      );
    },
  };
}
