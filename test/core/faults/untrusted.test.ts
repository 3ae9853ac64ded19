import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import { CANARY, tell } from "../../tools/support/account";
import type { Fault } from "../../tools/emulator";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, NEW, OURS, ours, posts, recorded } from "./stage";
import { startOperation } from "../../../provider/core/operation";

// That no token shows anywhere is checked after every test, here as in the matrix.
const { open, attempt, removes } = singleStage();

const LISTS = { method: "GET", path: "^/snapshots/$" };

describe("an answer that echoes the token does not spread it", () => {
  test.each<[string, Fault["action"]]>([
    ["in a redirect", { kind: "redirect", location: `http://127.0.0.1:9/login?token=${CANARY}` }],
    ["in the request id", { kind: "status", status: 400, headers: { "x-request-id": `for-${CANARY}` } }],
    ["in an error body", { kind: "status", status: 400, body: { detail: `bad token ${CANARY}` } }],
    ["in a next page", { kind: "next", url: `http://127.0.0.1:9/?page=2&token=${CANARY}` }],
    ["in a next page's host", { kind: "next", url: `http://${CANARY}.example/?page=2` }],
    ["in a status word", { kind: "patch", set: { "results.*.status": `stuck for ${CANARY}` } }],
    ["in a text instead of JSON", { kind: "replaceBody", body: `Bearer ${CANARY} is not JSON` }],
  ])("%s", async (_where, action) => {
    const stage = await open();
    stage.emulator.fault({ match: LISTS, times: 0, action });
    const outcome = await attempt(() => readSnapshot(stage.operation, OURS, recorded));
    expect(JSON.stringify(outcome.ok ? outcome.value : outcome.error.message)).not.toContain(CANARY);
  });
});

test("control characters of an answer reach neither messages nor state", async () => {
  const stage = await open({ seeded: false });
  const evil = "\u001b]0;owned\u0007in\u202eprogress\u009b2J";
  stage.emulator.fault({
    match: LISTS,
    skip: 1,
    action: { kind: "patch", set: { "results.*.status": evil } },
  });
  const { outputs } = valueOf(await attempt(() => createSnapshot(stage.operation, inputs))) as Awaited<
    ReturnType<typeof createSnapshot>
  >;
  expect(outputs.status).toBe("completed");
  expect(stage.told.warnings.join()).toContain('has the status "]0;ownedinprogress2J"');
});

test("control characters of an error body reach no message", async () => {
  const stage = await open();
  const body = { detail: "no\u001b[2J\r\nInjected: line\u0007" };
  stage.emulator.fault({ match: { method: "DELETE" }, action: { kind: "status", status: 400, body } });
  const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  expect(failed.message).toContain("no[2J Injected: line");
});

test("an id of the state cannot lead a request to another path", async () => {
  const stage = await open();
  const evil = "702/../../servers/12345?x=#";
  await deleteSnapshot(startOperation(stage.session, tell()), evil, recorded).catch(() => undefined);
  const encoded = `DELETE /snapshots/${encodeURIComponent(evil)}/`;
  // Refused before it is sent, or sent as one encoded segment of the path.
  expect(stage.requests("writes").filter((request) => request !== encoded)).toEqual([]);
  expect(stage.emulator.model.listServers()).toHaveLength(4);
});

test("a 404 to everything, as JSON, is a gateway's and deletes nothing from the state", async () => {
  const stage = await open();
  const body = { message: "no Route matched with those values" };
  stage.emulator.fault({ match: {}, times: 0, action: { kind: "status", status: 404, body } });
  const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  expect(failed.message).toMatch(/was not deleted, or it is not known whether it was: .*no Route matched/);
  expect(ours(stage)).toHaveLength(1);
});

describe("a 200 to a DELETE", () => {
  const ok = { kind: "status", status: 200, body: { status: "error", message: "locked" } } as const;

  test("of what the lists still show is no proof", async () => {
    const stage = await open();
    stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action: ok });
    const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    expect(failed.message).toMatch(/was not deleted, or it is not known whether it was: .*204 without one/);
    expect(ours(stage)).toHaveLength(1);
  });

  test("of what the lists do not show any more is done", async () => {
    const stage = await open();
    stage.emulator.fault({ match: { method: "DELETE" }, when: "after", action: ok });
    valueOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    expect([ours(stage), stage.requests("writes")]).toEqual([[], [`DELETE /snapshots/${OURS}/`]]);
  });
});

test("a 404 to a DELETE of what every list shows is no proof", async () => {
  const stage = await open();
  stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action: { kind: "status", status: 404 } });
  const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  expect(failed.message).toContain("was not deleted, or it is not known whether it was");
  expect(ours(stage)).toHaveLength(1);
});

test("a 404 to a DELETE is believed when the lists, which lag, show it no longer", async () => {
  const stage = await open();
  removes(OURS);
  const effect = { action: "deleteSnapshot", id: OURS } as const;
  stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action: { kind: "status", status: 404 } });
  stage.emulator.fault({ match: LISTS, skip: 3, action: { kind: "run", effect } });
  valueOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  expect(stage.requests("writes")).toEqual([`DELETE /snapshots/${OURS}/`]);
  expect(stage.told.warnings).toEqual([]);
});

test("JSON that is nested without end is refused, not parsed", async () => {
  const stage = await open();
  stage.emulator.fault({ match: LISTS, times: 0, action: { kind: "deep", depth: 100_000 } });
  const failed = errorOf(await attempt(() => readSnapshot(stage.operation, OURS, recorded)));
  expect(failed.message).toContain("its JSON is nested deeper than 32 levels");
});

test("a 201 that says completed proves nothing while no list shows the snapshot", async () => {
  const stage = await open({ seeded: false });
  const status = { kind: "patch", set: { status: "completed", size_mb: 1, id: 777 } } as const;
  stage.emulator.fault({ match: { method: "POST" }, action: status });

  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));

  expect(failed).toMatchObject({ code: "NOT_FOUND", outputs: { status: "in_progress" } });
  expect(failed.message).toContain("no list has shown it");
});

describe("a 201 that speaks of another snapshot confirms nothing", () => {
  const speaksOf = (set: Record<string, unknown>): Fault => ({
    match: { method: "POST" },
    when: "after",
    action: { kind: "patch", set },
  });

  test.each<[string, Record<string, unknown>]>([
    ["that was there before", { id: 702, name: "someone-elses", status: "completed" }],
    ["that was there before, under the new name", { id: 702 }],
    ["of another server", { "server.id": 12346 }],
    ["of another name", { name: "nightly" }],
  ])("%s: the new one is found in the list, and nothing else is taken for it", async (_what, set) => {
    const stage = await open({ seeded: false });
    stage.emulator.fault(speaksOf(set));
    const made = valueOf(await attempt(() => createSnapshot(stage.operation, inputs)));
    expect(made).toMatchObject({ id: NEW, outputs: { name: inputs.name, status: "completed" } });
    expect(posts(stage)).toBe(1);
    expect(stage.told.infos.join()).toContain(
      "VPS.org's answer to POST /snapshots/ cannot be used: it speaks of snapshot",
    );
  });

  test("and where none was made, the old one is not recorded as the new one", async () => {
    const stage = await open();
    const old = {
      id: 701,
      name: "web-1a2b3c4",
      status: "completed",
      server: { id: 12345, name: "web-server-01" },
    };
    const body = { ...old, size_mb: 5120, created_at: "2026-01-10T08:00:00Z", message: "Snapshot started" };
    stage.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 201, body } });
    const failed = errorOf(
      await attempt(() => createSnapshot(stage.operation, { ...inputs, name: "web-9f8e7d6" })),
    );
    expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(failed.message).toMatch(/it speaks of snapshot 701 "web-1a2b3c4"/);
  });
});
