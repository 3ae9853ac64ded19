import { DEFAULT_ENDPOINT } from "../../../provider/api/endpoint";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { diffSnapshot } from "../../../provider/core/snapshot/diff";
import type { Diff } from "../../../provider/core/diff";
import type { SnapshotInputs, SnapshotOutputs } from "../../../provider/core/snapshot/state";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, NEXT_NAME, ours, recorded, SERVER } from "./stage";
import type { Stage } from "./stage";

const { open, attempt } = singleStage();

/** The next release: a fresh snapshot with a fresh name. */
const next: SnapshotInputs = { ...inputs, name: NEXT_NAME, triggers: ["v2"] };

function diff(
  stage: Stage,
  news: SnapshotInputs = next,
  olds: SnapshotOutputs = recorded,
  id = "701",
): Promise<Diff> {
  const session = (): Promise<typeof stage.session> => Promise.resolve(stage.session);
  return diffSnapshot(session, id, { ...olds }, { ...news }, () => false, stage.told, DEFAULT_ENDPOINT);
}

const GAP = "until the new one is completed there is a time without this restore point.";

/** Fills the server so far that `free` places are left. */
function leave(stage: Stage, free: number): void {
  for (let i = stage.emulator.model.listSnapshots(SERVER).length; i < 5 - free; i++) {
    stage.emulator.outside.createSnapshot({ id: `73${i}`, serverId: SERVER, name: `other-${i}` });
  }
}

/** Another resource's snapshot on the same server, 705. */
const second: SnapshotOutputs = { ...recorded, name: "web-0000005" };

function addSecond(stage: Stage, createdAt = recorded.createdAt): void {
  stage.emulator.outside.createSnapshot({ id: "705", serverId: SERVER, name: second.name, createdAt });
}

describe("a replacement", () => {
  test("creates first where there is a place, and says nothing", async () => {
    const stage = await open();
    leave(stage, 1);
    expect(await diff(stage)).toMatchObject({ changes: true, deleteBeforeReplace: false });
    expect(stage.told.warnings).toEqual([]);
  });

  test("deletes first on a full server, and says so in one sentence", async () => {
    const stage = await open();
    leave(stage, 0);
    expect(await diff(stage)).toMatchObject({ changes: true, deleteBeforeReplace: true });
    expect(stage.told.warnings).toEqual([
      "server 12345 (web-server-01) has no free slot among its 5 snapshots, so snapshot 701 " +
        `"web-1a2b3c4" of server 12345 (web-server-01), made at 2026-01-10T08:00:00Z (5 days 4 hours old), is deleted before its replacement is made: ${GAP}`,
    ]);
  });

  test("deletes first where a given name stays, without asking the API", async () => {
    const stage = await open();
    const { __autoName: _none, ...named } = next;
    expect(await diff(stage, { ...named, name: recorded.name })).toMatchObject({ deleteBeforeReplace: true });
    expect(stage.told.warnings).toEqual([
      'snapshot 701 "web-1a2b3c4" of server 12345 (web-server-01), made at 2026-01-10T08:00:00Z (5 days 4 hours old), keeps its name, so it is deleted before its ' +
        `replacement is made: ${GAP}`,
    ]);
    expect(stage.requests()).toEqual([]);
  });

  test.each(["retainOnDelete", "deleteBeforeReplace: false"])(
    "that %s keeps from going first is announced as one that will be refused",
    async (__keeps) => {
      const stage = await open();
      leave(stage, 0);
      const kept: object = { __keeps };
      const { __autoName: _none, ...named } = next;
      await diff(stage, { ...next, ...kept });
      await diff(stage, { ...named, name: recorded.name, ...kept });
      await diff(stage, { ...next, ...kept }, { ...recorded, status: "failed" });
      expect(
        [...stage.told.warnings, ...stage.told.infos].map((line) => line.replaceAll(`(${__keeps})`, "(K)")),
      ).toEqual([
        expect.stringMatching(
          /has no free slot .* stays \(K\), so the create of its replacement will be refused\. Delete one of them first, or leave that option out\.$/,
        ),
        expect.stringMatching(/^snapshot 701 .* stays on the server \(K\) with the name .* will be refused/),
        expect.stringMatching(/ended as "failed" and cannot be restored: it stays on the server \(K\)\.$/),
      ]);
    },
  );

  test("of a failed snapshot deletes it first", async () => {
    const stage = await open();
    expect(await diff(stage, inputs, { ...recorded, status: "failed" })).toMatchObject({
      replaces: expect.arrayContaining(["status"]) as string[],
      deleteBeforeReplace: true,
    });
    expect(stage.told.infos.join()).toMatch(/ended as "failed" and cannot be restored: it is deleted first/);
  });

  test("on another server creates first, however full this one is", async () => {
    const stage = await open();
    leave(stage, 0);
    expect(await diff(stage, { ...next, serverId: "12347" })).toMatchObject({ deleteBeforeReplace: false });
  });

  test("is not decided on a list that cannot be read", async () => {
    const stage = await open();
    stage.emulator.fault({ match: { method: "GET" }, times: 0, action: { kind: "html", status: 200 } });
    const failed = errorOf(await attempt(() => diff(stage)));
    expect(failed.message).toContain("it is an HTML page, JSON was expected; a proxy may have answered");
  });

  test("that is none makes no request", async () => {
    const stage = await open();
    const { description: _none, ...same } = inputs;
    expect(await diff(stage, same)).toMatchObject({ changes: false });
    expect(stage.requests()).toEqual([]);
  });
});

describe("two replacements and one free slot", () => {
  async function decide(stage: Stage): Promise<[Diff, Diff]> {
    addSecond(stage, "2026-01-10T09:00:00Z");
    leave(stage, 1);
    return Promise.all([
      diff(stage, next, recorded, "701"),
      diff(stage, { ...next, name: "web-0000006" }, second, "705"),
    ]);
  }

  test("are told apart: one creates first, the other deletes first", async () => {
    const stage = await open();
    const decided = await decide(stage);
    expect(decided.map((each) => each.deleteBeforeReplace).sort()).toEqual([false, true]);
    expect(stage.told.warnings).toHaveLength(1);
  });

  test("end with two new snapshots, and the server was never beyond its limit", async () => {
    const stage = await open();
    await decide(stage);
    const { operation } = stage;
    await Promise.all([
      createSnapshot(operation, next).then(() => deleteSnapshot(operation, "701", recorded)),
      deleteSnapshot(operation, "705", second).then(() =>
        createSnapshot(operation, { ...next, name: "web-0000006" }),
      ),
    ]);
    expect(
      ours(stage)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["web-0000006", NEXT_NAME]);
    expect(stage.emulator.requests().filter(({ status }) => status === 400)).toEqual([]);
  });
});

test("a replacement that is made already takes no slot from the next one", async () => {
  const stage = await open();
  addSecond(stage);
  expect(stage.emulator.model.listSnapshots(SERVER)).toHaveLength(3);

  expect(await diff(stage)).toMatchObject({ deleteBeforeReplace: false });
  valueOf(await attempt(() => createSnapshot(stage.operation, next)));

  const later = await diff(stage, { ...next, name: "web-0000006" }, second, "705");
  expect(later).toMatchObject({ changes: true, deleteBeforeReplace: false });
  expect(stage.told.warnings).toEqual([]);
});

test("a replacement of a failed snapshot, which goes first, takes no slot from the next one", async () => {
  const stage = await open();
  addSecond(stage);
  leave(stage, 1);
  expect(await diff(stage, next, { ...recorded, status: "failed" })).toMatchObject({
    deleteBeforeReplace: true,
  });
  expect(await diff(stage, next, second, "705")).toMatchObject({ deleteBeforeReplace: false });
});

test("a create of the same prefix on another server leaves the slot to the replacement that has it", async () => {
  const stage = await open();
  addSecond(stage);
  leave(stage, 1);
  expect(await diff(stage)).toMatchObject({ deleteBeforeReplace: false });

  const elsewhere = { ...next, serverId: "12346", name: "web-0000007" };
  valueOf(await attempt(() => createSnapshot(stage.operation, elsewhere)));

  const later = await diff(stage, { ...next, name: "web-0000006" }, second, "705");
  expect(later).toMatchObject({ deleteBeforeReplace: true });
});

test("a replacement records all that are yet to be deleted: what it replaces, and what that has replaced", async () => {
  const stage = await open();
  addSecond(stage);
  await diff(stage, next, { ...recorded, __replaces: ["705", "706"] });
  const made = await attempt(() => createSnapshot(stage.operation, next));
  // 706 is gone already.
  expect(valueOf(made)).toMatchObject({ outputs: { __replaces: ["701", "705"] } });
});

test("a place that was taken after the decision costs no restore point: the old one stays", async () => {
  const stage = await open();
  leave(stage, 1);
  expect(await diff(stage)).toMatchObject({ deleteBeforeReplace: false });
  stage.emulator.fault({
    match: { method: "POST" },
    action: { kind: "run", effect: { action: "fillServer", id: SERVER } },
  });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, next)));
  expect(failed).toMatchObject({ code: "QUOTA_EXCEEDED" });
  expect(ours(stage)).toMatchObject([{ id: 701 }]);
});
