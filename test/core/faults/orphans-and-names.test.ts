import { QuotaError } from "../../../provider/api";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, NAME, ours, posts, recorded, SERVER } from "./stage";
import { startOperation } from "../../../provider/core/operation";

const { open, attempt } = singleStage();

const { __autoName: _prefix, ...given } = inputs;

const minutesAgo = (minutes: number): string =>
  new Date(Date.parse("2026-01-15T12:00:00Z") - minutes * 60_000).toISOString();

describe("what an interrupted create left behind", () => {
  test("is warned of with id, age and both ways out, and never adopted", async () => {
    const stage = await open({ seeded: false });
    const { emulator, told, operation } = stage;
    const left = { serverId: SERVER, name: "web-0ff1ce0", createdAt: minutesAgo(20) };
    emulator.outside.createSnapshot({ id: "790", ...left });

    const { id } = await createSnapshot(operation, inputs);

    expect(id).toBe("801");
    expect(told.warnings).toEqual([
      'snapshot 790 "web-0ff1ce0" of server 12345 (web-server-01) (20 minutes old, completed) has a name of ' +
        "this resource and takes one of the server's 5 slots. It is what this run replaces and is deleted at its end, or " +
        "another stack's, or left by an interrupted run. If it is still there afterwards and no stack holds it, adopt it " +
        'as a resource of its own, with the option { import: "790" }, or delete it with `npx --no-install pulumi-vpsorg delete 790`.',
    ]);
    expect(ours(stage)).toHaveLength(2);
  });

  test.each([
    ["a name of this resource", inputs, "web-0ff1ce0", /790 .* has a name of this resource/],
    [
      "the given name",
      given,
      NAME,
      /790 .* has the same name and was in no list before this run made its own/,
    ],
  ])("is warned of where no list had shown it before the POST: %s", async (_what, wanted, name, says) => {
    const stage = await open({ seeded: false });
    const snapshot = { id: "790", serverId: SERVER, name };
    const effect = { action: "createSnapshot", snapshot } as const;
    stage.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "run", effect } });
    const requests = stage.requests().length;

    const { id } = await createSnapshot(stage.operation, wanted);

    expect([id, stage.told.warnings.length]).toEqual(["801", 1]);
    expect(stage.told.warnings[0]).toMatch(says);
    expect(stage.requests().length - requests).toBe(8);
  });

  test("is warned of where it is what fills the server", async () => {
    const { emulator, told, operation } = await open({ seeded: false });
    for (const name of ["a", "b", "c", "d", "web-0ff1ce0"])
      emulator.outside.createSnapshot({ serverId: SERVER, name, createdAt: minutesAgo(20) });

    const failed = errorOf(await attempt(() => createSnapshot(operation, inputs)));

    expect(failed).toBeInstanceOf(QuotaError);
    expect(told.warnings.join()).toMatch(/"web-0ff1ce0" .* has a name of this resource/);
  });

  test.each([
    ["another prefix", { name: "webshop-0ff1ce0" }],
    ["a name that somebody chose", { name: "web-release" }],
    ["another server", { serverId: "12346" }],
    ["two days ago", { createdAt: minutesAgo(2 * 24 * 60) }],
  ])("is not suspected of: %s", async (_why, change) => {
    const { emulator, told, operation } = await open({ seeded: false });
    const left = { serverId: SERVER, name: "web-0ff1ce0", createdAt: minutesAgo(20), ...change };
    emulator.outside.createSnapshot({ id: "790", ...left });
    await createSnapshot(operation, inputs);
    expect(told.warnings).toEqual([]);
  });

  test("is not what another resource of this run holds", async () => {
    const stage = await open();
    stage.emulator.outside.setSnapshot("701", { createdAt: minutesAgo(20) });
    await readSnapshot(stage.operation, "701", recorded);
    await createSnapshot(stage.operation, { ...inputs, name: "web-0000002" });
    expect(stage.told.warnings).toEqual([]);
  });

  test("is not what another resource of this run imports", async () => {
    const stage = await open();
    stage.emulator.outside.setSnapshot("701", { createdAt: minutesAgo(20) });
    const { description: _none, ...args } = inputs;
    await createSnapshot(stage.operation, { ...args, __import: "701" });
    await createSnapshot(stage.operation, { ...inputs, name: "web-0000002" });
    expect(stage.told.warnings).toEqual([]);
  });
});

describe("after a lost answer", () => {
  test.each([
    ["name", { name: "somebody-elses" }],
    ["description", { name: NAME, description: "of another stack" }],
    ["age", { name: NAME, createdAt: minutesAgo(60) }],
  ])("a snapshot of another %s is not adopted: nobody knows whether ours was made", async (_what, other) => {
    const stage = await open({ seeded: false });
    const match = { method: "POST" };
    const snapshot = { id: "790", serverId: SERVER, ...other };
    stage.emulator.fault({
      match,
      action: { kind: "run", effect: { action: "createSnapshot", snapshot } },
    });
    stage.emulator.fault({ match, action: { kind: "reset" } });
    const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
    expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect([posts(stage), stage.session.ownership.isOurs("790")]).toEqual([1, false]);
  });
});

describe("a name that is taken", () => {
  test.each([
    ["409", { status: 409 as const, text: "Server is busy" }],
    ["423", { status: 423 as const, text: "Locked" }],
    ["400", { status: 400 as const, text: "Server is busy" }],
    ["400, and theirs has another description", { status: 400 as const, text: "Server is busy" }, "theirs"],
  ])(
    "while the API itself refuses as busy (%s) is somebody else's, and never ours",
    async (_what, busy, description = inputs.description ?? "") => {
      const stage = await open({ seeded: false });
      stage.emulator.setBehaviour({ busy: { ...busy, operations: ["create"], times: 1 } });
      const snapshot = { id: "790", serverId: SERVER, name: NAME, description };
      const effect = { action: "createSnapshot", snapshot } as const;
      stage.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "run", effect } });

      const failed = errorOf(await attempt(() => createSnapshot(stage.operation, given)));

      expect(failed).toMatchObject({ code: "NAME_TAKEN" });
      expect([posts(stage), stage.session.ownership.isOurs("790")]).toEqual([1, false]);
    },
  );

  test("is refused before the POST, with id, age and the way to import", async () => {
    const { operation, ...stage } = await open();
    const failed = errorOf(await attempt(() => createSnapshot(operation, inputs)));
    expect(failed).toMatchObject({ code: "NAME_TAKEN" });
    expect(failed.message).toContain(
      `snapshot 701 "${NAME}" of server 12345 (web-server-01) exists already (5 days 4 hours old, completed). Nothing ` +
        "was created.",
    );
    expect(failed.message).toMatch(
      /adopt that one as a resource of its own, with the option \{ import: "701" \}, or choose another name/,
    );
    expect(stage.requests("writes")).toEqual([]);
  });

  test("by somebody else after this run has begun, is refused as well", async () => {
    const stage = await open({ seeded: false });
    const create = (name: string) => attempt(() => createSnapshot(stage.operation, { ...inputs, name }));
    valueOf(await create("web-0000001"));
    stage.emulator.outside.createSnapshot({ id: "790", serverId: SERVER, name: NAME });
    // A list serves a create for two seconds.
    await stage.clock.sleep(3000);
    expect(errorOf(await create(NAME))).toMatchObject({ code: "NAME_TAKEN" });
    expect(posts(stage)).toBe(1);
  });

  test("by a create whose outcome nobody knew, is refused in the next run: never two of one name", async () => {
    const stage = await open({ seeded: false });
    stage.emulator.setBehaviour({ listLagMs: 120_000 });
    stage.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });
    const first = errorOf(await attempt(() => createSnapshot(stage.operation, given)));
    expect(first).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    await stage.clock.sleep(120_000);

    const next = await attempt(() => createSnapshot(startOperation(stage.another(), stage.retell()), given));

    expect(errorOf(next)).toMatchObject({ code: "NAME_TAKEN" });
    expect(errorOf(next).message).toContain('{ import: "801" }');
    expect(ours(stage)).toHaveLength(1);
    expect(await readSnapshot(startOperation(stage.another(), stage.told), "801", {})).toMatchObject({
      name: NAME,
    });
  });

  test("twice over after a lost answer is adopted by nobody: the error names both", async () => {
    const stage = await open({ seeded: false });
    const snapshot = { id: "790", serverId: SERVER, name: NAME };
    const lost = { match: { method: "POST" }, when: "after" } as const;
    stage.emulator.fault({
      ...lost,
      action: { kind: "run", effect: { action: "createSnapshot", snapshot } },
    });
    stage.emulator.fault({ ...lost, action: { kind: "reset" } });
    const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
    expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(failed.message).toMatch(/several new snapshots named "web-1a2b3c4" appeared on server 12345/);
    expect(failed.message).toMatch(/790 and 801|801 and 790/);
    expect(failed.message).toContain(
      "None was adopted, because nobody can tell which one this run has made. Delete those that are not wanted with " +
        "`npx --no-install pulumi-vpsorg delete ID`.",
    );
    expect([posts(stage), ours(stage).length]).toEqual([1, 2]);
  });

  test("and refused by the API itself is not tried again", async () => {
    const stage = await open({ seeded: false });
    stage.emulator.fault({
      match: { method: "POST" },
      action: { kind: "status", status: 409, body: { name: ["A snapshot with this name already exists."] } },
    });
    const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
    expect(failed.message).toContain(
      `snapshot "${NAME}" of server 12345 was not created: VPS.org answered 409`,
    );
    expect([posts(stage), ours(stage).length]).toEqual([1, 0]);
  });
});

describe("a full server", () => {
  test("is an error before the POST, which lists what fills it", async () => {
    const { emulator, operation, ...stage } = await open({ seeded: false });
    const seed = (id: string, status: string, minutes: number) =>
      emulator.outside.createSnapshot({
        ...{ id, serverId: SERVER, name: `mine-${id}`, status, createdAt: minutesAgo(minutes) },
      });
    seed("720", "in_progress", 2);
    seed("721", "failed", 90);
    seed("722", "completed", 3 * 24 * 60);
    seed("723", "completed", 30);

    const failed = errorOf(await attempt(() => createSnapshot(operation, inputs)));

    expect(failed).toBeInstanceOf(QuotaError);
    expect(failed.message).toBe(
      "server 12345 (web-server-01) holds 5 of 5 snapshots, so another one cannot be made. Nothing was created. " +
        "First delete one of these that is in no stack, with `npx --no-install pulumi-vpsorg delete ID` (`pulumi stack " +
        'export` names all that are in this one; what has "delete": true there goes with the next `pulumi up` that has no ' +
        "error); or take one of the stack's own out of the program, or lower the keep of its rotation, and run `pulumi up` " +
        "before this one is declared:\n" +
        "  720  mine-720  2 minutes old  in_progress\n" +
        "  723  mine-723  30 minutes old  completed\n" +
        "  721  mine-721  1 hour 30 minutes old  failed\n" +
        "  722  mine-722  3 days old  completed\n" +
        "  702  someone-elses  4 days 4 hours old  completed\n" +
        "To renew one of these by --replace or a taint, give its resource the option deleteBeforeReplace: its old snapshot " +
        "then goes first, and until the new one is completed there is none.",
    );
    expect(stage.requests()).toEqual(["GET /snapshots/"]);
  });

  test("never gets a sixth from two processes at once", async () => {
    const stage = await open({ seeded: false });
    stage.emulator.outside.fillServer(SERVER);
    stage.emulator.outside.deleteSnapshot("803");
    const names = ["web-0000001", "web-0000002"];
    const [first, second] = await Promise.all(
      names.map((name) =>
        attempt(() => createSnapshot(startOperation(stage.another(), stage.retell()), { ...inputs, name })),
      ),
    );
    const ended = [first, second].filter((outcome) => outcome !== undefined);
    expect(ended.filter(({ ok }) => ok)).toHaveLength(1);
    expect(ended.filter(({ ok }) => !ok).map(errorOf)).toEqual([expect.any(QuotaError)]);
    expect(ours(stage)).toHaveLength(1);
    expect(stage.emulator.model.listSnapshots(SERVER)).toHaveLength(5);
  });

  test("never gets a sixth, however many creates come at once", async () => {
    const stage = await open({ seeded: false });
    const names = ["web-0000001", "web-0000002", "web-0000003", "web-0000004", "web-0000005"];
    const all = await Promise.all(
      names.map((name) => attempt(() => createSnapshot(stage.operation, { ...inputs, name }))),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(4);
    expect(errorOf(all[4] ?? { ok: true, value: "missing" })).toBeInstanceOf(QuotaError);
    expect(posts(stage)).toBe(4);
    for (const made of all.slice(0, 4))
      expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
  });
});
