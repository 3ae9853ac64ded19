import {
  createRequest,
  droppedRequest,
  updateRequest,
} from "../../../provider/core/restore/resources/request";
import { back, POST, RestoreFixture } from "./restore-fixture";
import type { RestoreProgram } from "./restore-stack";
import { startOperation } from "../../../provider/core/operation";

const MINUTE = 60_000;
const fixture = new RestoreFixture();

describe("a safety snapshot", () => {
  const safe: RestoreProgram = { ...back, safetySnapshot: true };

  test("is taken first, kept, and belongs to one intent", async () => {
    await fixture.up(safe);
    expect(fixture.writes()).toEqual(["POST /snapshots/", POST.golden]);
    const first = fixture.stack.safety;
    expect(first?.outputs).toMatchObject({ snapshotId: "801", status: "completed" });
    expect(first?.outputs.name).toMatch(/^before-restore-801-\d{8}T\d{6}Z$/);
    expect(fixture.stack.completion?.outputs.safetySnapshotId).toBe(first?.id);

    await fixture.up(safe);
    expect(fixture.writes()).toHaveLength(2);
    await fixture.up({ ...safe, triggers: ["2"] });
    expect(fixture.stack.safety?.id).not.toBe(first?.id);
    expect(fixture.account.emulator.model.state().snapshots.map(({ id }) => String(id))).toContain(first?.id);
  });

  test("is not taken where the restore after it would be refused", async () => {
    fixture.account.emulator.outside.startRestore(802);
    await expect(fixture.up(safe)).rejects.toThrow(/is being restored already/);
    await fixture.account.clock.sleep(20 * MINUTE);
    await expect(fixture.up({ ...safe, snapshotId: "803" })).rejects.toThrow(/is not of server/);
    expect(fixture.writes()).toEqual([]);
  });

  test("whose wait ends early is recorded, and gone on with", async () => {
    fixture.account.emulator.setBehaviour({ neverCompletes: true });
    await expect(fixture.up(safe)).rejects.toThrow(
      /is still "in_progress" after 30 minutes.*Nothing was restored/s,
    );
    expect([fixture.stack.safety?.outputs.completedAt, fixture.stack.request]).toEqual(["", undefined]);

    fixture.account.emulator.setBehaviour({ neverCompletes: null });
    fixture.account.emulator.outside.setSnapshot(fixture.stack.safety?.id ?? "", { status: "completed" });
    await fixture.up(safe);
    expect(fixture.writes()).toEqual(["POST /snapshots/", POST.golden]);
  });

  test("whose wait ended before any list showed it is not taken for deleted by the next run", async () => {
    fixture.account.emulator.setBehaviour({ listLagMs: 45_000 });
    fixture.account.emulator.fault({
      ...{ match: { method: "GET", path: "^/snapshots/$" }, skip: 1, times: 1 },
      action: { kind: "status", status: 401 },
    });
    await expect(fixture.up(safe)).rejects.toThrow(/its progress cannot be read/);

    await fixture.up(safe);

    expect(fixture.writes()).toEqual(["POST /snapshots/", POST.golden]);
  });

  test("that failed is replaced by another one before anything is restored", async () => {
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    await expect(fixture.up(safe)).rejects.toThrow(
      /ended as "failed".*The next `pulumi up` takes another one and leaves this one.*Nothing was restored/s,
    );
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: null });
    await fixture.up(safe);
    expect(fixture.writes()).toEqual(["POST /snapshots/", "POST /snapshots/", POST.golden]);
    expect(fixture.stack.safety?.outputs.status).toBe("completed");
  });

  test("of over an hour ago is refused, and says how to have a new one taken", async () => {
    fixture.account.emulator.setBehaviour({
      busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
    });
    await expect(fixture.up(safe)).rejects.toThrow(/answered 409/);
    await fixture.account.clock.sleep(90 * MINUTE);
    await expect(fixture.up(safe)).rejects.toThrow(
      /was completed 1 hour 30 minutes ago and may not hold the present state\. Have a new one taken/,
    );
    expect(fixture.restores()).toEqual([]);
  });

  test("of an earlier run is used, and what it does not hold is said before the request", async () => {
    fixture.account.emulator.setBehaviour({
      busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
    });
    await expect(fixture.up(safe)).rejects.toThrow(/answered 409/);
    expect(fixture.told.warnings.join("\n")).not.toContain("by an earlier run");
    await fixture.account.clock.sleep(20 * MINUTE);
    await fixture.up(safe);
    expect(fixture.told.warnings.join("\n")).toMatch(
      /safety snapshot 804 "before-restore-\S+" was completed 20 minutes ago, by an earlier run: what was written to the server since then is in no snapshot\./,
    );
    expect(fixture.restores()).toHaveLength(1);
  });

  test.each([
    [
      "is gone",
      () => fixture.account.emulator.outside.deleteSnapshot("804"),
      /safety snapshot 804 .* is not on the server any more/,
    ],
    [
      "is not complete any more",
      () => fixture.account.emulator.outside.setSnapshot("804", { status: "failed" }),
      /safety snapshot 804 .* is "failed"/,
    ],
  ])(
    "that %s by the next run is no way back: nothing is restored without one",
    async (_what, meddle, says) => {
      fixture.account.emulator.setBehaviour({
        busy: { status: 409, text: "Server is busy", operations: ["restore"], times: 1 },
      });
      await expect(fixture.up(safe)).rejects.toThrow(/answered 409/);
      fixture.account.emulator.clearRequests();
      meddle();
      await fixture.account.clock.sleep(MINUTE);

      await expect(fixture.up(safe)).rejects.toThrow(says);

      expect(fixture.writes()).toEqual([]);
    },
  );

  test("that a killed run has left on the server is said by the next one, and so is a used one", async () => {
    const left = { serverId: "12345", name: "before-restore-801-20260115T115500Z" };
    fixture.account.emulator.outside.createSnapshot({
      id: "790",
      ...left,
      createdAt: "2026-01-15T11:55:00Z",
    });

    await fixture.up(safe);

    expect(fixture.told.warnings.join("\n")).toMatch(
      /snapshot 790 "before-restore-801-20260115T115500Z" .* is a safety snapshot of an earlier run.*`npx --no-install pulumi-vpsorg delete 790`/,
    );
  });

  test("whose outcome is not known says nothing that a restore cannot do", async () => {
    fixture.account.emulator.fault({
      match: { method: "POST", path: "^/snapshots/$" },
      action: { kind: "reset" },
    });

    const error = await fixture.up(safe).catch((reason: unknown) => reason as Error);

    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect((error as Error).message).not.toContain("import:");
    expect(fixture.writes()).toEqual(["POST /snapshots/"]);
  });

  test("of another intent is refused", async () => {
    await fixture.up(safe);
    const { safety } = fixture.stack;
    // A run with --target on the request alone leaves the safety snapshot as it was.
    const session = fixture.account.another();
    const reference = { id: safety?.id ?? "", ...safety?.outputs, triggers: ["2"] } as never;
    await expect(
      createRequest(startOperation(session, fixture.told), { ...back, safety: reference }),
    ).rejects.toThrow(/was taken for another restore/);
    expect(fixture.restores()).toHaveLength(1);
  });

  test("taken after the restore is not called the way back from it", async () => {
    await fixture.up(back);
    await fixture.account.clock.sleep(MINUTE);
    await fixture.up(safe);
    const { safety, request } = fixture.stack;
    const later = { ...request?.outputs, safety: { id: safety?.id, ...safety?.outputs } } as never;
    expect(droppedRequest(updateRequest(later, later))).toMatch(/that changes nothing on the server\.$/);

    await fixture.up({ ...safe, triggers: ["2"] });
    expect(droppedRequest(fixture.stack.request?.outputs as never)).toContain(
      `\`npx --no-install pulumi-vpsorg restore ${fixture.stack.safety?.id ?? ""}\` brings it back.`,
    );
  });
});
