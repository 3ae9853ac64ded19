import { SIMULATED } from "../row";
import type { Row } from "../row";
import { contender, ours } from "./contender";
import { PEERS } from "./peers";
import { measureRefresh } from "./refresh";
import { measureSteps } from "./rotation";
import { measureTogether } from "./together";
import { measureWait } from "./waits";
import type { Operation, Wait } from "./waits";

/** Everything that is counted on the simulated clock: ours and each peer's, on the same work. */
export async function simulatedRows(): Promise<Row[]> {
  return [
    await refreshRow(),
    await togetherRow(1, 5),
    await togetherRow(10, 5),
    await earlyRow(),
    ...(await waitRows("create", [3, 5, 7, 10])),
    ...(await waitRows("restore", [5, 10, 15])),
    await acceptanceRow(),
    await stepRow(),
    await ringsRow(12),
  ];
}

type Others<T> = Readonly<Record<string, T>>;

async function ofPeers<T>(measure: (who: ReturnType<typeof contender>) => Promise<T>): Promise<Others<T>> {
  const all: [string, T][] = [];
  for (const peer of PEERS) all.push([peer.column, await measure(contender(peer))]);
  return Object.fromEntries(all);
}

function words<T>(others: Others<T>, say: (value: T) => string): Others<string> {
  return Object.fromEntries(Object.entries(others).map(([column, value]) => [column, say(value)]));
}

async function refreshRow(): Promise<Row> {
  const size = [200, 40] as const;
  const mine = await measureRefresh(ours, ...size);
  const theirs = await ofPeers((who) => measureRefresh(who, ...size));
  return {
    measure: "refresh of 200 snapshots on 40 servers: requests",
    target: "at most 3",
    reached: mine <= 3,
    ours: String(mine),
    peers: words(theirs, String),
    how: SIMULATED,
    figures: { ours: mine, peers: theirs },
  };
}

async function togetherRow(servers: number, each: number): Promise<Row> {
  const mine = await measureTogether(ours, servers, each);
  const theirs = await ofPeers((who) => measureTogether(who, servers, each));
  const most = mine.longestAlone + mine.posts + 3;
  return {
    measure: `create ${mine.snapshots} on ${servers} server${servers === 1 ? "" : "s"}: requests`,
    target: `at most ${most} (longest alone ${mine.longestAlone}, POSTs ${mine.posts}, 3)`,
    reached: mine.requests <= most,
    ours: String(mine.requests),
    peers: words(theirs, ({ requests }) => String(requests)),
    how: SIMULATED,
    figures: { ours: mine, peers: theirs },
  };
}

/** Seconds late at worst, before the documented minimum and after it. */
const BEFORE_MINIMUM_S = 30;
const AFTER_MINIMUM_S = 10;
/** At least 15% under every peer's. */
const PART = 0.85;

async function earlyRow(): Promise<Row> {
  const mine = await measureWait(ours, "create", 2);
  const theirs = await ofPeers((who) => measureWait(who, "create", 2));
  return {
    measure: "create of 2 min, before the documented minimum: requests × late at worst",
    target: `at most ${BEFORE_MINIMUM_S} s`,
    reached: mine.worstLateSeconds <= BEFORE_MINIMUM_S,
    ours: product(mine),
    peers: words(theirs, product),
    how: SIMULATED,
    figures: { ours: mine, peers: theirs },
  };
}

async function waitRows(operation: Operation, durations: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const minutes of durations) {
    const mine = await measureWait(ours, operation, minutes);
    const theirs = await ofPeers((who) => measureWait(who, operation, minutes));
    const least = PART * Math.min(...Object.values(theirs).map(({ product }) => product));
    rows.push({
      measure: `${operation} of ${minutes} min: requests × late at worst${operation === "restore" ? " (*)" : ""}`,
      target: `${AFTER_MINIMUM_S} s, product at most ${Math.floor(least)}`,
      reached: mine.worstLateSeconds <= AFTER_MINIMUM_S && mine.product <= least,
      ours: product(mine),
      peers: words(theirs, product),
      how: SIMULATED,
      figures: { operation, minutes, ours: mine, peers: theirs },
    });
  }
  return rows;
}

function product({ requests, worstLateSeconds, product: both }: Wait): string {
  return `${requests}×${worstLateSeconds}=${both}`;
}

async function acceptanceRow(): Promise<Row> {
  const mine = await measureWait(ours, "restore", 5);
  return {
    measure: "restore: its acceptance is seen after",
    target: "at most 15 s",
    reached: mine.firstLookSeconds <= 15,
    ours: `${mine.firstLookSeconds} s`,
    how: SIMULATED,
    figures: { ours: mine },
  };
}

/** No peer keeps the last few. */
async function stepRow(): Promise<Row> {
  const mine = await measureSteps(1);
  const most = mine.createAlone + mine.deletes + 2;
  return {
    measure: "a rotation adds one and drops its oldest: requests",
    target: `at most ${most} (a create ${mine.createAlone}, DELETE ${mine.deletes}, 2)`,
    reached: mine.requests <= most,
    ours: String(mine.requests),
    how: SIMULATED,
    figures: { ours: mine },
  };
}

async function ringsRow(rings: number): Promise<Row> {
  const mine = await measureSteps(rings);
  const writes = mine.posts + mine.deletes;
  const most = 2 * mine.createAlone + writes;
  return {
    measure: `${rings} rotations of ${rings} servers do so at once: requests`,
    target: `at most ${most} (two creates ${2 * mine.createAlone}, POSTs and DELETEs ${writes})`,
    reached: mine.requests <= most,
    ours: String(mine.requests),
    how: SIMULATED,
    figures: { ours: mine },
  };
}
