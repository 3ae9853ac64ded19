import {
  REQUEST_PROVIDER as REQUEST,
  ROTATION_PROVIDER as ROTATION,
  SAFETY_PROVIDER as SAFETY,
} from "../../provider/core/state-contract";
import type { Properties } from "../../provider/host/boundary";
import { PROVIDER } from "./snapshot-host";
import { intent, messageOf, RunFixture, UNKNOWN, urnOf } from "./run-fixture";

/**
 * What a preview says of a program before anything is done: facts of the program fail, facts of the moment warn, and what
 * nobody can look at passes.
 */

const fixture = new RunFixture();

const declared = (name: string, more: Properties = {}): Properties => ({
  ...{ __provider: PROVIDER, __resource: name, __urn: urnOf(name), __preview: true, serverId: 12345 },
  ...more,
});
const ring = (name: string, more: Properties = {}): Properties =>
  declared(name, { __provider: ROTATION, keep: 1, ...more });
const restored = (name: string, provider: string, more: Properties = {}): Properties =>
  intent(provider, name, { __preview: true, ...more });

/** Others fill the server so far that `free` slots are left. */
function leave(free: number, serverId = 12345): void {
  const { model, outside } = fixture.account.emulator;
  for (let i = model.listSnapshots(serverId).length; i < 5 - free; i++)
    outside.createSnapshot({ id: 900 + i, serverId, name: `other-${i}`, createdAt: "2026-01-15T11:00:00Z" });
}

function answer(path: string, status: number, body?: unknown): void {
  const match = { method: "GET", path };
  const action = { kind: "status", status, ...(body === undefined ? {} : { body }) } as const;
  fixture.account.emulator.fault({ match, times: 0, action });
}

function handlerOf({ __provider: provider }: Properties) {
  const { run } = fixture;
  if (provider === ROTATION) return run.snapshotRotation;
  if (provider === SAFETY) return run.safetySnapshot;
  return provider === REQUEST ? run.restoreRequest : run.snapshot;
}

/** The failures of a preview of what is new in a program; what it shows is in the fixture's lines. */
async function preview(...news: readonly Properties[]): Promise<string[]> {
  const checked = await Promise.all(news.map((each) => handlerOf(each).check({}, each)));
  return checked.flatMap(({ failures }) => failures.map(({ property, reason }) => `${property}: ${reason}`));
}

/** The preview of what a program holds already, and has changed. */
async function previewOf(kept: { id: string; inputs: Properties; outputs: Properties }, news: Properties) {
  const handler = handlerOf(news);
  const { inputs, failures } = await handler.check(kept.inputs, news);
  const all = { ...inputs, __provider: news["__provider"] };
  const diff = await handler.diff(kept.id, kept.outputs, all);
  // The engine checks the new half of a replacement without what was before.
  if (diff.replaces.length > 0) await handler.check({}, news);
  return { diff, failures };
}

const warnings = (): string[] => fixture.lines.filter((line) => line.startsWith("warning"));

const MAKE_ROOM =
  "First delete one of these that is in no stack, with `npx --no-install pulumi-vpsorg delete ID` (`pulumi stack export` names all " +
  'that are in this one; what has "delete": true there goes with the next `pulumi up` that has no error); or take one of the ' +
  "stack's own out of the program, or lower the keep of its rotation, and run `pulumi up` before this one is declared";
const FULL = `warning web: \`up\` would be refused now: server 12345 (web-server-01) holds 5 of 5 snapshots, so there is no slot \
for this one. What the program does not have any more is deleted only after all that is new is made. ${MAKE_ROOM}:
  904  other-4  1 hour old  completed
  903  other-3  1 hour old  completed
  902  other-2  1 hour old  completed
  802  other  4 days 4 hours old  completed
  801  golden  5 days 4 hours old  completed`;
const DELETE_FIRST =
  "\nTo renew one of these by --replace or a taint, give its resource the option deleteBeforeReplace: its old snapshot then goes " +
  "first, and until the new one is completed there is none.";

describe("facts of the moment warn", () => {
  test("of a server without a slot", async () => {
    leave(0);
    expect([await preview(declared("web")), fixture.lines]).toEqual([[], [FULL + DELETE_FIRST]]);
  });

  test("of a server that has none for a new rotation", async () => {
    leave(0);
    expect([await preview(ring("web")), fixture.lines]).toEqual([[], [FULL + DELETE_FIRST]]);
  });

  test("of a server that has none for a rotation whose snapshots are all gone", async () => {
    const made = await fixture.make("snapshotRotation", ring("web", { triggers: [1], __preview: undefined }));
    fixture.account.emulator.outside.deleteSnapshot(String(made.outputs["latestId"]));
    fixture.nextRun();
    const { props } = await fixture.run.snapshotRotation.read(made.id, made.outputs);
    const kept = { ...made, outputs: { ...props, __provider: ROTATION } };
    leave(0);
    fixture.nextRun();
    await previewOf(kept, ring("web", { triggers: [2] }));
    expect(warnings()).toEqual([
      expect.stringContaining(
        "warning web: `up` would be refused now: server 12345 (web-server-01) holds 5 of 5 snapshots, so there is no slot",
      ),
    ]);
  });

  test("of a server that has none for a safety snapshot", async () => {
    leave(0);
    expect(await preview(restored("web", SAFETY))).toEqual([]);
    expect(fixture.lines).toEqual([
      "info web: a snapshot of the present state is taken, before anything is restored, and kept.",
      FULL + DELETE_FIRST,
    ]);
  });

  test("of the last slot, which another one of the program takes", async () => {
    leave(1);
    expect(await preview(declared("first"), declared("web"))).toEqual([]);
    expect(fixture.lines).toEqual([
      "warning web: `up` would be refused now: server 12345 (web-server-01) holds 4 of 5 snapshots, and 1 more is to be made " +
        "there, so there is no slot for this one. What the program does not have any more is deleted only after all " +
        `that is new is made. ${MAKE_ROOM}:\n` +
        "  903  other-3  1 hour old  completed\n  902  other-2  1 hour old  completed\n" +
        `  802  other  4 days 4 hours old  completed\n  801  golden  5 days 4 hours old  completed${DELETE_FIRST}`,
    ]);
  });

  test("of a name that is taken", async () => {
    expect(await preview(declared("web", { name: "golden" }))).toEqual([]);
    expect(fixture.lines).toEqual([
      'warning web: `up` would be refused now: snapshot 801 "golden" of server 12345 (web-server-01) exists already (5 days 4 ' +
        "hours old, completed). To renew one of these by --replace or a taint, give its resource the option " +
        "deleteBeforeReplace: its old snapshot then goes first, and until the new one is completed there is none. If an interrupted run of this " +
        "resource has left it, delete it with `npx --no-install pulumi-vpsorg delete 801`, or keep it: take this resource out " +
        'of the state with `pulumi state delete URN` and give it the option { import: "801" }. Otherwise adopt that one as a ' +
        'resource of its own, with the option { import: "801" }, or choose another name, or leave it out.',
    ]);
  });

  test("of a name that another new one of the program has as well", async () => {
    expect(await preview(declared("one", { name: "mine" }), declared("web", { name: "mine" }))).toEqual([]);
    expect(fixture.lines).toEqual([
      'warning web: `up` would be refused now: another resource of this program makes a snapshot "mine" of server 12345. Give ' +
        "one of them another name, or none.",
    ]);
  });

  test("of a replacement whose new name is taken", async () => {
    const made = await fixture.make("snapshot", declared("web", { name: "mine", __preview: undefined }));
    fixture.nextRun();
    const { diff } = await previewOf(made, declared("web", { name: "golden" }));
    expect(diff.replaces).toEqual(["name"]);
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning web: `up` would be refused now: snapshot 801 "golden" of server 12345 \(web-server-01\) exists already/,
      ),
    ]);
  });

  test("of a replacement on another server that has no slot", async () => {
    const made = await fixture.make("snapshot", declared("web", { __preview: undefined }));
    leave(0, 12346);
    fixture.nextRun();
    const { diff } = await previewOf(made, declared("web", { serverId: 12346 }));
    expect(diff).toMatchObject({ replaces: ["serverId"], deleteBeforeReplace: false });
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning web: `up` would be refused now: server 12346 .* holds 5 of 5 snapshots, so there is no slot for this one\./,
      ),
    ]);
  });

  test("of the last slot, which a replacement may take: it depends on which of them Pulumi meets first", async () => {
    const made = await fixture.make("snapshot", declared("old", { triggers: [1], __preview: undefined }));
    leave(1);
    fixture.nextRun();
    await previewOf(made, declared("old", { triggers: [2] }));
    expect(await preview(declared("web"))).toEqual([]);
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning web: `up` may be refused, where a replacement comes before this one: server 12345 \(web-server-01\) holds 4 of 5 snapshots, and 1 more is to be made there, so/,
      ),
    ]);
  });

  test("of what a new rotation drops at once of what it adopts", async () => {
    leave(2);
    const adopts = { adopt: ["801", "802"], keep: 2 };
    expect(await preview(ring("web", adopts))).toEqual([]);
    expect(fixture.lines).toEqual([
      expect.stringMatching(/^info web: adopts snapshot 801 /),
      expect.stringMatching(/^info web: adopts snapshot 802 /),
      expect.stringMatching(
        /^info web: adds a snapshot; when it is completed, snapshot 801 "golden" .* made at 2026-01-10T08:00:00Z \(5 days 4 hours old\), is deleted: keep is 2\.$/,
      ),
    ]);
  });

  test("of what a new rotation that adopts drops first on a full server, and of what it drops afterwards", async () => {
    leave(0);
    const adopts = { adopt: ["801", "802"], keep: 1 };
    expect(await preview(ring("web", adopts))).toEqual([]);
    expect(fixture.lines.slice(2)).toEqual([
      expect.stringMatching(
        /^warning web: server 12345 \(web-server-01\) has no free slot among its 5 snapshots, so snapshot 801 .* is deleted before the new one is made\.$/,
      ),
      expect.stringMatching(
        /^info web: adds a snapshot; when it is completed, snapshot 802 .*, is deleted: keep is 1\.$/,
      ),
    ]);
  });

  test.each<[string, number, unknown]>([
    ["has no such route", 404, "<html>Not Found</html>"],
    ["has no such method", 405, undefined],
    ["is out of order", 500, undefined],
  ])("of a server that the list lacks, where /servers/999/ %s", async (_what, status, body) => {
    answer("^/servers/999/$", status, body);
    expect(await preview(declared("web", { serverId: 999 }))).toEqual([]);
    expect(fixture.lines).toEqual([
      "warning web: `up` would be refused now: the list of this account's servers does not show server 999. Check that " +
        "`serverId` names a server of this account. The account has 12345 (web-server-01), 12346 (db-server-01), 12347 (cache-01).",
    ]);
  });

  test("of a restore point that goes first because its server is full", async () => {
    const made = await fixture.make("snapshot", declared("web", { triggers: [1], __preview: undefined }));
    leave(0);
    fixture.nextRun();
    const { diff } = await previewOf(made, declared("web", { triggers: [2] }));
    expect(diff).toEqual({ changes: true, replaces: ["triggers"], deleteBeforeReplace: true });
    expect(fixture.lines).toEqual([
      "warning web: server 12345 (web-server-01) has no free slot among its 5 snapshots, so " +
        `snapshot ${made.id} "${String(made.outputs["name"])}" of server 12345 (web-server-01), made at 2026-01-15T12:00:00.005Z (3 ` +
        "minutes old), is deleted before its replacement is made: until the new one is completed there is a time without " +
        "this restore point.",
    ]);
  });

  test("of a restore point that goes first because its name stays", async () => {
    const named = declared("web", { name: "mine", triggers: [1], __preview: undefined });
    const made = await fixture.make("snapshot", named);
    fixture.nextRun();
    await previewOf(made, { ...named, triggers: [2], __preview: true });
    expect(fixture.lines).toEqual([
      `warning web: snapshot ${made.id} "mine" of server 12345 (web-server-01), made at 2026-01-15T12:00:00.005Z (3 minutes old), ` +
        "keeps its name, so it is deleted before its replacement is made: until the new one is completed there is a time " +
        "without this restore point.",
    ]);
  });

  test("of a restore whose snapshot is not known yet", async () => {
    expect(await preview(restored("web", REQUEST, { snapshotId: UNKNOWN }))).toEqual([]);
    expect(fixture.lines).toEqual([
      "warning web: all data on server 12345 (web-server-01) may be overwritten with a snapshot whose id is not known yet: " +
        "everything written since it was taken is lost, and the server is stopped.",
    ]);
  });

  test("of a restore whose server is not known yet", async () => {
    expect(await preview(restored("web", REQUEST, { serverId: UNKNOWN }))).toEqual([]);
    expect(fixture.lines).toEqual([
      "warning web: all data on a server whose id is not known yet may be overwritten.",
    ]);
  });
});

describe("facts of the program fail", () => {
  const NO_SERVER =
    "there is no server 999 in this account. Check that `serverId` names a server of this account. The account has " +
    "12345 (web-server-01), 12346 (db-server-01), 12347 (cache-01).";

  test("where VPS.org itself says that there is no such server", async () => {
    expect(await preview(declared("web", { serverId: 999 }), ring("release", { serverId: 999 }))).toEqual([
      `serverId: ${NO_SERVER}`,
      `serverId: ${NO_SERVER}`,
    ]);
    expect(fixture.lines).toEqual([]);
  });

  test("where the token is not accepted", async () => {
    answer("", 401);
    const [refused] = await preview(declared("web"));
    expect(refused).toMatch(
      /^: VPS\.org did not accept the API token \(401.* to GET \/s\w+\/.*\): the token comes from the Pulumi configuration vpsorg:token\. Set a valid one with `pulumi config set --secret vpsorg:token`\.$/,
    );
    expect(fixture.lines).toEqual([]);
  });

  test("where there is no token", async () => {
    fixture.nextRun({});
    expect(await preview(declared("web"))).toEqual([
      ": there is no VPS.org API token: run `pulumi config set --secret vpsorg:token` or set the environment variable " +
        "VPSORG_TOKEN",
    ]);
  });

  test("where a server is asked for more than it keeps, whatever is on it", async () => {
    const failures = await preview(...["a", "b", "c", "d", "e", "f"].map((name) => declared(name)));
    expect(failures).toEqual([
      'serverId: this program asks for 6 snapshots of server 12345 ("a" 1, "b" 1, "c" 1, "d" 1, "e" 1, "f" 1), and VPS.org ' +
        "keeps at most 5. Ask for fewer",
    ]);
  });
});

describe("what cannot be looked at passes, and is said once on the stack", () => {
  const unseen = (why: string): string =>
    "warning stack: this preview could not look at everything that `pulumi up` looks at before it changes anything: whether " +
    `servers, free slots, names and the snapshots that are imported or restored are there. ${why}`;

  /** One of each kind that looks at something. */
  const program = [
    declared("web"),
    declared("db", { serverId: 12346 }),
    declared("golden", { __import: "801" }),
    ring("release"),
    ring("adopts", { adopt: ["802"] }),
    restored("safety", SAFETY),
    restored("back", REQUEST),
    restored("later", REQUEST, { snapshotId: UNKNOWN }),
  ];

  test.each<[string, number, string]>([
    ["answers 500", 500, "VPS.org answered 500 to GET /"],
    ["answers 503", 503, "VPS.org answered 503 to GET /"],
    ["answers 403", 403, "the API token is not allowed to do this (403"],
    ["asks to wait", 429, "VPS.org answered 429 to GET /"],
  ])("where VPS.org %s", async (_what, status, why) => {
    answer("", status);
    expect(await preview(...program)).toEqual([]);
    expect(warnings()).toEqual([expect.stringContaining(unseen(why))]);
  });

  test("where nothing answers", async () => {
    await fixture.account.emulator.pause();
    expect(await preview(...program)).toEqual([]);
    expect(warnings()).toEqual([expect.stringContaining(unseen("no answer from VPS.org to GET /"))]);
  });

  test("where what answers is not the API", async () => {
    fixture.account.emulator.fault({ match: { method: "GET" }, times: 0, action: { kind: "html" } });
    expect(await preview(...program)).toEqual([]);
    expect(warnings()).toEqual([expect.stringContaining(unseen("VPS.org's answer to GET /"))]);
  });

  test("where a replacement has to be decided on", async () => {
    const made = await fixture.make("snapshot", declared("web", { triggers: [1], __preview: undefined }));
    const rotation = await fixture.make(
      "snapshotRotation",
      ring("release", { triggers: [1], __preview: undefined }),
    );
    fixture.nextRun();
    answer("", 500);
    const { diff } = await previewOf(made, declared("web", { triggers: [2] }));
    expect(diff).toEqual({ changes: true, replaces: ["triggers"], deleteBeforeReplace: false });
    expect((await previewOf(rotation, ring("release", { triggers: [2] }))).diff.changes).toBe(true);
    expect(fixture.lines).toEqual([expect.stringContaining(unseen(""))]);
  });

  test("and the rest is looked at", async () => {
    leave(0);
    answer("^/servers/", 403);
    expect(await preview(declared("web"))).toEqual([]);
    expect(fixture.lines).toEqual([FULL + DELETE_FIRST, expect.stringContaining(unseen(""))]);
  });

  test("and is not tried again for each resource", async () => {
    answer("", 500);
    await preview(declared("web"));
    const before = fixture.account.requests().length;
    for (let i = 0; i < 5; i++) await preview(declared(`web${i}`, { serverId: 12346 }), ring(`ring${i}`));
    expect(fixture.account.requests()).toHaveLength(before);
    expect(warnings()).toHaveLength(1);
  });

  test("but an `up` is told, and does nothing", async () => {
    const made = await fixture.make("snapshot", declared("web", { triggers: [1], __preview: undefined }));
    fixture.nextRun();
    answer("", 500);
    const up = { ...declared("web", { triggers: [2] }), __preview: undefined };
    expect(await messageOf(previewOf(made, up))).toMatch(
      /is to be replaced, but whether its server has a free slot cannot be seen: .* Nothing was changed\.$/,
    );
    expect(await messageOf(preview({ ...declared("x", { __import: "801" }), __preview: undefined }))).toMatch(
      /500/,
    );
  });
});

describe("nothing is refused and nothing warned of", () => {
  test("where there is a slot", async () => {
    leave(1);
    expect([await preview(declared("web")), fixture.lines]).toEqual([[], []]);
  });

  test("where what is deleted first is what its dependency replaces", async () => {
    const made = await fixture.make("snapshot", declared("web", { triggers: [1], __preview: undefined }));
    leave(0);
    fixture.nextRun();
    // Something else of the program makes it a preview.
    await preview(declared("db", { serverId: 12346 }));
    // The engine compares what depends on a resource that goes first, with what it knows, and checks it later without the olds.
    await fixture.run.snapshot.diff(made.id, made.outputs, { ...made.inputs, triggers: UNKNOWN });
    fixture.lines.length = 0;
    expect([await preview(declared("web", { triggers: [2] })), fixture.lines]).toEqual([[], []]);
  });

  test.each([{}, { name: "golden" }])(
    "where --replace renews what has deleteBeforeReplace on a full server, with %j",
    async (more) => {
      const taken = more.name ?? "web-1234567";
      if (more.name === undefined)
        fixture.account.emulator.outside.createSnapshot({ id: 950, serverId: 12345, name: taken });
      leave(0);
      expect(await preview(declared("web", { __replacesFirst: true, ...more }))).toEqual([]);
      expect(fixture.lines).toEqual([]);
    },
  );

  test("where what has deleteBeforeReplace is new, that is no reason to say nothing", async () => {
    leave(0);
    expect([await preview(declared("web", { __replacesFirst: true })), fixture.lines]).toEqual([
      [],
      [FULL + DELETE_FIRST],
    ]);
  });

  test("where the engine checks the new half of a replacement", async () => {
    const made = await fixture.make("snapshot", declared("web", { triggers: [1], __preview: undefined }));
    leave(1);
    fixture.nextRun();
    await previewOf(made, declared("web", { triggers: [2] }));
    expect(fixture.lines).toEqual([]);
  });

  test("where the server's id is not known yet", async () => {
    const before = fixture.account.requests().length;
    expect([await preview(declared("web", { serverId: UNKNOWN })), fixture.lines]).toEqual([[], []]);
    expect(fixture.account.requests()).toHaveLength(before);
  });

  test("where the list of servers lags", async () => {
    fixture.account.emulator.fault({
      match: { path: "^/servers/$" },
      action: { kind: "replaceBody", body: { count: 0, next: null, previous: null, results: [] } },
    });
    expect([await preview(declared("web")), fixture.lines]).toEqual([[], []]);
  });

  test("where a new rotation adopts what fills the server: its oldest one goes first", async () => {
    leave(0);
    expect(await preview(ring("web", { adopt: ["801"] }))).toEqual([]);
    expect(warnings()).toEqual([
      expect.stringMatching(/so snapshot 801 .* is deleted before the new one is made/),
    ]);
  });

  test("where a slot of a full server is freed by an earlier step of the `up`", async () => {
    leave(0);
    const up = { ...declared("web"), __preview: undefined };
    const { inputs, failures } = await fixture.run.snapshot.check({}, up);
    expect([failures, fixture.lines]).toEqual([[], []]);
    fixture.account.emulator.outside.deleteSnapshot(902);
    await fixture.account.clock.sleep(5000);
    const { outs } = await fixture.run.snapshot.create({ ...inputs, __provider: PROVIDER });
    expect(outs).toMatchObject({ status: "completed" });
  });
});

describe("requests", () => {
  test("of a preview of twenty new snapshots on ten servers: one list of snapshots, one of servers", async () => {
    const servers = Array.from({ length: 10 }, (_, i) => 20_000 + i);
    for (const id of servers) fixture.account.emulator.outside.addServer({ id, name: `s-${id}` });
    const program = servers.flatMap((serverId) => [
      declared(`a${serverId}`, { serverId }),
      declared(`b${serverId}`, { serverId }),
    ]);
    expect(await preview(...program)).toEqual([]);
    expect(fixture.account.requests().toSorted()).toEqual(["GET /servers/", "GET /snapshots/"]);
  });

  test("of a preview whose resources come one after the other, some late: the same", async () => {
    for (const serverId of [12345, 12345, 12346, 12347]) {
      await preview(declared(`web${serverId}`, { serverId }));
      await fixture.account.clock.sleep(10_000);
    }
    expect(fixture.account.requests().toSorted()).toEqual(["GET /servers/", "GET /snapshots/"]);
  });

  test("of an `up`: none before its creates", async () => {
    const up = { ...declared("web"), __preview: undefined };
    expect((await fixture.run.snapshot.check({}, up)).failures).toEqual([]);
    expect(fixture.account.requests()).toEqual([]);
  });

  test("of a preview in which nothing is new or replaced: none", async () => {
    const made = await fixture.make("snapshot", declared("web", { triggers: [1], __preview: undefined }));
    fixture.nextRun();
    const before = fixture.account.requests().length;
    expect((await previewOf(made, declared("web", { triggers: [1] }))).diff.changes).toBe(false);
    expect(fixture.account.requests()).toHaveLength(before);
  });
});
