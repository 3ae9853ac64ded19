import assert from "node:assert/strict";
import { diffSnapshot } from "../../../provider/core/snapshot/diff";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import {
  createRequest,
  diffRequest,
  droppedRequest,
  updateRequest,
} from "../../../provider/core/restore/resources/request";
import { refuseOtherServer, renewedUnseen } from "../../../provider/core/restore/intent";
import type { Session } from "../../../provider/core/session";
import { openAccount, tell } from "../../support/account";
import type { TestAccount, Told } from "../../support/account";
import { RestoreStack } from "./restore-stack";
import type { RestoreProgram } from "./restore-stack";

const SERVER = "12345";
const MINUTE = 60_000;
const back: RestoreProgram = { snapshotId: "801", serverId: SERVER };
const other: RestoreProgram = { ...back, snapshotId: "802" };
const POST = { golden: "POST /snapshots/801/restore/", other: "POST /snapshots/802/restore/" };

let account: TestAccount;
let stack: RestoreStack;
let told: Told;

beforeEach(async () => {
  account = await openAccount({
    snapshots: [
      { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
      { id: 802, serverId: 12345, name: "other", createdAt: "2026-01-11T08:00:00Z" },
      { id: 803, serverId: 12346, name: "elsewhere", createdAt: "2026-01-12T08:00:00Z" },
    ],
  });
  stack = new RestoreStack();
  told = tell();
});
afterEach(() => account.close());

/** One `up`, in a process of its own. */
const up = (program: RestoreProgram, session = account.another(), on = stack): Promise<void> =>
  on.up(session, program, told);
const writes = (): string[] => account.requests("writes");
const restores = () => account.emulator.model.state().restores;

/** Resolves when a request was made so often since the last restore was requested. */
async function polled(times: number): Promise<void> {
  const looks = (): number => {
    const all = account.requests();
    return all.slice(all.lastIndexOf(POST.golden)).filter((r) => r === `GET /servers/${SERVER}/`).length;
  };
  for (let i = 0; i < 2000; i++) {
    if (writes().includes(POST.golden) && looks() >= times) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it was never reached");
}

describe("what happened is known from state alone", () => {
  test("a restore that somebody else has begun is never taken for one's own", async () => {
    account.emulator.outside.startRestore(802);
    await expect(up(back)).rejects.toThrow(
      /is being restored already \(by another run or by somebody else\)/,
    );
    expect([stack.request, stack.completion, writes()]).toEqual([undefined, undefined, []]);
    expect(told.warnings.join("\n")).toMatch(
      /`up` would be refused now: server 12345 .* is being restored already/,
    );

    await account.clock.sleep(20 * MINUTE);
    await up(back);
    expect(writes()).toEqual([POST.golden]);
    expect(restores().map(({ snapshot_id: id }) => id)).toEqual(["802", "801"]);
  });

  test("an earlier one of the same resource that is still running is named, and then replaced", async () => {
    account.emulator.setBehaviour({ neverEndsRestoring: true });
    await expect(up({ ...back, create: "10m" })).rejects.toMatchObject({ code: "WAIT_TIMEOUT" });
    const { requestedAt = "" } = stack.request?.outputs ?? {};

    await expect(up(other)).rejects.toThrow(
      `is being restored already (with snapshot 801, requested by this stack at ${requestedAt} and still running)`,
    );
    expect(stack.request?.outputs.snapshotId).toBe("801");
    expect(writes()).toEqual([POST.golden]);

    account.emulator.setBehaviour({ neverEndsRestoring: null });
    account.emulator.outside.setServer(SERVER, { status: "active" });
    await up(other);
    expect(writes()).toEqual([POST.golden, POST.other]);
    expect(stack.completion?.outputs).toMatchObject({ snapshotId: "802", serverStatus: "active" });
  });

  test("a run that is killed in the wait is followed by one that only waits", async () => {
    void up(back).catch(() => undefined);
    await polled(2);
    const killed = Object.assign(new RestoreStack(), { request: stack.request });
    expect(killed.request?.outputs.answer).toBe("accepted");

    await up(back, account.another(), killed);
    expect(writes()).toEqual([POST.golden]);
    const [ran] = restores();
    const { restoredAt = "" } = killed.completion?.outputs ?? {};
    expect(Date.parse(restoredAt)).toBeGreaterThanOrEqual(Date.parse(ran?.finished_at ?? "never"));

    const before = account.requests().length;
    await up(back, account.another(), killed);
    expect(account.requests()).toHaveLength(before);
  });

  test("one that is killed in the wait, and gone on with a day later, is not requested again", async () => {
    void up(back).catch(() => undefined);
    await polled(1);
    const killed = Object.assign(new RestoreStack(), { request: stack.request });
    await account.clock.sleep(24 * 60 * MINUTE);
    await up(back, account.another(), killed);
    expect(writes()).toEqual([POST.golden]);
    expect(killed.completion?.outputs).toMatchObject({ serverStatus: "active", answer: "accepted" });
  });

  test("after a lost answer, a restore that is seen by a later run only is waited for and called unproven", async () => {
    account.emulator.fault({ match: { method: "POST" }, when: "before", action: { kind: "reset" } });
    const killed = new RestoreStack();
    void up(back, account.another(), killed).catch(() => undefined);
    for (let i = 0; killed.request === undefined && i < 2000; i++)
      await new Promise((resolve) => setImmediate(resolve));
    await account.clock.sleep(30 * MINUTE);
    const later = Object.assign(new RestoreStack(), { request: killed.request });
    account.emulator.outside.startRestore(802);

    await up(back, account.another(), later);
    expect(later.completion?.outputs).toMatchObject({
      answer: "unproven",
      restoredAt: "",
      serverStatus: "active",
    });
    expect(told.warnings.join("\n")).toMatch(/it is not known whether snapshot 801 "golden" .* was restored/);
    expect(writes()).toEqual([POST.golden]);
  });

  test.each([
    ["speaks of another snapshot", { snapshot: { id: 802, name: "other" } }],
    ["speaks of another server", { server: { id: 12346, name: "db", status: "restoring" } }],
    ["says that it went wrong", { status: "error", message: "the disk is full" }],
  ])("an answer that %s confirms nothing", async (_what, changed) => {
    account.emulator.fault({
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
    await up(back);
    expect(stack.request?.outputs.answer).toBe("lost");
    expect(stack.completion?.outputs).toMatchObject({ answer: "unproven", restoredAt: "" });
  });

  test.each([
    ["one stale status right after the request", { status: "active" }],
    ["an answer that speaks of another server", { id: 12346, status: "active" }],
  ])("%s is not its end", async (_what, set) => {
    // Preview and checks look once each, and the first look of the wait sees it restoring.
    const look = { method: "GET", path: "^/servers/12345/$" };
    account.emulator.fault({ match: look, skip: 3, action: { kind: "patch", set } });
    await up(back);
    const restore = account.emulator.model.state().restores[0];
    expect(Date.parse(stack.completion?.outputs.restoredAt ?? "")).toBeGreaterThanOrEqual(
      Date.parse(String(restore?.finished_at)),
    );
  });

  test("a proxy's 404 page proves nothing, and what it hides is recorded and not requested again", async () => {
    account.emulator.fault({
      match: { method: "POST", path: "/restore/$" },
      when: "after",
      action: { kind: "html", status: 404 },
    });
    await up(back);
    expect(stack.request?.outputs.answer).toBe("lost");
    expect(stack.completion?.outputs).toMatchObject({ answer: "accepted", serverStatus: "active" });
    await up(back);
    expect(writes()).toEqual([POST.golden]);
  });

  test("its end is not looked for at another endpoint", async () => {
    void up(back).catch(() => undefined);
    await polled(1);
    const killed = Object.assign(new RestoreStack(), { request: stack.request });
    const elsewhere = { ...account.another(), endpoint: "https://other.example/api/v1" };
    await expect(up(back, elsewhere, killed)).rejects.toThrow(
      `was requested at ${account.emulator.endpoint}, and the endpoint is https://other.example/api/v1 now`,
    );
    expect(killed.completion).toBeUndefined();
  });

  test("a refusal leaves nothing behind, and the next run requests it", async () => {
    account.emulator.setBehaviour({
      busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
    });
    await expect(up(back)).rejects.toThrow(/was not restored: VPS\.org answered 409/);
    expect(stack.request).toBeUndefined();
    await up(back);
    expect(restores()).toHaveLength(1);
  });

  test("only another snapshot or other triggers request it again", async () => {
    await up({ ...back, triggers: ["1"] });
    await up({ ...back, triggers: ["1"], create: "50m" });
    expect(restores()).toHaveLength(1);
    await up({ ...back, triggers: ["2"] });
    expect(restores()).toHaveLength(2);
    await up({ ...other, triggers: ["2"] });
    expect(writes()).toEqual([POST.golden, POST.golden, POST.other]);
  });
});

describe("a renewed snapshot alone restores nothing", () => {
  const renewed = /a renewed snapshot alone does not overwrite server 12345 \(web-server-01\)/;

  test("where it comes from a Snapshot of the program, in this run and in the next", async () => {
    await up({ ...back, linked: true });
    await account.clock.sleep(24 * 60 * MINUTE);
    account.emulator.outside.createSnapshot({ id: 850, serverId: SERVER, name: "release-2" });
    const fresh = { ...back, snapshotId: "850", linked: true };

    await expect(up(fresh)).rejects.toThrow(renewed);
    await expect(up(fresh)).rejects.toThrow(renewed);
    expect(writes()).toEqual([POST.golden]);

    await up({ ...fresh, triggers: ["incident"] });
    expect(restores()).toHaveLength(2);
  });

  test("but one that is older than the last restore does, and so does a literal id", async () => {
    await up({ ...back, linked: true });
    await up({ ...other, linked: true });
    expect(writes()).toEqual([POST.golden, POST.other]);

    await account.clock.sleep(60 * MINUTE);
    account.emulator.outside.createSnapshot({ id: 850, serverId: SERVER, name: "by-hand" });
    await up({ ...back, snapshotId: "850" });
    expect(restores()).toHaveLength(3);
  });

  test("nor one that this very run has made, however the program knows its id", async () => {
    await up(back);
    await account.clock.sleep(60 * MINUTE);
    const session = account.another();
    const inputs = { serverId: SERVER, name: "release-2", waitForCompletion: true };
    const { id } = await createSnapshot(session, inputs, told);
    await expect(up({ ...back, snapshotId: id }, session)).rejects.toThrow(renewed);
    expect(restores()).toHaveLength(1);
  });

  const isUnknown = (value: unknown): boolean => value === "?";

  test("in the preview an unknown id of a Snapshot of the program is refused, another one passes", async () => {
    const open = () => Promise.resolve(account.session);
    const preview = (more: object) =>
      renewedUnseen(open, { ...back }, { ...back, snapshotId: "?", ...more }, isUnknown);
    expect(await preview({})).toEqual([]);
    expect(await preview({ __linked: true, triggers: ["2"] })).toEqual([]);
    expect(await preview({ __linked: true, snapshotId: "801" })).toEqual([]);
    expect(account.requests()).toEqual([]);
    const [failure] = await preview({ __linked: true });
    expect(failure?.reason).toMatch(/changes from 801 to a snapshot that this run makes/);
    expect(failure?.reason).toMatch(renewed);
  });

  test("what the engine asks before it deletes the Snapshot first does not replace it, nor refuse new triggers", async () => {
    await up({ ...back, linked: true });
    const before = account.requests().length;
    // The inputs of the last run, and an id that is not known: new triggers of the program are not among them.
    const asked = { ...back, snapshotId: "?", __linked: true };
    const recorded = stack.request?.outputs ?? assert.fail("nothing is recorded");
    const diff = await diffRequest(() => Promise.resolve(account.session), recorded, asked, isUnknown);
    expect(diff).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
    expect(account.requests()).toHaveLength(before);
  });
});

describe("a serverId", () => {
  const olds = { ...back, serverName: "web-server-01", at: "2026-01-10T09:00:00Z" };

  test("of another server is refused, in another form of the same server it is not", async () => {
    await expect(refuseOtherServer(account.session, olds, "12346")).rejects.toThrow(
      /serverId changes from 12345 to 12346, but snapshot 801 is of server 12345 \(web-server-01\)/,
    );
    await refuseOtherServer(account.session, olds, SERVER);
    await expect(up({ ...back, snapshotId: "803" })).rejects.toThrow(
      "is not of server 12345. Nothing was restored.",
    );
    expect(writes()).toEqual([]);
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
  const replace = (session: Session) =>
    diffSnapshot(
      () => Promise.resolve(session),
      "801",
      { ...recorded, __endpoint: session.endpoint },
      { serverId: SERVER, name: "web-1a2b3c4", triggers: ["2"], waitForCompletion: true, __autoName: "web" },
      () => false,
      told,
      account.emulator.endpoint,
    );

  test("a second restore of the same server is refused by name", async () => {
    const session = account.another();
    await up({ ...back, name: "a" }, session);
    await expect(up({ ...other, name: "b" }, session, new RestoreStack())).rejects.toThrow(
      'server 12345 (web-server-01) would be restored twice in this run, by the resources "a" and "b", and each overwrites ' +
        'all data on it. Keep one of them. "b" was not restored.',
    );
    expect(writes()).toEqual([POST.golden]);
  });

  test("so is a restore of a snapshot that is deleted first", async () => {
    account.emulator.outside.fillServer(SERVER);
    const session = account.another();
    expect(await replace(session)).toMatchObject({ deleteBeforeReplace: true });
    await expect(up(back, session)).rejects.toThrow(
      /snapshot 801 is deleted first in this run \(its replacement needs its slot\), so "back" could not restore it/,
    );
    expect(writes()).toEqual([]);
  });

  test("and the deletion of one that is to be restored", async () => {
    account.emulator.outside.fillServer(SERVER);
    const session = account.another();
    session.restores.plan("back", {
      resource: "back",
      serverId: SERVER,
      serverName: "web",
      snapshotId: "801",
    });
    await expect(replace(session)).rejects.toThrow(/snapshot 801 is deleted first in this run/);
  });

  test("with a free slot both are done", async () => {
    const session = account.another();
    expect(await replace(session)).toMatchObject({ deleteBeforeReplace: false });
    await up(back, session);
    expect(restores()).toHaveLength(1);
  });

  test("a snapshot of the server is taken when its restore has ended", async () => {
    const session = account.another();
    const restoring = up(back, session);
    await polled(1);
    const inputs = { serverId: SERVER, name: "after", waitForCompletion: true };
    const taken = createSnapshot(session, inputs, told);
    const elsewhere = createSnapshot(session, { ...inputs, serverId: "12346" }, told);
    await Promise.all([restoring, taken, elsewhere]);

    const made = account.emulator.model
      .state()
      .snapshots.find(({ name, server }) => name === "after" && String(server.id) === SERVER);
    const [ran] = restores();
    expect(Date.parse(made?.created_at ?? "")).toBeGreaterThanOrEqual(
      Date.parse(ran?.finished_at ?? "never"),
    );
    expect(told.infos.join("\n")).toContain(
      "is being restored by this run: the snapshot is taken when that has ended",
    );
  });

  test("a restore is requested when the snapshots of its server that this run takes are completed", async () => {
    const session = account.another();
    const taken = createSnapshot(
      session,
      { serverId: SERVER, name: "before", waitForCompletion: true },
      told,
    );
    for (let i = 0; !writes().includes("POST /snapshots/") && i < 2000; i++)
      await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([taken, up(back, session)]);
    expect(writes()).toEqual(["POST /snapshots/", POST.golden]);
    const [ran] = restores();
    const made = account.emulator.model.state().snapshots.find(({ name }) => name === "before");
    expect(made?.status).toBe("completed");
    expect(Date.parse(ran?.started_at ?? "")).toBeGreaterThan(
      Date.parse(made?.created_at ?? "") + 2 * MINUTE,
    );
  });
});

describe("a safety snapshot", () => {
  const safe: RestoreProgram = { ...back, safetySnapshot: true };

  test("is taken first, kept, and belongs to one intent", async () => {
    await up(safe);
    expect(writes()).toEqual(["POST /snapshots/", POST.golden]);
    const first = stack.safety;
    expect(first?.outputs).toMatchObject({ snapshotId: "801", status: "completed" });
    expect(first?.outputs.name).toMatch(/^before-restore-801-\d{8}T\d{6}Z$/);
    expect(stack.completion?.outputs.safetySnapshotId).toBe(first?.id);

    await up(safe);
    expect(writes()).toHaveLength(2);
    await up({ ...safe, triggers: ["2"] });
    expect(stack.safety?.id).not.toBe(first?.id);
    expect(account.emulator.model.state().snapshots.map(({ id }) => String(id))).toContain(first?.id);
  });

  test("is not taken where the restore after it would be refused", async () => {
    account.emulator.outside.startRestore(802);
    await expect(up(safe)).rejects.toThrow(/is being restored already/);
    await account.clock.sleep(20 * MINUTE);
    await expect(up({ ...safe, snapshotId: "803" })).rejects.toThrow(/is not of server/);
    expect(writes()).toEqual([]);
  });

  test("whose wait ends early is recorded, and gone on with", async () => {
    account.emulator.setBehaviour({ neverCompletes: true });
    await expect(up(safe)).rejects.toThrow(/is still "in_progress" after 30 minutes.*Nothing was restored/s);
    expect([stack.safety?.outputs.completedAt, stack.request]).toEqual(["", undefined]);

    account.emulator.setBehaviour({ neverCompletes: null });
    account.emulator.outside.setSnapshot(stack.safety?.id ?? "", { status: "completed" });
    await up(safe);
    expect(writes()).toEqual(["POST /snapshots/", POST.golden]);
  });

  test("that failed is replaced by another one before anything is restored", async () => {
    account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await expect(up(safe)).rejects.toThrow(
      /ended as "failed".*The next `pulumi up` takes another one and leaves this one.*Nothing was restored/s,
    );
    account.emulator.setBehaviour({ finalSnapshotStatus: null });
    await up(safe);
    expect(writes()).toEqual(["POST /snapshots/", "POST /snapshots/", POST.golden]);
    expect(stack.safety?.outputs.status).toBe("completed");
  });

  test("of over an hour ago is refused, and says how to have a new one taken", async () => {
    account.emulator.setBehaviour({
      busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
    });
    await expect(up(safe)).rejects.toThrow(/answered 409/);
    await account.clock.sleep(90 * MINUTE);
    await expect(up(safe)).rejects.toThrow(
      /was completed 1 hour 30 minutes ago and may not hold the present state\. Have a new one taken/,
    );
    expect(restores()).toEqual([]);
  });

  test("of an earlier run is used, and what it does not hold is said before the request", async () => {
    account.emulator.setBehaviour({
      busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
    });
    await expect(up(safe)).rejects.toThrow(/answered 409/);
    expect(told.warnings.join("\n")).not.toContain("by an earlier run");
    await account.clock.sleep(20 * MINUTE);
    await up(safe);
    expect(told.warnings.join("\n")).toMatch(
      /safety snapshot 804 "before-restore-\S+" was completed 20 minutes ago, by an earlier run: what was written to the server since then is in no snapshot\./,
    );
    expect(restores()).toHaveLength(1);
  });

  test.each([
    [
      "is gone",
      () => account.emulator.outside.deleteSnapshot("804"),
      /safety snapshot 804 .* is not on the server any more/,
    ],
    [
      "is not complete any more",
      () => account.emulator.outside.setSnapshot("804", { status: "failed" }),
      /safety snapshot 804 .* is "failed"/,
    ],
  ])(
    "that %s by the next run is no way back: nothing is restored without one",
    async (_what, meddle, says) => {
      account.emulator.setBehaviour({
        busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
      });
      await expect(up(safe)).rejects.toThrow(/answered 409/);
      account.emulator.clearRequests();
      meddle();
      await account.clock.sleep(MINUTE);

      await expect(up(safe)).rejects.toThrow(says);

      expect(writes()).toEqual([]);
    },
  );

  test("that a killed run has left on the server is said by the next one, and so is a used one", async () => {
    const left = { serverId: "12345", name: "before-restore-801-20260115T115500Z" };
    account.emulator.outside.createSnapshot({ id: "790", ...left, createdAt: "2026-01-15T11:55:00Z" });

    await up(safe);

    expect(told.warnings.join("\n")).toMatch(
      /snapshot 790 "before-restore-801-20260115T115500Z" .* is a safety snapshot of an earlier run.*`npx --no-install pulumi-vpsorg delete 790`/,
    );
  });

  test("whose outcome is not known says nothing that a restore cannot do", async () => {
    account.emulator.fault({ match: { method: "POST", path: "^/snapshots/$" }, action: { kind: "reset" } });

    const error = await up(safe).catch((reason: unknown) => reason as Error);

    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect((error as Error).message).not.toContain("import:");
    expect(writes()).toEqual(["POST /snapshots/"]);
  });

  test("of another intent is refused", async () => {
    await up(safe);
    const { safety } = stack;
    // A run with --target on the request alone leaves the safety snapshot as it was.
    const session = account.another();
    const reference = { id: safety?.id ?? "", ...safety?.outputs, triggers: ["2"] } as never;
    await expect(createRequest(session, { ...back, safety: reference }, told)).rejects.toThrow(
      /was taken for another restore/,
    );
    expect(restores()).toHaveLength(1);
  });

  test("taken after the restore is not called the way back from it", async () => {
    await up(back);
    await account.clock.sleep(MINUTE);
    await up(safe);
    const { safety, request } = stack;
    const later = { ...request?.outputs, safety: { id: safety?.id, ...safety?.outputs } } as never;
    expect(droppedRequest(updateRequest(later, later))).toMatch(/that changes nothing on the server\.$/);

    await up({ ...safe, triggers: ["2"] });
    expect(droppedRequest(stack.request?.outputs as never)).toContain(
      `\`npx --no-install pulumi-vpsorg restore ${stack.safety?.id ?? ""}\` brings it back.`,
    );
  });
});
