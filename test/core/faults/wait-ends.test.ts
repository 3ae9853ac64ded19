import { createSnapshot } from "../../../provider/core/snapshot/create";
import { InitError } from "../../../provider/core/init-error";
import { updateSnapshot } from "../../../provider/core/snapshot/update";
import { nextResumes } from "./next-run";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { count, inputs, NAME, NEW, NEXT_NAME, ours, OURS, posts, recorded, SERVER } from "./stage";
import type { Stage } from "./stage";

const { open, attempt } = singleStage();

const MINUTE = 60_000;
const WHAT = `snapshot ${NEW} "${NAME}" of server ${SERVER} (web-server-01)`;
const { __timeouts: _own, ...patient } = inputs;

async function partial(stage: Stage, given = inputs): Promise<InitError> {
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, given)));
  if (!(failed instanceof InitError)) throw failed;
  expect([failed.id, posts(stage), ours(stage).length]).toEqual([NEW, 1, 1]);
  return failed;
}

test.each(["failed", "error", "cancelled"])("a wait ends at once on the word %s", async (word) => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ finalSnapshotStatus: word });
  const failed = await partial(stage);
  expect(failed).toMatchObject({ code: "OPERATION_FAILED", outputs: { status: word } });
  expect(failed.message).toContain(`${WHAT} ended as "${word}" after 3 minutes`);
  expect(failed.message).toMatch(/deletes it, if it still exists, and makes a new one/);

  stage.emulator.setBehaviour({ finalSnapshotStatus: null });
  valueOf(await nextResumes(stage, failed));
  expect(ours(stage)).toMatchObject([{ id: 802, name: NEXT_NAME, status: "completed" }]);
});

test("a wait takes 30 minutes at most where nothing else is said", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ neverCompletes: true });
  const started = stage.clock.now();
  const failed = await partial(stage, patient);
  expect(failed).toMatchObject({ code: "WAIT_TIMEOUT", outputs: { status: "in_progress" } });
  expect(stage.clock.now() - started).toBeLessThanOrEqual(30 * MINUTE + 100);
  expect(count(stage, "GET", /^\/snapshots\/$/)).toBeLessThanOrEqual(200);
});

test("a wait says how it is going once a minute, and how long it took", async () => {
  const stage = await open({ seeded: false });
  valueOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(stage.told.progressed).toEqual([
    `${WHAT}: in_progress, 30 seconds of usually 3 to 10 minutes`,
    `${WHAT}: in_progress, 1 minute 30 seconds of usually 3 to 10 minutes`,
    `${WHAT}: in_progress, 2 minutes 30 seconds of usually 3 to 10 minutes`,
    `${WHAT}: completed, 3 minutes after its start`,
  ]);
  // Nothing is waited for any more.
  expect(stage.clock.slept.filter((ms) => !Number.isFinite(ms))).toEqual([]);
});

describe("a wait that is resumed", () => {
  const unfinished = (stage: Stage, createdAt = recorded.createdAt) => ({
    ...{ ...recorded, status: "in_progress", createdAt },
    __endpoint: stage.session.endpoint,
  });
  const resume = (stage: Stage, createdAt?: string) =>
    attempt(() => updateSnapshot(stage.operation, OURS, unfinished(stage, createdAt), inputs));

  test("looks at once: it may have ended long ago", async () => {
    const stage = await open();
    const started = stage.clock.now();
    expect(valueOf(await resume(stage))).toMatchObject({ status: "completed" });
    expect((stage.clock.now() - started) / 1000).toBeCloseTo(0, 1);
  });

  test("looks at once also while others are not due yet", async () => {
    const stage = await open();
    const other = attempt(() => createSnapshot(stage.operation, { ...inputs, name: NEXT_NAME }));
    await stage.clock.sleep(5000);
    const started = stage.clock.now();
    valueOf(await resume(stage));
    expect((stage.clock.now() - started) / 1000).toBeCloseTo(0, 1);
    valueOf(await other);
  });

  test.each([
    ["when VPS.org says that it began", "2026-01-15T11:58:00Z", "2 minutes"],
    ["now, where VPS.org's clock is ahead", "2026-01-15T12:02:00Z", "0 seconds"],
    ["now, where VPS.org does not say when it began", "", "0 seconds"],
  ])("counts from %s", async (_when, createdAt, elapsed) => {
    const stage = await open();
    stage.emulator.outside.setSnapshot(OURS, { status: "in_progress" });
    errorOf(await resume(stage, createdAt));
    expect(stage.told.progressed[0]).toContain(`: in_progress, ${elapsed} of usually 3 to 10 minutes`);
  });
});

test("an unknown word is waited on, and said once", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ intermediateStatus: "replicating" });
  const made = await attempt(() => createSnapshot(stage.operation, inputs));
  expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
  expect(stage.told.warnings).toEqual([
    `${WHAT} has the status "replicating", which is not documented; waiting on.`,
  ]);
});

test("a token that is refused meanwhile ends the wait with the id recorded, and names the token's source", async () => {
  const stage = await open({ seeded: false });
  const match = { method: "GET", path: "^/snapshots/$" };
  stage.emulator.fault({ match, skip: 2, action: { kind: "status", status: 401 } });
  const failed = await partial(stage);
  expect(failed.message).toContain(`${WHAT} was started, but its progress cannot be read: `);
  expect(failed.message).toMatch(/401.*the token comes from the Pulumi configuration vpsorg:token/);
  await stage.faultsOver();
  expect(valueOf(await nextResumes(stage, failed))).toMatchObject({ name: NAME, status: "completed" });
  expect(posts(stage)).toBe(1);
});

test("a list that is refused again and again ends the wait with the id recorded", async () => {
  const stage = await open({ seeded: false });
  const match = { method: "GET", path: "^/snapshots/$" };
  stage.emulator.fault({ match, skip: 2, times: 0, action: { kind: "status", status: 404 } });
  const failed = await partial(stage);
  expect(failed).toMatchObject({ code: "API_ERROR" });
  expect(failed.message).toContain(
    `${WHAT} was started, but its progress cannot be read: VPS.org answered 404`,
  );
  expect(failed.message).toMatch(
    /\. It is recorded; the next `pulumi up` goes on waiting and makes no second one\./,
  );
  await stage.faultsOver();
  expect(valueOf(await nextResumes(stage, failed))).toMatchObject({ name: NAME, status: "completed" });
});

test("a list that is refused now and then, and read in between, ends no wait", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.outside.setServer(SERVER, { createMs: 8 * MINUTE });
  const match = { method: "GET", path: "^/snapshots/$" };
  const refusals = { match, times: 4, action: { kind: "status", status: 404 } } as const;
  // The list before the POST and the first look go through, then four looks do not; one does, and four do not.
  stage.emulator.fault({ ...refusals, skip: 2 });
  stage.emulator.fault({ ...refusals, skip: 3 });
  const made = await attempt(() => createSnapshot(stage.operation, patient));
  expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
  expect(stage.emulator.faults().map(({ hits }) => hits)).toEqual([4, 4]);
});

test("a token that is refused at the POST leaves nothing, and says which token it was", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 401 } });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(failed).toMatchObject({ code: "AUTH_FAILED" });
  expect(failed.message).toMatch(/^VPS\.org did not accept the API token \(401/);
  expect(failed.message).toContain("pulumi config set --secret vpsorg:token");
  expect([posts(stage), ours(stage).length]).toEqual([1, 0]);
});

test("a wait for what no list has shown gives the lists their time once more when it is resumed", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ listLagMs: 100_000 });
  const failed = await partial(stage);
  expect(failed).toMatchObject({ code: "NOT_FOUND", outputs: { status: "in_progress" } });
  expect(failed.message).toContain(
    "was accepted by VPS.org, but no list has shown it for 1 minute. It is recorded",
  );
  expect(valueOf(await nextResumes(stage, failed))).toMatchObject({ name: NAME, status: "completed" });
  expect([posts(stage), ours(stage).length]).toEqual([1, 1]);
});

test("a wait that ended early is resumed although the snapshot failed meanwhile", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ neverCompletes: true });
  const failed = await partial(stage);
  stage.emulator.setBehaviour({ neverCompletes: null, finalSnapshotStatus: "failed" });
  const next = errorOf(await nextResumes(stage, failed));
  expect(next).toMatchObject({ code: "OPERATION_FAILED", id: NEW, outputs: { status: "failed" } });
  expect(ours(stage)).toHaveLength(1);
});

test("lists that were empty for a while are no reason to delete what is there after all", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ neverCompletes: true });
  const failed = await partial(stage);
  const empty = { kind: "patch", set: { count: 0, results: [] } } as const;
  stage.emulator.fault({ match: { method: "GET", path: "^/snapshots/$" }, times: 3, action: empty });
  const second = errorOf(await nextResumes(stage, failed));
  expect(second).toMatchObject({ id: NEW, outputs: { status: "missing" } });
  expect(second.message).toContain("The next `pulumi up` looks again");
  if (!(second instanceof InitError)) throw second;

  stage.emulator.outside.setSnapshot(NEW, { status: "completed" });
  expect(valueOf(await nextResumes(stage, second))).toMatchObject({ status: "completed" });
  expect([posts(stage), ours(stage).length]).toEqual([1, 1]);
  expect(stage.alsoTold.flatMap(({ infos }) => infos)).toContain(`${WHAT} is there again, "completed".`);
});

test("a wait that ended early is resumed although it vanished meanwhile: the next one replaces it", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ neverCompletes: true });
  const failed = await partial(stage);
  stage.emulator.setBehaviour({ neverCompletes: null });
  stage.emulator.outside.deleteSnapshot(NEW);
  const second = errorOf(await nextResumes(stage, failed));
  expect(second).toMatchObject({ id: NEW, outputs: { status: "missing" } });
  if (!(second instanceof InitError)) throw second;
  valueOf(await nextResumes(stage, second));
  expect(ours(stage)).toMatchObject([{ name: NEXT_NAME, status: "completed" }]);
});
