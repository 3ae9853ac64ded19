import { Model, Refusal, type ModelOptions } from ".";

/** A model on a clock that stands still until it is moved. */
function simulated(options: ModelOptions = {}) {
  let now = Date.parse("2025-01-15T18:30:00Z");
  const model = new Model({ ...options, now: () => now });
  return { model, pass: (ms: number) => void (now += ms) };
}

const MINUTE = 60_000;
const create = (model: Model, name = "a", serverId: number | string = 12345) =>
  model.createSnapshot({ serverId, name });

function refusal(act: () => unknown): { status: number; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error("it was not refused");
}

describe("durations", () => {
  test.each([
    [10, 3, 5],
    [20, 3, 5],
    [260, 6.5, 10],
    [500, 10, 15],
    [2000, 10, 15],
  ])("a disk of %i GB takes %f minutes to snapshot and %f to restore", (diskGb, createMin, restoreMin) => {
    const { model } = simulated({ servers: [{ id: 1, name: "s", diskGb }] });
    const [server] = model.state().servers;
    expect(server).toMatchObject({ create_ms: createMin * MINUTE, restore_ms: restoreMin * MINUTE });
  });

  test("a server's own durations go first, and the speed divides all", () => {
    const servers = [{ id: 1, name: "s", createMs: 1000, restoreMs: 4000 }];
    const { model } = simulated({ servers, speed: 10 });
    expect(model.state().servers[0]).toMatchObject({ create_ms: 100, restore_ms: 400 });
  });
});

describe("behaviour", () => {
  test("listLagMs hides a new snapshot from lists, but it is there and counts", () => {
    const { model, pass } = simulated({ behaviour: { listLagMs: 500 } });
    const { id } = create(model);
    expect([model.listSnapshots().length, model.state().snapshots.length]).toEqual([0, 1]);
    pass(500);
    expect(model.listSnapshots()).toHaveLength(1);
    model.deleteSnapshot(id);
    expect(model.state().snapshots).toEqual([]);
  });

  test("restoringLagMs shows the old status at first, yet a second restore is refused", () => {
    const { model, pass } = simulated({ behaviour: { restoringLagMs: 500 } });
    const id = model.outside.createSnapshot({ serverId: 12345, name: "a" });
    model.restoreSnapshot(id);
    expect(model.getServer(12345).status).toBe("active");
    expect(refusal(() => model.restoreSnapshot(id)).status).toBe(400);
    pass(500);
    expect(model.getServer(12345).status).toBe("restoring");
  });

  test("intermediate and final words can be any", () => {
    const behaviour = {
      intermediateStatus: "queued",
      finalSnapshotStatus: "weird",
      finalServerStatus: "odd",
    };
    const { model, pass } = simulated({ behaviour });
    expect(create(model).status).toBe("queued");
    pass(10 * MINUTE);
    expect(model.listSnapshots()).toMatchObject([{ status: "weird", size_mb: null }]);
    model.restoreSnapshot(model.outside.createSnapshot({ serverId: 12345, name: "good" }));
    pass(15 * MINUTE);
    expect(model.getServer(12345).status).toBe("odd");
  });

  test("what never ends does so once it is switched off", () => {
    const { model, pass } = simulated({ behaviour: { neverCompletes: true, neverEndsRestoring: true } });
    create(model, "slow", 12346);
    model.restoreSnapshot(model.outside.createSnapshot({ serverId: 12345, name: "good" }));
    pass(1000 * MINUTE);
    expect(model.listSnapshots("12346")).toMatchObject([{ status: "in_progress" }]);
    expect(model.getServer(12345).status).toBe("restoring");
    model.setBehaviour({ neverCompletes: null, neverEndsRestoring: null });
    expect(model.listSnapshots("12346")).toMatchObject([{ status: "completed" }]);
    expect(model.getServer(12345).status).toBe("active");
  });

  test("a switch turned later does not change what had ended before", () => {
    const { model, pass } = simulated();
    create(model);
    pass(10 * MINUTE);
    model.setBehaviour({ finalSnapshotStatus: "failed" });
    expect(model.listSnapshots()).toMatchObject([{ status: "completed" }]);
  });

  test("one server can differ from the others", () => {
    const { model, pass } = simulated();
    model.outside.setServer(12345, { behaviour: { finalSnapshotStatus: "failed" } });
    create(model, "a", 12345);
    create(model, "b", 12346);
    pass(10 * MINUTE);
    expect(model.listSnapshots().map(({ status }) => status)).toEqual(["completed", "failed"]);
  });

  test("uniqueNames refuses a name twice on one server", () => {
    const { model } = simulated({ behaviour: { uniqueNames: true } });
    create(model, "a", 12345);
    create(model, "a", 12346);
    expect(refusal(() => create(model, "a", 12345)).status).toBe(400);
  });

  test("busy refuses so many times", () => {
    const { model } = simulated();
    const id = model.outside.createSnapshot({ serverId: 12345, name: "a" });
    model.setBehaviour({ busy: { operations: ["delete"], status: 423, times: 2 } });
    expect(create(model, "b").name).toBe("b");
    const busy = { status: 423, message: "Server is busy" };
    expect(refusal(() => model.deleteSnapshot(id))).toEqual(busy);
    expect(refusal(() => model.deleteSnapshot(id))).toEqual(busy);
    model.deleteSnapshot(id);
    expect(model.listSnapshots().map(({ name }) => name)).toEqual(["b"]);
  });

  test("busy refuses for so long, on one server only", () => {
    const { model, pass } = simulated();
    model.outside.setServer(12345, { behaviour: { busy: { forMs: 1000, status: 400 } } });
    create(model, "a", 12346);
    expect(refusal(() => create(model)).status).toBe(400);
    pass(1000);
    expect(create(model).name).toBe("a");
  });

  test("filterWorks ignores the filter or breaks it", () => {
    const { model } = simulated();
    create(model, "a", 12345);
    create(model, "b", 12346);
    model.setBehaviour({ filterWorks: false });
    expect(model.listSnapshots("12345")).toHaveLength(2);
    model.setBehaviour({ filterWorks: "broken" });
    expect(model.listSnapshots("12345")).toEqual([]);
    expect(model.listSnapshots()).toHaveLength(2);
  });

  test("uuidIds gives and takes UUIDs instead of numbers", () => {
    const { model } = simulated({ behaviour: { uuidIds: true } });
    const serverId = model.listServers()[0]?.id ?? "";
    expect(serverId).toBe("00000000-0000-4000-8000-000000012345");
    const { id, server } = create(model, "a", serverId);
    expect([id, server.id]).toEqual(["00000000-0000-4000-8000-000000000801", serverId]);
    expect(model.listSnapshots(serverId)).toHaveLength(1);
    expect(refusal(() => model.deleteSnapshot(801)).status).toBe(404);
    model.deleteSnapshot(id);
    expect(model.listSnapshots()).toEqual([]);
  });

  test("uuidIds can show numbers and take both forms", () => {
    const { model } = simulated({ behaviour: { uuidIds: "accepted" } });
    const uuid = "00000000-0000-4000-8000-000000012345";
    const { id, server } = create(model, "a", uuid);
    expect([id, server.id, model.getServer(uuid).id]).toEqual([801, 12345, 12345]);
    expect(model.listSnapshots(uuid)).toEqual(model.listSnapshots(12345));
    expect(model.listSnapshots(uuid)).toHaveLength(1);
    model.deleteSnapshot("00000000-0000-4000-8000-000000000801");
    expect(model.listSnapshots()).toEqual([]);
  });

  test("listOrder and wholeSeconds", () => {
    const { model, pass } = simulated({ behaviour: { listOrder: "oldestFirst" } });
    pass(250);
    create(model, "a");
    create(model, "b");
    expect(model.listSnapshots().map(({ name }) => name)).toEqual(["a", "b"]);
    expect(model.listSnapshots()[0]?.created_at).toBe("2025-01-15T18:30:00.250Z");
    model.setBehaviour({ wholeSeconds: true });
    expect(model.listSnapshots()[0]?.created_at).toBe("2025-01-15T18:30:00Z");
  });
});

describe("other people", () => {
  test("create past the limit, change, and delete", () => {
    const { model } = simulated();
    expect(model.outside.fillServer(12345)).toEqual([801, 802, 803, 804, 805]);
    const id = model.outside.createSnapshot({ serverId: 12345, name: "sixth", sizeMb: 7, status: "odd" });
    expect(model.state().snapshots).toHaveLength(6);
    model.outside.setSnapshot(id, { name: "renamed", createdAt: "2024-01-01T00:00:00Z" });
    expect(model.listSnapshots().at(-1)).toMatchObject({
      name: "renamed",
      status: "odd",
      size_mb: 7,
      created_at: "2024-01-01T00:00:00Z",
    });
    expect([model.outside.deleteSnapshot(id), model.outside.deleteSnapshot(id)]).toEqual([true, false]);
  });

  test("a status they set ends what was under way", () => {
    const { model, pass } = simulated();
    const { id } = create(model, "a", 12346);
    model.outside.setSnapshot(id, { status: "failed" });
    model.outside.startRestore(model.outside.createSnapshot({ serverId: 12345, name: "good" }));
    expect(model.getServer(12345).status).toBe("restoring");
    model.outside.setServer(12345, { status: "stopped" });
    pass(100 * MINUTE);
    expect(model.listSnapshots("12346")).toMatchObject([{ status: "failed" }]);
    expect(model.getServer(12345).status).toBe("stopped");
  });

  test("a restore that they start ends the one that was under way", () => {
    const { model, pass } = simulated();
    const id = model.outside.createSnapshot({ serverId: 12345, name: "good" });
    const unfinished = create(model, "unfinished");
    model.outside.startRestore(id);
    pass(MINUTE);
    model.outside.startRestore(unfinished.id);
    expect(model.state().restores.map(({ finished_at }) => finished_at)).toEqual([model.state().now, null]);
    expect(model.getServer(12345).status).toBe("restoring");
    pass(100 * MINUTE);
    expect(model.getServer(12345).status).toBe("active");
  });

  test("add and remove servers, with their snapshots", () => {
    const { model } = simulated();
    model.outside.addServer({ id: "f00d", name: "new" });
    create(model, "a", "f00d");
    expect(model.listSnapshots("f00d")).toHaveLength(1);
    model.outside.removeServer("f00d");
    expect(model.listSnapshots()).toEqual([]);
    expect(refusal(() => model.getServer("f00d")).status).toBe(404);
    expect(() => model.outside.fillServer("f00d")).toThrow("there is no server f00d");
  });

  test("seeds start in progress or finished", () => {
    const snapshots = [
      { id: 5, serverId: 12345, name: "old", createdAt: "2024-05-01T00:00:00Z" },
      { serverId: 12345, name: "now", status: "in_progress" },
    ];
    const { model, pass } = simulated({ snapshots });
    expect(model.listSnapshots()).toMatchObject([
      { id: 801, status: "in_progress", size_mb: null },
      { id: 5, status: "completed", size_mb: 5120 },
    ]);
    pass(3 * MINUTE);
    expect(model.listSnapshots()[0]?.status).toBe("completed");
  });
});
