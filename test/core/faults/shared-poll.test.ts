import { createSnapshot } from "../../../provider/core/snapshot/create";
import { InitError } from "../../../provider/core/init-error";
import { errorOf, valueOf } from "./outcome";
import type { Outcome } from "./outcome";
import { singleStage } from "./single-stage";
import { count, inputs } from "./stage";
import type { Stage } from "./stage";

const { open, attempt } = singleStage();

const lists = (stage: Stage): number => count(stage, "GET", /^\/snapshots\/$/);

function createAll(stage: Stage, servers: readonly string[], perServer: number): Promise<Outcome[]> {
  const wanted = servers.flatMap((serverId) =>
    Array.from({ length: perServer }, (_, i) => ({ ...inputs, serverId, name: `batch-${serverId}-${i}` })),
  );
  return Promise.all(wanted.map((each) => attempt(() => createSnapshot(stage.operation, each))));
}

test("waits on many snapshots share one poll", async () => {
  const one = await open({ seeded: false });
  (await createAll(one, ["12345"], 1)).forEach(valueOf);
  const alone = lists(one);
  await one.close();

  const many = await open({ seeded: false });
  (await createAll(many, ["12345", "12346", "12347", "12348"], 4)).forEach(valueOf);

  expect(many.emulator.model.listSnapshots()).toHaveLength(2 + 16);
  expect(lists(many)).toBeLessThanOrEqual(alone + 2);
});

test("one of them that vanishes ends its own wait only", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.fault({
    match: { method: "GET", path: "^/snapshots/$" },
    skip: 3,
    action: { kind: "run", effect: { action: "deleteSnapshot", id: "802" } },
  });
  const all = await createAll(stage, ["12345"], 3);
  const failures = all.filter(({ ok }) => !ok).map(errorOf);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toBeInstanceOf(InitError);
  expect(failures[0]).toMatchObject({ id: "802", outputs: { status: "missing" } });
  expect(stage.emulator.model.listSnapshots("12345").map(({ id, status }) => [id, status])).toEqual([
    [803, "completed"],
    [801, "completed"],
    [702, "completed"],
  ]);
});

test("a list that fails for a while delays all and ends none", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.fault({
    match: { method: "GET", path: "^/snapshots/$" },
    skip: 2,
    times: 4,
    action: { kind: "status", status: 502 },
  });
  const all = await createAll(stage, ["12345", "12346"], 2);
  for (const made of all) expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
});

test("a create that the API put off for long is looked at from when it was accepted", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ busy: { status: 409, text: "Server is busy", forMs: 4 * 60_000 } });
  valueOf(await attempt(() => createSnapshot(stage.operation, { ...inputs, __timeouts: {} })));

  const posted = stage.emulator.requests().findLastIndex(({ method }) => method === "POST");
  const [accepted, ...looks] = stage.emulator
    .requests()
    .slice(posted)
    .map(({ at }) => at);
  expect(looks.map((at) => (at - (accepted ?? 0)) / 1000)).toEqual([30, 60, 90, 120, 150, 180]);
});
