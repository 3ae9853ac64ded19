import type { EmulatorOptions } from "../../test/tools/emulator";
import { serverSeeds, snapshotSeeds } from "../../test/tools/support/seeds";
import { MEGABYTE } from "./child";
import { registered, startHost } from "./host";
import type { Host } from "./host";

/** What the host's process holds at its peak, beyond one that serves as many resources that do nothing. The least of three. */
export interface Memory {
  readonly megabytes: number;
  readonly bareMegabytes: number;
}

const SERVERS = 100;

/** So many snapshots are checked, created and read, at once as far as the engine would do it. */
export async function measureManyResources(resources: number): Promise<Memory> {
  const work = (provider: "ours" | "empty") => async (host: Host) => {
    const made = await inBatches(indexes(resources), async (index) => {
      const { inputs } = await host.client.check({}, registered(provider, index, SERVERS));
      return host.client.create(inputs);
    });
    await inBatches(made, ({ id, properties }) => host.client.read(id, properties));
  };
  return compare({ servers: serverSeeds(SERVERS), snapshots: [] }, work("ours"), work("empty"));
}

/** So many snapshots are checked and read in an account that holds many more, which is listed whole for that. */
export async function measureLargeAccount(
  resources: number,
  snapshots: number,
  pageSize: number,
): Promise<Memory> {
  const count = snapshots / 5;
  const options: EmulatorOptions = {
    servers: serverSeeds(count),
    snapshots: snapshotSeeds(snapshots, count),
    behaviour: { pageSize },
  };
  const work = (provider: "ours" | "empty") => async (host: Host) => {
    await inBatches(indexes(resources), async (index) => {
      const { inputs } = await host.client.check({}, registered(provider, index, count));
      return host.client.read(String(index + 1), { ...inputs, __endpoint: host.emulator.endpoint });
    });
    const pages = host.emulator.requests().length;
    if (provider === "ours" && pages < snapshots / pageSize) throw new Error(`only ${pages} pages were read`);
  };
  return compare(options, work("ours"), work("empty"));
}

const indexes = (count: number) => Array.from({ length: count }, (_, i) => i);

async function compare(
  options: EmulatorOptions,
  ours: (host: Host) => Promise<void>,
  empty: (host: Host) => Promise<void>,
): Promise<Memory> {
  const [mine, bare] = [await leastPeak(options, ours), await leastPeak(options, empty)];
  return { megabytes: (mine - bare) / MEGABYTE, bareMegabytes: bare / MEGABYTE };
}

async function leastPeak(options: EmulatorOptions, work: (host: Host) => Promise<void>): Promise<number> {
  const peaks: number[] = [];
  for (let i = 0; i < 3; i++) peaks.push(await peakOf(options, work));
  return Math.min(...peaks);
}

async function peakOf(options: EmulatorOptions, work: (host: Host) => Promise<void>): Promise<number> {
  const host = await startHost(options);
  try {
    await work(host);
    return host.peakMemory();
  } finally {
    await host.close();
  }
}

/** As many at once as the engine has running on a usual machine. */
const AT_ONCE = 16;

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(work))));
  }
  return done;
}
