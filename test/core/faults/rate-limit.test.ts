import { restore } from "../../../provider/core/restore/run";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, OURS, ours, posts } from "./stage";
import type { Stage } from "./stage";

const { open, attempt } = singleStage();

const SECOND = 1000;

/** Seconds between one look and the next, after the request that was refused. */
function gapsAfterRefusal(stage: Stage, path: RegExp): number[] {
  const looks = stage.emulator.requests().filter((r) => r.method === "GET" && path.test(r.path));
  const refused = looks.findIndex((look) => look.status === 429);
  expect(refused).toBeGreaterThan(0);
  const later = looks.slice(refused).map((look) => look.at);
  return later.slice(1).map((at, i) => Math.round((at - (later[i] ?? 0)) / SECOND));
}

function refuseOnce(stage: Stage, path: string, skip: number, retryAfterSeconds?: number): void {
  const asked = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  const action = { kind: "status", status: 429, ...asked } as const;
  stage.emulator.fault({ match: { method: "GET", path }, skip, action });
}

test("a wait that meets a 429 keeps away as long as it is asked to, and looks half as often from then on", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.outside.setServer("12345", { createMs: 8 * 60 * SECOND });
  // The first list is the one before the POST; the seventh look is the one at the documented minimum.
  refuseOnce(stage, "^/snapshots/$", 7, 45);

  valueOf(await attempt(() => createSnapshot(stage.operation, { ...inputs, __timeouts: {} })));

  const [first, ...gaps] = gapsAfterRefusal(stage, /^\/snapshots\/$/);
  expect(first).toBe(45);
  expect(new Set(gaps)).toEqual(new Set([20]));
});

test("a second 429 slows it down once more, and no further ones below a look in 40 seconds", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.outside.setServer("12345", { createMs: 10 * 60 * SECOND });
  for (const skip of [7, 8, 9, 10]) refuseOnce(stage, "^/snapshots/$", skip);

  valueOf(await attempt(() => createSnapshot(stage.operation, { ...inputs, __timeouts: {} })));

  expect(gapsAfterRefusal(stage, /^\/snapshots\/$/).slice(1)).toEqual(expect.arrayContaining([40, 40, 40]));
  expect(Math.max(...gapsAfterRefusal(stage, /^\/snapshots\/$/))).toBe(40);
});

test("a 429 of one server's list keeps the waits on all servers away, and slows them all", async () => {
  const stage = await open({ seeded: false });
  const started = stage.clock.now();
  const MINUTE = 60 * SECOND;
  for (const server of ["12345", "12346"]) stage.emulator.outside.setServer(server, { createMs: 9 * MINUTE });
  // Two waits cost two lists where the account's has more pages than that.
  for (let i = 0; i < 4; i++)
    stage.emulator.outside.createSnapshot({ id: `71${i}`, serverId: "12347", name: `other-${i}` });
  stage.emulator.setBehaviour({ pageSize: 2 });
  await stage.session.lists.list(undefined);
  const create = (serverId: string) =>
    createSnapshot(stage.operation, { ...inputs, serverId, name: `new-${serverId}`, __timeouts: {} });
  stage.emulator.fault({
    match: { method: "GET", path: "^/snapshots/$", query: "server_id=12346" },
    skip: 5,
    action: { kind: "status", status: 429, retryAfterSeconds: 90 },
  });

  const both = await Promise.all(["12345", "12346"].map((server) => attempt(() => create(server))));
  both.forEach(valueOf);

  const looks = stage.emulator.requests().filter(({ method }) => method === "GET");
  const refusedAt = looks.find(({ status }) => status === 429)?.at ?? 0;
  const later = new Set(looks.map(({ at }) => (at - refusedAt) / SECOND).filter((at) => at > 0));
  expect(refusedAt - started).toBe(180 * SECOND);
  expect([...later].slice(0, 3)).toEqual([90, 110, 130]);
});

test("a wait ends at its deadline while the API asks to keep away, and those that go on do not look then", async () => {
  const stage = await open({ seeded: false });
  const started = stage.clock.now();
  const create = (name: string, minutes: string) =>
    attempt(() => createSnapshot(stage.operation, { ...inputs, name, __timeouts: { create: minutes } }));
  refuseOnce(stage, "^/snapshots/$", 1, 600);
  const long = create("web-0000002", "20m");

  const short = errorOf(await create("web-0000001", "6m"));

  expect(short).toMatchObject({ code: "WAIT_TIMEOUT" });
  expect((stage.clock.now() - started) / SECOND).toBe(360);
  expect(valueOf(await long)).toMatchObject({ outputs: { status: "completed" } });
  expect(gapsAfterRefusal(stage, /^\/snapshots\/$/)).toEqual([600]);
});

test.each([
  { asked: 45, time: "6m", after: 45 },
  { asked: 300, time: "6m", after: 60 },
  { asked: 300, time: "20s", after: 20 },
])("a lost create is looked for $after s after a wait of $asked s was asked for, in $time", async (row) => {
  const { asked, time, after } = row;
  const stage = await open({ seeded: false });
  const action = { kind: "status", status: 503, retryAfterSeconds: asked } as const;
  stage.emulator.fault({ match: { method: "POST" }, when: "after", action });
  const patient = { ...inputs, waitForCompletion: false, __timeouts: { create: time } };

  valueOf(await attempt(() => createSnapshot(stage.operation, patient)));

  expect(posts(stage)).toBe(1);
  const requests = stage.emulator.requests();
  const posted = requests.findIndex(({ method }) => method === "POST");
  const [lost, look] = requests.slice(posted).map(({ at }) => at);
  expect(((look ?? 0) - (lost ?? 0)) / SECOND).toBeCloseTo(after, 1);
});

test("a look for a lost create that is answered 429 is followed by the next one when the API allows", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });
  refuseOnce(stage, "^/snapshots/$", 1, 40);

  valueOf(await attempt(() => createSnapshot(stage.operation, inputs)));

  expect(posts(stage)).toBe(1);
  expect(gapsAfterRefusal(stage, /^\/snapshots\/$/)[0]).toBe(40);
});

test("a restore that meets a 429 looks half as often from then on", async () => {
  const stage = await open();
  stage.emulator.outside.setServer("12345", { restoreMs: 10 * 60 * SECOND });
  refuseOnce(stage, "^/servers/12345/$", 14, 45);

  valueOf(await attempt(() => restore(stage.operation, { snapshotId: OURS })));

  const [first, ...gaps] = gapsAfterRefusal(stage, /^\/servers\/12345\/$/);
  expect(first).toBe(45);
  expect(new Set(gaps)).toEqual(new Set([20]));
});

test("nobody who waits looks while the API has asked one of them to keep away", async () => {
  const stage = await open({ seeded: false });
  const [MINUTE, started] = [60 * SECOND, stage.clock.now()];
  for (const server of ["12345", "12346"]) stage.emulator.outside.setServer(server, { createMs: 8 * MINUTE });
  refuseOnce(stage, "^/snapshots/$", 1, 300);
  const create = (serverId: string) =>
    createSnapshot(stage.operation, { ...inputs, serverId, name: `new-${serverId}`, __timeouts: {} });

  const first = attempt(() => create("12345"));
  await stage.clock.sleep(MINUTE);
  const second = attempt(() => create("12346"));
  valueOf(await first);
  valueOf(await second);

  const reads = stage.emulator.requests().filter(({ method }) => method === "GET");
  const meanwhile = reads.map(({ at }) => (at - started) / SECOND).filter((at) => at > 31 && at < 330);
  // The list before the second POST; a create cannot do without.
  expect(meanwhile.map(Math.round)).toEqual([60]);
});

test("a gateway's refusal is repeated only when the lists have had their time: no second snapshot where they lag", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ listLagMs: 20 * SECOND });
  const page = "<html><head><title>429 Too Many Requests</title></head></html>";
  const action = {
    kind: "status",
    status: 429,
    headers: { "content-type": "text/html" },
    body: page,
  } as const;
  stage.emulator.fault({ match: { method: "POST" }, when: "after", action });

  const made = valueOf(await attempt(() => createSnapshot(stage.operation, inputs)));

  expect(posts(stage)).toBe(1);
  expect(ours(stage).map(({ id }) => String(id))).toEqual([(made as { id: string }).id]);
});

test("a look-up of the same process waits as well, whichever request was asked to", async () => {
  const stage = await open();
  refuseOnce(stage, "^/servers/", 0, 40);
  const before = stage.clock.now();
  await stage.session.client.getServer("12345", { attempts: 1 }).catch(() => undefined);

  await stage.session.client.listSnapshots({ serverId: "12346", attempts: 1 });

  const [refused, list] = stage.emulator.requests().map(({ at }) => at);
  expect([refused, list]).toEqual([before, before + 40 * SECOND]);
});
