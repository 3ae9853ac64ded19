import type { Properties } from "../../../provider/host/boundary";
import { messageOf, RunFixture, urnOf } from "../run-fixture";
import { RotationStack } from "./rotation-stack";

/** How many snapshots of a server the resources of a program are to hold together. */

const fixture = new RunFixture();

describe("what a program asks for", () => {
  const ask = (name: string, keep: number, serverId = 12345) =>
    new RotationStack(name).preview(fixture.run, { keep, serverId });

  test("is refused where it is more than five snapshots of a server", async () => {
    await ask("a", 3);
    await ask("elsewhere", 5, 12346);
    await ask("b", 2);
    expect(await messageOf(ask("c", 1))).toBe(
      'keep: this program asks for 6 snapshots of server 12345 ("a" 3, "b" 2, "c" 1), and VPS.org keeps at most 5. Ask for fewer',
    );
    expect(fixture.account.requests("writes")).toEqual([]);
  });

  test("counts a resource once, however often it is checked, and by its new arguments", async () => {
    const a = new RotationStack("a");
    for (const keep of [5, 5, 3, 2]) await a.preview(fixture.run, { keep });
    expect((await ask("b", 3)).changes).toBe(true);
    await a.preview(fixture.run, { keep: 2, serverId: 12346 });
    expect((await ask("c", 2)).changes).toBe(true);
  });

  describe("of resources whose changes are all ignored, for which the engine gives what state holds,", () => {
    const given = { __provider: "p", serverId: 12345 };

    test("counts each snapshot, under its own name", async () => {
      const names = ["a", "b", "c", "d", "e", "f"].map((name) => `before-${name}`);
      const [held, failures]: [Properties[], unknown[]] = [[], []];
      for (const name of names) {
        fixture.nextRun();
        const { inputs } = await fixture.run.snapshot.check({}, { ...given, __resource: "web", name });
        expect(inputs).not.toHaveProperty("__resource");
        held.push({ ...inputs, ...given });
      }
      fixture.nextRun();
      for (const olds of held) failures.push(...(await fixture.run.snapshot.check(olds, olds)).failures);
      const each = names.map((name) => `"${name}" 1`).join(", ");
      expect(failures).toEqual([
        { property: "serverId", reason: expect.stringContaining(`(${each})`) as string },
      ]);
    });

    test("counts each rotation, also where their prefixes are equal", async () => {
      const [held, failures]: [Properties[], unknown[]] = [[], []];
      for (const random of [0.25, 0.5]) {
        fixture.nextRun();
        fixture.random = random;
        const { inputs } = await fixture.run.snapshotRotation.check(
          {},
          { ...given, __resource: "release", keep: 3 },
        );
        held.push({ ...inputs, ...given });
      }
      fixture.nextRun();
      for (const olds of held)
        failures.push(...(await fixture.run.snapshotRotation.check(olds, olds)).failures);
      expect(failures).toEqual([
        { property: "keep", reason: expect.stringContaining("asks for 6 snapshots") as string },
      ]);
    });
  });

  test("counts plain snapshots as well", async () => {
    await ask("a", 4);
    const snapshot = (name: string) =>
      fixture.run.snapshot.check(
        {},
        { __provider: "p", __resource: name, __urn: urnOf(name), serverId: 12345 },
      );
    expect((await snapshot("one")).failures).toEqual([]);
    expect((await snapshot("one")).failures).toEqual([]);
    expect((await snapshot("two")).failures).toEqual([
      { property: "serverId", reason: expect.stringContaining('("a" 4, "one" 1, "two" 1)') as string },
    ]);
  });
});
