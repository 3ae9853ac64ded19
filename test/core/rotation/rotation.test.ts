import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture, urnOf } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

const MINUTE = 60_000;
const OTHERS = ["801", "802"];

const fixture = new RunFixture();
let stack: RotationStack;

beforeEach(() => {
  stack = new RotationStack();
});

/** One `pulumi up` in a process of its own, some time after the last one. */
async function up(args: Properties, minutes = 60): Promise<boolean> {
  await fixture.account.clock.sleep(minutes * MINUTE);
  fixture.nextRun();
  return stack.up(fixture.run, args);
}

const release = (number: number, more: Properties = {}): Properties => ({
  triggers: [`v${number}`],
  ...more,
});

const there = (serverId = 12345): string[] =>
  fixture.account.emulator.model.listSnapshots(serverId).map(({ id }) => String(id));
const mine = (): string[] => there().filter((id) => !OTHERS.includes(id));
const removeOthers = (): void => {
  for (const id of OTHERS) fixture.account.emulator.outside.deleteSnapshot(id);
};
const posts = (): number =>
  fixture.account.requests("writes").filter((what) => what.startsWith("POST")).length;

/** State and server agree on what the rotation has. */
function expectRing(length: number): void {
  expect(stack.ids).toHaveLength(length);
  expect([...stack.ids].sort()).toEqual(mine().sort());
  expect(stack.snapshots.map(({ status }) => status)).toEqual(stack.ids.map(() => "completed"));
  expect(stack.entry?.outputs).not.toHaveProperty("__pending");
  if (length > 0) expect(stack.entry?.outputs["latestId"]).toBe(stack.ids[0]);
}

describe("a rotation", () => {
  test("keeps exactly the newest three of twelve releases", async () => {
    removeOthers();
    const made: string[] = [];
    for (let i = 1; i <= 12; i++) {
      await up(release(i));
      made.push(String(stack.ids[0]));
    }
    expectRing(3);
    expect(stack.ids).toEqual(made.slice(-3).reverse());
    expect(new Set(made).size).toBe(12);
    expect(posts()).toBe(12);
  });

  test("beside two foreign snapshots drops its own oldest first only where there is no slot, and touches none of them", async () => {
    const order: string[][] = [];
    for (let i = 1; i <= 6; i++) {
      const before = fixture.account.requests("writes").length;
      await up(release(i));
      order.push(
        fixture.account
          .requests("writes")
          .slice(before)
          .map((what) => what.split(" ")[0] ?? ""),
      );
      expect(there()).toEqual(expect.arrayContaining(OTHERS));
    }
    expectRing(3);
    expect(order.slice(0, 3)).toEqual([["POST"], ["POST"], ["POST"]]);
    expect(order.slice(3)).toEqual([
      ["DELETE", "POST"],
      ["DELETE", "POST"],
      ["DELETE", "POST"],
    ]);
  });

  test("drops the oldest after the new one is completed where there is a slot", async () => {
    for (let i = 1; i <= 3; i++) await up(release(i, { keep: 2 }));
    expect(fixture.account.requests("writes").slice(-2)).toEqual([
      "POST /snapshots/",
      "DELETE /snapshots/803/",
    ]);
    expectRing(2);
  });

  test("asks nothing of the API where nothing has changed", async () => {
    await up(release(1));
    const before = fixture.account.requests().length;
    expect(await up(release(1))).toBe(false);
    expect(fixture.account.requests()).toHaveLength(before);
  });

  test("is refused where foreign snapshots fill the server, which are listed, and nothing is recorded", async () => {
    for (const name of ["a", "b", "c"])
      fixture.account.emulator.outside.createSnapshot({ serverId: 12345, name });
    const message = await messageOf(up(release(1)));
    expect(message).toMatch(/holds 5 of 5 snapshots.*Nothing was created/);
    for (const id of [...OTHERS, "803"]) expect(message).toContain(`  ${id}  `);
    expect([stack.entry, fixture.account.requests("writes")]).toEqual([undefined, []]);
  });

  test("makes its names of the prefix, its own id and a number", async () => {
    await up(release(1, { namePrefix: "rel", description: "before the release" }));
    await up(release(2, { namePrefix: "rel" }));
    await up(release(3));
    const names = stack.snapshots.map(({ name }) => name);
    expect(names).toEqual(["release-8000000-3", "rel-8000000-2", "rel-8000000-1"]);
  });

  test("prunes at once where keep is lowered, oldest first, and adds nothing where it is raised", async () => {
    removeOthers();
    for (let i = 1; i <= 3; i++) await up(release(i));
    const [newest] = stack.ids;
    await up(release(3, { keep: 1 }));
    expect(stack.ids).toEqual([newest]);
    expectRing(1);
    const before = fixture.account.requests("writes").length;
    await up(release(3, { keep: 5 }));
    expect(fixture.account.requests("writes")).toHaveLength(before);
    expectRing(1);
  });

  test("deletes its own at destroy, and nothing else", async () => {
    for (let i = 1; i <= 3; i++) await up(release(i));
    fixture.nextRun();
    await stack.destroy(fixture.run);
    expect(there().sort()).toEqual(OTHERS);
  });

  test("begins anew on another server, and deletes the old ones after that", async () => {
    await up(release(1));
    await up(release(2));
    await up(release(2, { serverId: 12346 }));
    expect(mine()).toEqual([]);
    expect(there(12346)).toEqual([...stack.ids]);
    expect(fixture.lines.join("\n")).toContain(
      "serverId changes: the rotation begins anew, and all 2 restore points",
    );
  });
});

describe("a preview", () => {
  test("of an addition names what goes, and its date", async () => {
    for (let i = 1; i <= 2; i++) await up(release(i, { keep: 2 }));
    const [, oldest] = stack.snapshots;
    fixture.nextRun();
    const before = fixture.account.requests("writes").length;
    await stack.preview(fixture.run, release(3, { keep: 2 }));
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^info release: adds a snapshot; when it is completed, snapshot ${oldest?.id} .*, made at 2026-.* old\\), is deleted: keep is 2\\.$`,
        ),
      ),
    ]);
    expect(fixture.account.requests("writes")).toHaveLength(before);
  });

  test("of an addition to a full server says that the oldest goes first", async () => {
    for (let i = 1; i <= 3; i++) await up(release(i));
    const [, , oldest] = stack.ids;
    fixture.nextRun();
    await stack.preview(fixture.run, release(4));
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warning release: server 12345 .* has no free slot .* so snapshot ${oldest} .* is deleted before the new one is made\\.$`,
        ),
      ),
    ]);
  });

  test("of a lower keep names what goes", async () => {
    for (let i = 1; i <= 3; i++) await up(release(i));
    const [, second, third] = stack.ids;
    fixture.nextRun();
    await stack.preview(fixture.run, release(3, { keep: 1 }));
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warning release: snapshot ${third} .* and snapshot ${second} .* are deleted: keep is 1\\.$`,
        ),
      ),
    ]);
  });

  test("makes at most one list", async () => {
    for (let i = 1; i <= 3; i++) await up(release(i));
    fixture.nextRun();
    const before = fixture.account.requests().length;
    await stack.preview(fixture.run, release(4));
    expect(fixture.account.requests()).toHaveLength(before + 1);
  });
});

describe("the requests", () => {
  const since = async (work: () => Promise<unknown>): Promise<number> => {
    const before = fixture.account.requests().length;
    await work();
    return fixture.account.requests().length - before;
  };

  test("of a step are those of one create, a DELETE, and two more", async () => {
    const first = await since(() => up(release(1, { keep: 1 })));
    expect(await since(() => up(release(2, { keep: 1 })))).toBeLessThanOrEqual(first + 1 + 2);
  });

  test("of twelve rings at once are shared", async () => {
    const { outside } = fixture.account.emulator;
    const servers = Array.from({ length: 12 }, (_, i) => 20_001 + i);
    for (const id of servers) outside.addServer({ id, name: `server-${id}`, createMs: 4 * MINUTE });
    const rings = servers.map((serverId) => ({ serverId, ring: new RotationStack(`ring-${serverId}`) }));
    const all = (number: number) => async () => {
      await fixture.account.clock.sleep(60 * MINUTE);
      fixture.nextRun();
      const { run } = fixture;
      await Promise.all(
        rings.map(({ ring, serverId }) => ring.up(run, { serverId, keep: 1, triggers: [number] })),
      );
    };
    const alone = await since(() => up(release(1)));
    await all(1)();
    const reads = (await since(all(2))) - 2 * 12;
    expect(rings.map(({ ring }) => ring.ids.length)).toEqual(servers.map(() => 1));
    // POST and DELETE of each; the looks are one ring's, and a few for those that are not of the same moment.
    expect(reads).toBeLessThanOrEqual(2 * alone);
  });
});

describe("a protected rotation", () => {
  test("refuses to drop one, at preview, and adds where none has to go", async () => {
    const kept = { keep: 2, __protects: true };
    await up(release(1, kept));
    await up(release(2, kept));
    const before = fixture.account.requests("writes").length;
    fixture.nextRun();
    const message = await messageOf(stack.preview(fixture.run, release(3, kept)));
    expect(message).toMatch(
      /would be deleted .* the resource option protect\. Nothing was changed\. Raise keep/,
    );
    expect(await messageOf(up(release(3, kept)))).toContain("the resource option protect");
    expect(await messageOf(up(release(2, { ...kept, keep: 1 })))).toContain("protect");
    expect(fixture.account.requests("writes")).toHaveLength(before);
    expectRing(2);
  });
});

describe("adopt", () => {
  test("takes existing snapshots in, and drops them when they are the oldest", async () => {
    await up(release(1, { adopt: [801, "802"] }));
    expect(stack.ids).toEqual(["803", "802", "801"]);
    await up(release(2, { adopt: [801, "802"] }));
    expect(there().sort()).toEqual(["802", "803", "804"]);
    await up(release(2, { adopt: [801, 802] }));
    expect(stack.ids).toEqual(["804", "803", "802"]);
  });

  test("is announced, and refuses what is not there, failed, or of another server", async () => {
    await stack.preview(fixture.run, release(1, { adopt: [801] }));
    expect(fixture.lines).toEqual([
      expect.stringMatching(/^info release: adopts snapshot 801 "golden" .* belongs to the ring/),
      "info release: adds a snapshot and deletes none: it then has 2, and keep is 3.",
    ]);
    const { outside } = fixture.account.emulator;
    outside.createSnapshot({ id: 900, serverId: 12345, name: "broken", status: "failed" });
    outside.createSnapshot({ id: 901, serverId: 12346, name: "elsewhere" });
    for (const [id, why] of [
      [999, /adopt: there is no snapshot 999 to adopt\. Nothing was changed/],
      [900, /adopt: snapshot 900 .* cannot be adopted: it ended as "failed"/],
      [901, /adopt: snapshot 901 .* cannot be adopted by a rotation of server 12345/],
    ] as const) {
      fixture.nextRun();
      expect(await messageOf(stack.preview(fixture.run, release(1, { adopt: [id] })))).toMatch(why);
      expect(await messageOf(up(release(1, { adopt: [id] })))).toMatch(why);
    }
    expect(fixture.account.requests("writes")).toEqual([]);
  });

  test("of a ring that exists is an update, and the same one is not taken by two", async () => {
    await up(release(1));
    await up(release(1, { adopt: [801] }));
    expect(stack.ids).toEqual(["803", "801"]);
    const other = new RotationStack("other");
    fixture.nextRun();
    await stack.preview(fixture.run, release(1, { adopt: [801] }));
    expect(await messageOf(other.up(fixture.run, { keep: 2, triggers: [1], adopt: [801] }))).toContain(
      "cannot belong to two resources",
    );
    expect(there().sort()).toEqual(["801", "802", "803"]);
  });
});

describe("snapshots of other resources", () => {
  test("are neither adopted nor deleted, whichever is registered first", async () => {
    const plain = { __provider: "p", __resource: "plain", __urn: urnOf("plain") };
    const recorded = {
      serverId: "12345",
      name: "golden",
      status: "completed",
      createdAt: "2026-01-10T08:00:00Z",
    };
    await up(release(1, { keep: 2 }));
    await up(release(2, { keep: 2 }));
    const before = fixture.account.requests("writes").length;
    for (const ringFirst of [true, false]) {
      fixture.nextRun();
      const { endpoint } = fixture.account.emulator;
      const diff = (): Promise<string> =>
        messageOf(
          fixture.run.snapshot.diff(
            "801",
            { ...recorded, __endpoint: endpoint },
            { ...plain, ...recorded, waitForCompletion: true },
          ),
        );
      const first = ringFirst ? "" : await diff();
      const adopting = messageOf(stack.up(fixture.run, release(3, { keep: 2, adopt: [801] })));
      const second = ringFirst ? await diff() : "";
      expect([await adopting, first, second].join()).toContain("cannot belong to two resources");
      expect(await adopting).toContain("cannot belong to two resources");
      expect(fixture.account.requests("writes")).toHaveLength(before);
    }
    expectRing(2);
  });

  test.each([1, 2])(
    "are given back where another one is met that holds them, before anything is dropped (keep: %i)",
    async (keep) => {
      const holder = new RotationStack("holder");
      fixture.random = 0.5;
      fixture.nextRun();
      await holder.up(fixture.run, { keep: 2, triggers: [1] });
      const [held = ""] = holder.ids;
      const [other, asked] = [new RotationStack("other"), { keep, triggers: [1], adopt: [held, "801"] }];
      const writes = fixture.account.requests("writes").length;
      fixture.nextRun();
      fixture.random = 0.25;
      fixture.account.emulator.setBehaviour({ neverCompletes: true });
      const adopting = messageOf(other.up(fixture.run, asked));
      while (fixture.account.requests("writes").length === writes)
        await new Promise((resolve) => setImmediate(resolve));
      await messageOf(holder.preview(fixture.run, { keep: 2, triggers: [1] }));
      const made = fixture.account.emulator.model.listSnapshots(12345)[0]?.id ?? "";
      fixture.account.emulator.setBehaviour({ neverCompletes: null });
      fixture.account.emulator.outside.setSnapshot(made, { status: "completed" });

      expect(await adopting).toMatch(
        /cannot belong to two resources.* Nothing was done to the snapshot for this resource\.$/,
      );
      expect(there()).toContain(held);
      expect([other.ids, other.entry?.outputs["adopt"]]).toEqual([
        [expect.not.stringMatching(held), "801"],
        ["801"],
      ]);

      // Taken out of adopt, as the message says, all is well.
      fixture.nextRun();
      await other.up(fixture.run, { ...asked, adopt: ["801"] });
      await holder.up(fixture.run, { keep: 2, triggers: [1] });
      expect([there().length, other.ids.length, holder.ids]).toEqual([2 + keep, keep, [held]]);
    },
  );

  test("have taken the next number of a ring: its addition has another one", async () => {
    await up(release(1));
    const next = (stack.snapshots[0]?.name ?? "").replace(/-1$/, "-2");
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: 12345, name: next });
    fixture.nextRun();
    const imported = {
      __provider: "p",
      __resource: "web",
      __urn: urnOf("web"),
      serverId: 12345,
      __import: "850",
    };
    expect((await fixture.run.snapshot.check({}, { ...imported, name: next })).failures).toEqual([]);
    await stack.up(fixture.run, release(2));
    expect(stack.snapshots.map(({ name }) => name.at(-1))).toEqual(["3", "1"]);
  });

  test("and of a rotation before are adopted without being taken for additions", async () => {
    await up(release(1));
    await up(release(2));
    const adopt = stack.ids;
    stack = new RotationStack();
    fixture.random = 0.25;
    await up(release(2, { adopt }));
    expect(stack.ids).toHaveLength(3);
    await up(release(3, { adopt }));
    fixture.random = 0.5;
    expect(posts()).toBe(4);
    expect(stack.ids).toHaveLength(3);
    expect(stack.ids).toContain(adopt[0]);
  });
});

describe("refresh", () => {
  test("lets one that was deleted by hand leave the ring, the last one included", async () => {
    await up(release(1));
    await up(release(2));
    const [newest, oldest] = stack.ids;
    fixture.account.emulator.outside.deleteSnapshot(String(oldest));
    await fixture.account.clock.sleep(10 * MINUTE);
    fixture.nextRun();
    await stack.refresh(fixture.run);
    expect(stack.ids).toEqual([newest]);
    fixture.account.emulator.outside.deleteSnapshot(String(newest));
    fixture.nextRun();
    await stack.refresh(fixture.run);
    expect(stack.ids).toEqual([]);
    expect(stack.entry?.outputs).not.toHaveProperty("latestId");
    expect(await up(release(2))).toBe(false);
    await up(release(3));
    expectRing(1);
  });
});

test("a refresh with another account's token names each snapshot that leaves the ring", async () => {
  await up(release(1));
  await up(release(2));
  const { ids } = stack;
  const { emulator } = fixture.account;
  for (const id of [...ids, ...OTHERS]) emulator.outside.deleteSnapshot(id);
  emulator.outside.removeServer(12345);
  await fixture.account.clock.sleep(10 * MINUTE);
  fixture.nextRun();
  await stack.refresh(fixture.run);
  expect(stack.ids).toEqual([]);
  for (const id of ids) expect(fixture.lines.join("\n")).toContain(`snapshot ${id} `);
  expect(fixture.lines.filter((line) => line.startsWith("warning"))).toHaveLength(1);
});

describe("wrong arguments", () => {
  test.each([
    [{ keep: 0 }, "keep: must be how many snapshots to keep, a whole number from 1 to 5; it is 0"],
    [{ keep: 6 }, "keep: must be how many"],
    [{ keep: 2.5 }, "keep: must be how many"],
    [{ keep: "3" }, 'it is "3"'],
    [{ keep: undefined }, "keep: is missing: give how many snapshots to keep"],
    [{ serverId: "not an id!" }, "serverId: must be the id of a server"],
    [{ namePrefix: "a b" }, "namePrefix: must be letters, digits, hyphens and underscores only"],
    [{ adopt: 801 }, "adopt: must be a list of ids of snapshots"],
    [{ adopt: [-1] }, "adopt: must hold ids of snapshots"],
    [{ adopt: ["abc"] }, "adopt: must hold ids of snapshots"],
    [{ triggers: "v1" }, "triggers: must be a list of values"],
    [{ keeps: 3 }, '"keeps" is not an argument of SnapshotRotation'],
  ])("%j are refused at preview", async (args, message) => {
    expect(await messageOf(stack.preview(fixture.run, args))).toContain(message);
    expect(fixture.account.requests()).toEqual([]);
  });
});
