import assert from "node:assert/strict";
import { diffSnapshot } from "../../../provider/core/snapshot/diff";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { diffRequest } from "../../../provider/core/restore/resources/request";
import { refuseOtherServer, renewedUnseen } from "../../../provider/core/restore/intent";
import type { Session } from "../../../provider/core/session";
import { back, POST, RestoreFixture, SERVER } from "./restore-fixture";
import { RestoreStack } from "./restore-stack";
import type { RestoreProgram } from "./restore-stack";
import { startOperation } from "../../../provider/core/operation";

const MINUTE = 60_000;
const other: RestoreProgram = { ...back, snapshotId: "802" };
const fixture = new RestoreFixture();

/** Resolves when a request was made so often since the last restore was requested. */
async function polled(times: number): Promise<void> {
  const looks = (): number => {
    const all = fixture.account.requests();
    return all.slice(all.lastIndexOf(POST.golden)).filter((r) => r === `GET /servers/${SERVER}/`).length;
  };
  for (let i = 0; i < 2000; i++) {
    if (fixture.writes().includes(POST.golden) && looks() >= times) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it was never reached");
}

describe("what happened is known from state alone", () => {
  test("a restore that somebody else has begun is never taken for one's own", async () => {
    fixture.account.emulator.outside.startRestore(802);
    await expect(fixture.up(back)).rejects.toThrow(
      /is being restored already \(by another run or by somebody else\)/,
    );
    expect([fixture.stack.request, fixture.stack.completion, fixture.writes()]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(fixture.told.warnings.join("\n")).toMatch(
      /`up` would be refused now: server 12345 .* is being restored already/,
    );

    await fixture.account.clock.sleep(20 * MINUTE);
    await fixture.up(back);
    expect(fixture.writes()).toEqual([POST.golden]);
    expect(fixture.restores().map(({ snapshot_id: id }) => id)).toEqual(["802", "801"]);
  });

  test("an earlier one of the same resource that is still running is named, and then replaced", async () => {
    fixture.account.emulator.setBehaviour({ neverEndsRestoring: true });
    await expect(fixture.up({ ...back, create: "10m" })).rejects.toMatchObject({ code: "WAIT_TIMEOUT" });
    const { requestedAt = "" } = fixture.stack.request?.outputs ?? {};

    await expect(fixture.up(other)).rejects.toThrow(
      `is being restored already (this stack requested it last at ${requestedAt}, with snapshot 801)`,
    );
    expect(fixture.stack.request?.outputs.snapshotId).toBe("801");
    expect(fixture.writes()).toEqual([POST.golden]);

    fixture.account.emulator.setBehaviour({ neverEndsRestoring: null });
    fixture.account.emulator.outside.setServer(SERVER, { status: "active" });
    await fixture.up(other);
    expect(fixture.writes()).toEqual([POST.golden, POST.other]);
    expect(fixture.stack.completion?.outputs).toMatchObject({ snapshotId: "802", serverStatus: "active" });
  });

  test("a run that is killed in the wait is followed by one that only waits", async () => {
    void fixture.up(back).catch(() => undefined);
    await polled(2);
    const killed = Object.assign(new RestoreStack(), { request: fixture.stack.request });
    expect(killed.request?.outputs.answer).toBe("accepted");

    await fixture.up(back, fixture.account.another(), killed);
    expect(fixture.writes()).toEqual([POST.golden]);
    const [ran] = fixture.restores();
    const { restoredAt = "" } = killed.completion?.outputs ?? {};
    expect(Date.parse(restoredAt)).toBeGreaterThanOrEqual(Date.parse(ran?.finished_at ?? "never"));

    const before = fixture.account.requests().length;
    await fixture.up(back, fixture.account.another(), killed);
    expect(fixture.account.requests()).toHaveLength(before);
  });

  test("one that is killed in the wait, and gone on with a day later, is not requested again", async () => {
    void fixture.up(back).catch(() => undefined);
    await polled(1);
    const killed = Object.assign(new RestoreStack(), { request: fixture.stack.request });
    await fixture.account.clock.sleep(24 * 60 * MINUTE);
    const before = fixture.account.clock.now();
    await fixture.up(back, fixture.account.another(), killed);
    expect(fixture.writes()).toEqual([POST.golden]);
    expect(killed.completion?.outputs).toMatchObject({ serverStatus: "active", answer: "accepted" });
    // It is looked at without a wait, and its status has to hold for a minute.
    expect(fixture.account.clock.now() - before).toBe(MINUTE);
    expect(fixture.told.infos.at(-1)).toMatch(
      /^server 12345 \(web-server-01\) is "active" again 1 day .*after the request\.$/,
    );
  });

  test("a server that was stopped before it is as it was when it is stopped again, in a later run too", async () => {
    const { emulator } = fixture.account;
    emulator.setBehaviour({ finalServerStatus: "stopped" });
    emulator.outside.setServer(SERVER, { status: "stopped" });
    await expect(fixture.up({ ...back, create: "1m" })).rejects.toThrow(/has not ended after/);

    await fixture.up(back);

    expect(fixture.stack.completion?.outputs).toMatchObject({ serverStatus: "stopped" });
    expect(fixture.stack.completion?.outputs.restoredAt).not.toBe("");
    expect(fixture.restores()).toHaveLength(1);
  });

  test("after a lost answer, a restore that is seen by a later run only is waited for and called unproven", async () => {
    fixture.account.emulator.fault({ match: { method: "POST" }, when: "before", action: { kind: "reset" } });
    const killed = new RestoreStack();
    void fixture.up(back, fixture.account.another(), killed).catch(() => undefined);
    for (let i = 0; killed.request === undefined && i < 2000; i++)
      await new Promise((resolve) => setImmediate(resolve));
    await fixture.account.clock.sleep(30 * MINUTE);
    const later = Object.assign(new RestoreStack(), { request: killed.request });
    fixture.account.emulator.outside.startRestore(802);

    await fixture.up(back, fixture.account.another(), later);
    expect(later.completion?.outputs).toMatchObject({
      answer: "unproven",
      restoredAt: "",
      serverStatus: "active",
    });
    expect(fixture.told.warnings.join("\n")).toMatch(
      /it is not known whether snapshot 801 "golden" .* was restored/,
    );
    expect(fixture.writes()).toEqual([POST.golden]);
  });

  test.each([
    ["speaks of another snapshot", { snapshot: { id: 802, name: "other" } }],
    ["speaks of another server", { server: { id: 12346, name: "db", status: "restoring" } }],
    ["says that it went wrong", { status: "error", message: "the disk is full" }],
  ])("an answer that %s confirms nothing", async (_what, changed) => {
    fixture.account.emulator.fault({
      match: { method: "POST" },
      when: "before",
      action: {
        kind: "status",
        status: 200,
        body: {
          status: "success",
          snapshot: { id: 801, name: "golden" },
          server: { id: 12345, name: "web-server-01", status: "restoring" },
          ...changed,
        },
      },
    });
    await fixture.up(back);
    expect(fixture.stack.request?.outputs.answer).toBe("lost");
    expect(fixture.stack.completion?.outputs).toMatchObject({ answer: "unproven", restoredAt: "" });
  });

  test.each([
    ["one stale status right after the request", { status: "active" }],
    ["an answer that speaks of another server", { id: 12346, status: "active" }],
  ])("%s is not its end", async (_what, set) => {
    // Preview and checks look once each, and the first look of the wait sees it restoring.
    const look = { method: "GET", path: "^/servers/12345/$" };
    fixture.account.emulator.fault({ match: look, skip: 3, action: { kind: "patch", set } });
    await fixture.up(back);
    const restore = fixture.account.emulator.model.state().restores[0];
    expect(Date.parse(fixture.stack.completion?.outputs.restoredAt ?? "")).toBeGreaterThanOrEqual(
      Date.parse(String(restore?.finished_at)),
    );
  });

  test("a proxy's 404 page proves nothing, and what it hides is recorded and not requested again", async () => {
    fixture.account.emulator.fault({
      match: { method: "POST", path: "/restore/$" },
      when: "after",
      action: { kind: "html", status: 404 },
    });
    await fixture.up(back);
    expect(fixture.stack.request?.outputs.answer).toBe("lost");
    expect(fixture.stack.completion?.outputs).toMatchObject({ answer: "accepted", serverStatus: "active" });
    await fixture.up(back);
    expect(fixture.writes()).toEqual([POST.golden]);
  });

  test("its end is not looked for at another endpoint", async () => {
    void fixture.up(back).catch(() => undefined);
    await polled(1);
    const killed = Object.assign(new RestoreStack(), { request: fixture.stack.request });
    const elsewhere = { ...fixture.account.another(), endpoint: "https://other.example/api/v1" };
    const { endpoint } = fixture.account.emulator;
    await expect(fixture.up(back, elsewhere, killed)).rejects.toMatchObject({
      code: "CONFIGURATION",
      message: expect.stringMatching(
        new RegExp(
          `was requested at ${endpoint}, and the endpoint is https://other\\.example/api/v1 now, where its end cannot be seen\\. ` +
            `Set vpsorg:endpoint .* back to ${endpoint}.*, or remove the SnapshotRestore\\.$`,
        ),
      ) as string,
    });
    expect(killed.completion).toBeUndefined();
  });

  test("its end is not known where another one of the stack was requested before it was seen", async () => {
    void fixture.up(back).catch(() => undefined);
    await polled(1);
    const killed = Object.assign(new RestoreStack(), { request: fixture.stack.request });
    await fixture.account.clock.sleep(20 * MINUTE);
    const session = fixture.account.another();
    await fixture.up({ ...other, name: "later", quiet: true }, session, new RestoreStack());

    await fixture.up(back, session, killed);

    expect(killed.completion?.outputs).toMatchObject({ answer: "unproven", restoredAt: "" });
    expect(fixture.told.warnings.join("\n")).toContain("another restore of the server was requested at");
    expect(fixture.writes()).toEqual([POST.golden, POST.other]);
  });

  test("a refusal leaves nothing behind, and the next run requests it", async () => {
    fixture.account.emulator.setBehaviour({
      busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
    });
    await expect(fixture.up(back)).rejects.toThrow(/was refused: VPS\.org answered 409/);
    expect(fixture.stack.request).toBeUndefined();
    await fixture.up(back);
    expect(fixture.restores()).toHaveLength(1);
  });

  test("only another snapshot or other triggers request it again", async () => {
    await fixture.up({ ...back, triggers: ["1"] });
    await fixture.up({ ...back, triggers: ["1"], create: "50m" });
    expect(fixture.restores()).toHaveLength(1);
    await fixture.up({ ...back, triggers: ["2"] });
    expect(fixture.restores()).toHaveLength(2);
    await fixture.up({ ...other, triggers: ["2"] });
    expect(fixture.writes()).toEqual([POST.golden, POST.golden, POST.other]);
  });
});

describe("a renewed snapshot alone restores nothing", () => {
  test("nor does an older one that a rotation gives, until triggers change", async () => {
    const linked = { serverId: SERVER, linked: "rotation" as const };
    await fixture.up({ ...linked, snapshotId: "802" });
    const older = { ...linked, snapshotId: "801" };
    await expect(fixture.up(older)).rejects.toThrow(
      /snapshotId changes from 802 to snapshot 801, which a rotation gives, but triggers stay the same/,
    );
    expect(fixture.writes()).toEqual([POST.other]);
    await fixture.up({ ...older, triggers: ["incident"] });
    expect(fixture.writes()).toEqual([POST.other, POST.golden]);
  });

  const renewed = /a renewed snapshot alone does not overwrite server 12345 \(web-server-01\)/;

  test("where it comes from a Snapshot of the program, in this run and in the next", async () => {
    await fixture.up({ ...back, linked: true });
    await fixture.account.clock.sleep(24 * 60 * MINUTE);
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: SERVER, name: "release-2" });
    const fresh = { ...back, snapshotId: "850", linked: true as const };

    await expect(fixture.up(fresh)).rejects.toThrow(renewed);
    await expect(fixture.up(fresh)).rejects.toThrow(renewed);
    expect(fixture.writes()).toEqual([POST.golden]);

    await fixture.up({ ...fresh, triggers: ["incident"] });
    expect(fixture.restores()).toHaveLength(2);
  });

  test("whose clock is behind ours, or ahead of it, is still newer than the last restore", async () => {
    await fixture.up({ ...back, linked: true });
    await fixture.account.clock.sleep(24 * 60 * MINUTE);
    // VPS.org's clock says that it was made before the restore was requested.
    const createdAt = new Date(Date.parse("2026-01-15T11:00:00Z")).toISOString();
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: SERVER, name: "late", createdAt });

    const fresh = { ...back, snapshotId: "850", linked: true as const };
    await expect(fixture.up(fresh)).rejects.toThrow(renewed);
    expect(fixture.writes()).toEqual([POST.golden]);
  });

  test("but one that is older than the last restore does, and so does a literal id", async () => {
    await fixture.up({ ...back, linked: true });
    await fixture.up({ ...other, linked: true });
    expect(fixture.writes()).toEqual([POST.golden, POST.other]);

    await fixture.account.clock.sleep(60 * MINUTE);
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: SERVER, name: "by-hand" });
    await fixture.up({ ...back, snapshotId: "850" });
    expect(fixture.restores()).toHaveLength(3);
  });

  test("nor one that this very run has made, however the program knows its id", async () => {
    await fixture.up(back);
    await fixture.account.clock.sleep(60 * MINUTE);
    const session = fixture.account.another();
    const inputs = { serverId: SERVER, name: "release-2", waitForCompletion: true };
    const { id } = await createSnapshot(startOperation(session, fixture.told), inputs);
    await expect(fixture.up({ ...back, snapshotId: id }, session)).rejects.toThrow(renewed);
    expect(fixture.restores()).toHaveLength(1);
  });

  const isUnknown = (value: unknown): boolean => value === "?";

  test("in the preview an unknown id of a Snapshot of the program is refused, another one passes", async () => {
    const open = () => Promise.resolve(fixture.account.session);
    const preview = (more: object) =>
      renewedUnseen(open, { ...back }, { ...back, snapshotId: "?", ...more }, isUnknown);
    expect(await preview({})).toEqual([]);
    expect(await preview({ __linked: true, triggers: ["2"] })).toEqual([]);
    expect(await preview({ __linked: true, snapshotId: "801" })).toEqual([]);
    expect(fixture.account.requests()).toEqual([]);
    const [failure] = await preview({ __linked: true });
    expect(failure?.reason).toMatch(/changes from 801 to a snapshot that this run makes/);
    expect(failure?.reason).toMatch(renewed);
  });

  test("what the engine asks before it deletes the Snapshot first does not replace it, nor refuse new triggers", async () => {
    await fixture.up({ ...back, linked: true });
    const before = fixture.account.requests().length;
    // The inputs of the last run, and an id that is not known: new triggers of the program are not among them.
    const asked = { ...back, snapshotId: "?", __linked: true };
    const recorded = fixture.stack.request?.outputs ?? assert.fail("nothing is recorded");
    const diff = await diffRequest(
      () => Promise.resolve(fixture.account.session),
      recorded,
      asked,
      isUnknown,
    );
    expect(diff).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
    expect(fixture.account.requests()).toHaveLength(before);
  });
});

describe("a serverId", () => {
  const olds = { ...back, serverName: "web-server-01", at: "2026-01-10T09:00:00Z" };

  test("of another server is refused, in another form of the same server it is not", async () => {
    await expect(refuseOtherServer(fixture.account.session, olds, "12346")).rejects.toThrow(
      /serverId changes from 12345 to 12346, but snapshot 801 is of server 12345 \(web-server-01\)/,
    );
    await refuseOtherServer(fixture.account.session, olds, SERVER);
    await expect(fixture.up({ ...back, snapshotId: "803" })).rejects.toThrow(
      "is not of server 12345. Nothing was restored.",
    );
    expect(fixture.writes()).toEqual([]);
  });
});

describe("steps of one run that would cross a restore", () => {
  const held = { id: "801", serverId: SERVER, name: "golden", status: "completed" };
  const recorded = {
    ...held,
    serverName: "web-server-01",
    createdAt: "2026-01-10T08:00:00Z",
    waitForCompletion: true,
  };
  const replace = (session: Session, name: object = { name: "web-1a2b3c4", __autoName: "web" }) =>
    diffSnapshot(
      () => Promise.resolve(session),
      "801",
      { ...recorded, __endpoint: session.endpoint },
      { serverId: SERVER, triggers: ["2"], waitForCompletion: true, ...name },
      () => false,
      fixture.told,
      fixture.account.emulator.endpoint,
    );

  test("a second restore of the same server is refused by name", async () => {
    const session = fixture.account.another();
    await fixture.up({ ...back, name: "a" }, session);
    await expect(fixture.up({ ...other, name: "b" }, session, new RestoreStack())).rejects.toThrow(
      'server 12345 (web-server-01) would be restored twice in this run, by the resources "a" and "b", and each overwrites ' +
        'all data on it. Keep one of them. "b" was not restored.',
    );
    expect(fixture.writes()).toEqual([POST.golden]);
  });

  test("so is a restore of a snapshot that is deleted first", async () => {
    fixture.account.emulator.outside.fillServer(SERVER);
    const session = fixture.account.another();
    expect(await replace(session)).toMatchObject({ deleteBeforeReplace: true });
    await expect(fixture.up(back, session)).rejects.toThrow(
      /snapshot 801 is deleted first in this run \(its replacement needs its slot\), so "back" could not restore it/,
    );
    expect(fixture.writes()).toEqual([]);
  });

  test("so is one that is deleted first because its name stays", async () => {
    const session = fixture.account.another();
    expect(await replace(session, { name: recorded.name })).toMatchObject({ deleteBeforeReplace: true });
    await expect(fixture.up(back, session)).rejects.toThrow(
      /snapshot 801 is deleted first in this run \(its replacement has the same name\), so "back" could not restore it/,
    );
  });

  test("and the deletion of one that is to be restored", async () => {
    fixture.account.emulator.outside.fillServer(SERVER);
    const session = fixture.account.another();
    session.restores.plan("back", {
      resource: "back",
      serverId: SERVER,
      serverName: "web",
      snapshotId: "801",
    });
    await expect(replace(session)).rejects.toThrow(
      /^snapshot 801 was not deleted: it would go first in this run \(its replacement needs its slot\), and "back" restores it\. Delete another/,
    );
  });

  test("with a free slot both are done", async () => {
    const session = fixture.account.another();
    expect(await replace(session)).toMatchObject({ deleteBeforeReplace: false });
    await fixture.up(back, session);
    expect(fixture.restores()).toHaveLength(1);
  });

  test("a snapshot of the server is taken when its restore has ended", async () => {
    const session = fixture.account.another();
    const restoring = fixture.up(back, session);
    await polled(1);
    const inputs = { serverId: SERVER, name: "after", waitForCompletion: true };
    const taken = createSnapshot(startOperation(session, fixture.told), inputs);
    const elsewhere = createSnapshot(startOperation(session, fixture.told), { ...inputs, serverId: "12346" });
    await Promise.all([restoring, taken, elsewhere]);

    const made = fixture.account.emulator.model
      .state()
      .snapshots.find(({ name, server }) => name === "after" && String(server.id) === SERVER);
    const [ran] = fixture.restores();
    expect(Date.parse(made?.created_at ?? "")).toBeGreaterThanOrEqual(
      Date.parse(ran?.finished_at ?? "never"),
    );
    expect(fixture.told.infos.join("\n")).toContain(
      "is being restored by this run: the snapshot is taken when that has ended",
    );
  });

  test("a snapshot that waits for a restore in vain says that it was not created, and how to allow more time", async () => {
    const session = fixture.account.another();
    const restoring = fixture.up(back, session);
    await polled(1);
    const inputs = { serverId: SERVER, name: "after", waitForCompletion: true, __timeouts: { create: "1m" } };
    await expect(createSnapshot(startOperation(session, fixture.told), inputs)).rejects.toThrow(
      /^snapshot "after" of server 12345 was not created: the restore of snapshot 801 .* has not ended after 1 minute[\w ]*; the server is "restoring"\. It may still end: .* To allow more time set customTimeouts, for example { create: "60m", update: "60m" }\.$/,
    );
    await restoring;
    expect(fixture.writes()).toEqual([POST.golden]);
  });

  test("a restore is requested when the snapshots of its server that this run takes are completed", async () => {
    const session = fixture.account.another();
    const taken = createSnapshot(startOperation(session, fixture.told), {
      serverId: SERVER,
      name: "before",
      waitForCompletion: true,
    });
    for (let i = 0; !fixture.writes().includes("POST /snapshots/") && i < 2000; i++)
      await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([taken, fixture.up(back, session)]);
    expect(fixture.writes()).toEqual(["POST /snapshots/", POST.golden]);
    const [ran] = fixture.restores();
    const made = fixture.account.emulator.model.state().snapshots.find(({ name }) => name === "before");
    expect(made?.status).toBe("completed");
    expect(Date.parse(ran?.started_at ?? "")).toBeGreaterThan(
      Date.parse(made?.created_at ?? "") + 2 * MINUTE,
    );
  });
});
