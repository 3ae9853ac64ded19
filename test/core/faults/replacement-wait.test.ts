import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { diffSnapshot } from "../../../provider/core/snapshot/diff";
import type { Diff } from "../../../provider/core/diff";
import { InitError } from "../../../provider/core/init-error";
import { readOutputs } from "../../../provider/core/snapshot/state";
import type { SnapshotInputs, SnapshotOutputs } from "../../../provider/core/snapshot/state";
import { updateSnapshot } from "../../../provider/core/snapshot/update";
import type { Session } from "../../../provider/core/session";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, NAME, NEW, NEXT_NAME, OURS, ours, recorded, SERVER } from "./stage";
import type { Stage } from "./stage";
import { startOperation } from "../../../provider/core/operation";

/** `waitForCompletion: false` governs first creates: no completed snapshot goes before its replacement is completed. */
const { open, attempt } = singleStage();

const old: SnapshotOutputs = { ...recorded, waitForCompletion: false };
const next: SnapshotInputs = { ...inputs, name: NEXT_NAME, triggers: ["v2"], waitForCompletion: false };
/** The next run of the same program. */
const same: SnapshotInputs = { ...next };

function diff(
  stage: Stage,
  session: Session,
  id: string,
  olds: SnapshotOutputs,
  news: SnapshotInputs,
): Promise<Diff> {
  const opened = (): Promise<Session> => Promise.resolve(session);
  return diffSnapshot(opened, id, { ...olds }, { ...news }, () => false, stage.told, stage.session.endpoint);
}

/** What {@link old} is, on the account of this stage. */
const here = (stage: Stage): SnapshotOutputs => ({ ...old, __endpoint: stage.session.endpoint });

const names = (stage: Stage): string[] => ours(stage).map(({ name }) => name);

async function failedCreate(stage: Stage): Promise<{ id: string; outputs: SnapshotOutputs }> {
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, next)));
  if (failed instanceof InitError) return { id: failed.id, outputs: readOutputs(failed.outputs) };
  throw failed;
}

describe("a replacement that diff has decided on", () => {
  test("is waited for, and its preview says so", async () => {
    const stage = await open();
    expect(await diff(stage, stage.session, OURS, here(stage), next)).toMatchObject({
      deleteBeforeReplace: false,
    });
    expect(stage.told.infos).toEqual([
      `snapshot ${OURS} "${NAME}" of server ${SERVER} (web-server-01) is replaced, and the new one is waited for although ` +
        "waitForCompletion is false: that governs first creates.",
    ]);
    const { outputs } = await createSnapshot(stage.operation, next);
    expect(outputs).toMatchObject({ status: "completed", __replaces: [OURS] });
  });

  test("is waited for on another server too", async () => {
    const stage = await open();
    const moved = { ...next, serverId: "12347" };
    await diff(stage, stage.session, OURS, here(stage), moved);
    const { outputs } = await createSnapshot(stage.operation, moved);
    expect(outputs).toMatchObject({ status: "completed" });
  });

  test("is waited for where the old one had to go first", async () => {
    const stage = await open();
    const { __autoName: _none, ...named } = { ...next, name: NAME };
    await diff(stage, stage.session, OURS, here(stage), named);
    await deleteSnapshot(stage.operation, OURS, here(stage));
    const { outputs } = await createSnapshot(stage.operation, named);
    expect(outputs).toMatchObject({ status: "completed" });
  });

  test("is not taken for the first create of another resource with a given name", async () => {
    const stage = await open();
    const { __autoName: _none, ...named } = next;
    await diff(stage, stage.session, OURS, here(stage), named);
    const other = { ...named, name: "first-of-another" };
    expect((await createSnapshot(stage.operation, other)).outputs.status).toBe("in_progress");
    expect((await createSnapshot(stage.operation, named)).outputs.status).toBe("completed");
  });

  test("is waited for in the next run, where its wait ended early", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverCompletes: true });
    await diff(stage, stage.session, OURS, here(stage), next);
    const { id, outputs } = await failedCreate(stage);
    expect(outputs).toMatchObject({ status: "in_progress", __replaces: [OURS] });

    stage.emulator.setBehaviour({ neverCompletes: null });
    const session = stage.another();
    expect(await diff(stage, session, id, outputs, same)).toEqual({
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
    });
    const resumed = await updateSnapshot(startOperation(session, stage.told), id, outputs, same);
    expect(resumed).toMatchObject({ status: "completed", __replaces: [OURS] });
    await deleteSnapshot(startOperation(session, stage.told), OURS, here(stage));
    expect(names(stage)).toEqual([NEXT_NAME]);
  });

  test("that failed is replaced in its turn, and the old one stays until that is completed", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await diff(stage, stage.session, OURS, here(stage), next);
    const { id, outputs } = await failedCreate(stage);

    stage.emulator.setBehaviour({ finalSnapshotStatus: null });
    const session = stage.another();
    expect(await diff(stage, session, id, outputs, same)).toMatchObject({ deleteBeforeReplace: true });
    await deleteSnapshot(startOperation(session, stage.told), id, outputs);
    // With --continue-on-error the engine goes on to its deletes although the create has failed.
    const early = errorOf(
      await attempt(() => deleteSnapshot(startOperation(session, stage.told), OURS, here(stage))),
    );
    expect(early.message).toMatch(
      /^snapshot 701 .* was not deleted and stays in the state, because its replacement was not made/,
    );
    const again = await createSnapshot(startOperation(session, stage.told), { ...same, name: "web-0000003" });
    expect(again.outputs).toMatchObject({ status: "completed", __replaces: [OURS] });
    await deleteSnapshot(startOperation(session, stage.told), OURS, here(stage));
    expect(names(stage)).toEqual(["web-0000003"]);
  });
});

/** As with `up --replace` and a tainted resource: the provider sees a create, then a delete. */
describe("a replacement without a diff", () => {
  const replaced = (stage: Stage): Promise<unknown> => createSnapshot(stage.operation, next);
  const remove = (stage: Stage, session = stage.session) =>
    attempt(() => deleteSnapshot(startOperation(session, stage.told), OURS, here(stage)));

  test("is completed before the old one goes, with a line of its own", async () => {
    const stage = await open();
    await replaced(stage);
    expect(names(stage)).toHaveLength(2);
    valueOf(await remove(stage));
    expect(ours(stage)).toMatchObject([{ name: NEXT_NAME, status: "completed" }]);
    expect(stage.told.progressed.join("\n")).toMatch(
      /^snapshot 701 .* is deleted when a newer one is completed: snapshot 801 .*: in_progress, /m,
    );
  });

  test("that fails keeps the old one", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await replaced(stage);
    const failed = errorOf(await remove(stage));
    expect(failed).toMatchObject({ code: "OPERATION_FAILED" });
    expect(failed.message).toMatch(
      /^snapshot 701 .* was not deleted and stays in the state, because a newer one is not completed: snapshot 801 .* ended as "failed".*--refresh/,
    );
    expect(names(stage)).toHaveLength(2);
  });

  test("that is never completed keeps the old one, until the time of a create is over", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverCompletes: true });
    await replaced(stage);
    expect(errorOf(await remove(stage))).toMatchObject({ code: "WAIT_TIMEOUT" });
    expect(names(stage)).toHaveLength(2);
  });

  test("that cannot be seen keeps the old one", async () => {
    const stage = await open();
    await replaced(stage);
    const refused = { match: { method: "GET" }, times: 0, action: { kind: "status", status: 403 } } as const;
    stage.emulator.fault(refused);
    expect(errorOf(await remove(stage)).message).toMatch(/was not deleted.*cannot be read/);
    expect(names(stage)).toHaveLength(2);
  });

  test("that is deleted in this run too holds up nothing", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverCompletes: true });
    await replaced(stage);
    const first = remove(stage);
    await stage.clock.sleep(1000);
    await deleteSnapshot(stage.operation, NEW, { ...here(stage), name: NEXT_NAME });
    valueOf(await first);
    expect(names(stage)).toEqual([]);
  });

  test("that this run has seen completed is not looked for any more", async () => {
    const stage = await open();
    await createSnapshot(stage.operation, { ...next, waitForCompletion: true });
    stage.emulator.clearRequests();
    valueOf(await remove(stage));
    expect(stage.requests()).toEqual(["GET /servers/", `DELETE /snapshots/${OURS}/`]);
  });

  test.each([
    ["carried out", undefined],
    ["proved by the lists alone", { kind: "status", status: 502 }],
  ] as const)("that this run has deleted is not looked for any more: %s", async (_how, action) => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverCompletes: true });
    await replaced(stage);
    if (action !== undefined) {
      const match = { method: "DELETE", path: `^/snapshots/${NEW}/$` };
      stage.emulator.fault({ match, when: "after", times: 0, action });
    }
    await deleteSnapshot(stage.operation, NEW, { ...here(stage), name: NEXT_NAME });
    stage.emulator.clearRequests();

    valueOf(await remove(stage));

    expect(stage.requests().filter((request) => request !== "GET /servers/")).toEqual([
      `DELETE /snapshots/${OURS}/`,
    ]);
  });

  test("that an earlier run has made and recorded is waited for as well", async () => {
    const stage = await open();
    const { id, outputs } = await createSnapshot(stage.operation, next);
    const session = stage.another({ unfinished: new Map([[id, outputs]]) });
    valueOf(await remove(stage, session));
    expect(ours(stage)).toMatchObject([{ name: NEXT_NAME, status: "completed" }]);
  });

  test("on another server is waited for where its name is of the same resource", async () => {
    const stage = await open();
    await createSnapshot(stage.operation, { ...next, serverId: "12347" });
    valueOf(await remove(stage));
    const made = stage.emulator.model.listSnapshots("12347").find(({ name }) => name === NEXT_NAME);
    expect(made).toMatchObject({ status: "completed" });
  });

  test("on another server and of another resource holds up nothing", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverCompletes: true });
    const other = { ...next, serverId: "12347", name: "db-9f8e7d6", __autoName: "db" };
    await createSnapshot(stage.operation, other);
    valueOf(await remove(stage));
    expect(names(stage)).toEqual([]);
  });
});

test("a delete alone, as in a destroy, asks only whether its server is being restored", async () => {
  const stage = await open();
  await deleteSnapshot(stage.operation, OURS, here(stage));
  expect(stage.requests()).toEqual(["GET /servers/", `DELETE /snapshots/${OURS}/`]);
});

describe("while its server is being restored", () => {
  test("nothing is deleted: it may be the way back", async () => {
    const stage = await open();
    stage.emulator.outside.startRestore("702");
    const began = stage.clock.now();

    await deleteSnapshot(stage.operation, OURS, here(stage));

    const { finished_at: ended } = stage.emulator.model.state().restores[0] ?? {};
    expect(stage.clock.now()).toBeGreaterThanOrEqual(Date.parse(String(ended)));
    expect(stage.clock.now() - began).toBeLessThan(16 * 60_000);
    expect(stage.requests("writes")).toEqual([`DELETE /snapshots/${OURS}/`]);
  });

  const servers = { method: "GET", path: "^/servers/$" };

  test.each([
    ["502", { kind: "status", status: 502 }],
    ["429", { kind: "status", status: 429, retryAfterSeconds: 1 }],
    ["a reset connection", { kind: "reset" }],
  ] as const)("one look that fails (%s) is followed by another", async (_what, action) => {
    const stage = await open();
    stage.emulator.outside.startRestore("702");
    stage.emulator.fault({ match: servers, action });
    await deleteSnapshot(stage.operation, OURS, here(stage));
    const { finished_at: ended } = stage.emulator.model.state().restores[0] ?? {};
    expect(stage.clock.now()).toBeGreaterThanOrEqual(Date.parse(String(ended)));
  });

  test("nothing is deleted where that cannot be seen", async () => {
    const stage = await open();
    stage.emulator.fault({ match: servers, times: 0, action: { kind: "status", status: 502 } });
    const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, here(stage))));
    expect(failed.message).toMatch(
      /was not deleted: whether its server is being restored cannot be seen\. .*502/,
    );
    expect(stage.requests("writes")).toEqual([]);
  });

  test("a token that may not look at servers deletes all the same", async () => {
    const stage = await open();
    stage.emulator.fault({ match: servers, times: 0, action: { kind: "status", status: 403 } });
    await deleteSnapshot(stage.operation, OURS, here(stage));
    expect(stage.requests("writes")).toEqual([`DELETE /snapshots/${OURS}/`]);
  });

  test("a delete ends with its time, and says why", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ neverEndsRestoring: true });
    stage.emulator.outside.startRestore("702");

    const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, here(stage))));

    expect(failed).toMatchObject({ code: "WAIT_TIMEOUT" });
    expect(failed.message).toMatch(
      /was not deleted: server 12345 \(web-server-01\) is being restored, perhaps from it/,
    );
    expect(stage.requests("writes")).toEqual([]);
  });
});
