import { contender, ours } from "../../bench/simulated/contender";
import { PEERS } from "../../bench/simulated/peers";
import { measureTogether } from "../../bench/simulated/together";
import { measureWait } from "../../bench/simulated/waits";
import type { Operation, Wait } from "../../bench/simulated/waits";

/** The counts that the benchmark publishes and that no change may spoil. */

/** In simulated time the same wait costs the same each time: it is measured once for all peers. */
const measured = new Map<string, Promise<Wait>>();
function ourWait(operation: Operation, minutes: number): Promise<Wait> {
  const key = `${operation} ${minutes}`;
  const wait = measured.get(key) ?? measureWait(ours, operation, minutes);
  measured.set(key, wait);
  return wait;
}

describe("one wait", () => {
  test.each<[Operation, number, number]>([
    ["create", 3, 8],
    ["create", 5, 20],
    ["create", 7, 32],
    ["create", 10, 50],
    ["restore", 5, 15],
    ["restore", 10, 45],
    ["restore", 15, 75],
  ])("a %s of %d min costs %d requests and is at most 10 s late", async (operation, minutes, requests) => {
    expect(await ourWait(operation, minutes)).toMatchObject({ requests, worstLateSeconds: 10 });
  });

  test.each<[Operation, number]>([
    ["create", 1],
    ["create", 2],
    ["restore", 2],
    ["restore", 4],
  ])("a %s of only %d min is at most 30 s late", async (operation, minutes) => {
    expect((await ourWait(operation, minutes)).worstLateSeconds).toBeLessThanOrEqual(30);
  });

  test("of a restore sees within 15 s that it was accepted", async () => {
    expect((await ourWait("restore", 5)).firstLookSeconds).toBeLessThanOrEqual(15);
  });

  describe.each(PEERS.map((peer) => [peer.name, peer] as const))("beside %s", (_name, peer) => {
    test.each<[Operation, number]>([
      ["create", 3],
      ["create", 5],
      ["create", 7],
      ["create", 10],
      ["restore", 5],
      ["restore", 10],
      ["restore", 15],
    ])("a %s of %d min: requests times lateness is 15%% less at least", async (operation, minutes) => {
      const theirs = await measureWait(contender(peer), operation, minutes);
      const { product } = await ourWait(operation, minutes);
      expect(product).toBeLessThanOrEqual(0.85 * theirs.product);
    });
  });
});

describe("many creates at once", () => {
  test.each([
    [1, 5],
    [10, 5],
  ])(
    "on %d servers, %d each, cost the polls of the longest, their POSTs and 3 more at most",
    async (servers, each) => {
      const { posts, requests, longestAlone } = await measureTogether(ours, servers, each);
      expect(posts).toBe(servers * each);
      expect(requests - posts).toBeLessThanOrEqual(longestAlone + 3);
    },
  );
});
