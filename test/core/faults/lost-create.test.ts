import { createSnapshot } from "../../../provider/core/snapshot/create";
import type { SnapshotInputs } from "../../../provider/core/snapshot/state";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { count, inputs, NAME, NEW, posts, SERVER } from "./stage";
import type { Stage } from "./stage";

/** How long a create whose answer was lost is looked for, and what is taken for it. */
const { open, attempt } = singleStage();

const { __autoName: _prefix, ...given } = inputs;
const LISTS = { method: "GET", path: "^/snapshots/$" };

function lose(stage: Stage, when: "before" | "after"): void {
  stage.emulator.fault({ match: { method: "POST" }, when, action: { kind: "reset" } });
}

const create = (stage: Stage, change: Partial<SnapshotInputs>, from: SnapshotInputs = given) =>
  attempt(() => createSnapshot(stage.operation, { ...from, waitForCompletion: false, ...change }));

/** Lists after the one before the POST. */
const looks = (stage: Stage): number => count(stage, "GET", /^\/snapshots\/$/) - 1;

describe("is looked for every three seconds", () => {
  test.each([
    { what: "an automatic name until it shows", from: inputs, time: "6m", made: true, times: 1 },
    {
      what: "a given name for the minute that a second one may take",
      from: given,
      time: "6m",
      made: true,
      times: 21,
    },
    {
      what: "a given name that shows, beyond the time of the create",
      from: given,
      time: "20s",
      made: true,
      times: 21,
    },
    { what: "what does not show for a minute", from: inputs, time: "6m", made: false, times: 21 },
    {
      what: "what does not show, within the time of the create",
      from: inputs,
      time: "20s",
      made: false,
      times: 7,
    },
  ])("$what", async ({ from, time, made, times }) => {
    const stage = await open({ seeded: false });
    lose(stage, made ? "after" : "before");

    const outcome = await create(stage, { __timeouts: { create: time } }, from);

    if (made) expect(valueOf(outcome)).toMatchObject({ id: NEW });
    else
      expect(errorOf(outcome)).toMatchObject({ code: "OUTCOME_UNKNOWN", cause: expect.any(Error) as Error });
    expect([posts(stage), looks(stage)]).toEqual([1, times]);
  });

  test("also where no list can be read, with one request each", async () => {
    const stage = await open({ seeded: false });
    lose(stage, "before");
    stage.emulator.fault({ match: LISTS, skip: 1, times: 0, action: { kind: "status", status: 503 } });

    const failed = errorOf(await create(stage, {}));

    expect(failed.message).toContain("It could not be looked for, because no list could be read");
    expect(looks(stage)).toBe(21);
  });
});

const UNSEEN = "It could not be looked for, because no list could be read";
const SEEN = "No list has shown it for 1 minute";

describe("an entry that cannot be read", () => {
  test.each([
    { what: "of the same name may be it", name: NAME, set: { "results.0.status": null }, says: UNSEEN },
    { what: "without a name may be it", name: "x", set: { "results.0.name": 5 }, says: UNSEEN },
    { what: "of another name is not", name: "others", set: { "results.0.status": null }, says: SEEN },
  ])("$what", async ({ name, set, says }) => {
    const stage = await open({ seeded: false });
    const effect = { action: "createSnapshot", snapshot: { id: "790", serverId: SERVER, name } } as const;
    stage.emulator.fault({ match: { method: "POST" }, action: { kind: "run", effect } });
    lose(stage, "before");
    stage.emulator.fault({ match: LISTS, skip: 1, times: 0, action: { kind: "patch", set } });

    expect(errorOf(await create(stage, {})).message).toContain(says);
  });
});

test("one that the API has made with the description trimmed is it", async () => {
  const stage = await open({ seeded: false });
  const snapshot = { id: "790", serverId: SERVER, name: NAME, description: "before the upgrade" };
  const effect = { action: "createSnapshot", snapshot } as const;
  stage.emulator.fault({ match: { method: "POST" }, action: { kind: "run", effect } });
  lose(stage, "before");

  expect(valueOf(await create(stage, { description: " before the upgrade\n" }, inputs))).toMatchObject({
    id: "790",
  });
});

test("one whose age speaks against it is not taken, and named", async () => {
  const stage = await open({ seeded: false });
  const createdAt = new Date(stage.clock.now() - 2 * 3_600_000).toISOString();
  const snapshot = {
    id: "790",
    serverId: SERVER,
    name: NAME,
    description: given.description ?? "",
    createdAt,
  };
  const effect = { action: "createSnapshot", snapshot } as const;
  stage.emulator.fault({ match: { method: "POST" }, action: { kind: "run", effect } });
  lose(stage, "before");

  const failed = errorOf(await create(stage, {}));

  expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(failed.message).toMatch(
    /snapshot 790 .* has appeared, which was created at \S+ by VPS\.org's clock: it may be that one\. .*import: "790"/,
  );
  expect(failed.message).not.toContain("No list has shown it");
});

test("one that does not say when it was made is it, where no list had it before", async () => {
  const stage = await open({ seeded: false });
  const set = { created_at: null, "results.*.created_at": null };
  stage.emulator.fault({ match: { path: "^/snapshots/" }, times: 0, action: { kind: "patch", set } });

  expect(valueOf(await create(stage, {}, inputs))).toMatchObject({ id: NEW });
  expect(posts(stage)).toBe(1);
});

describe("a given name that a list has shown", () => {
  test("and that is gone by the end of the minute is recorded as missing", async () => {
    const stage = await open({ seeded: false });
    lose(stage, "after");
    const effect = { action: "deleteSnapshot", id: NEW } as const;
    stage.emulator.fault({ match: LISTS, skip: 4, when: "after", action: { kind: "run", effect } });

    const failed = errorOf(await create(stage, { waitForCompletion: true }));

    expect(failed).toMatchObject({ code: "NOT_FOUND", outputs: { status: "missing" } });
    expect(failed.message).toContain("someone else has deleted it while it was being made");
  });

  test("completed is so, also where the minute has taken all the time allowed", async () => {
    const stage = await open({ seeded: false });
    lose(stage, "after");
    const effect = { action: "setSnapshot", id: NEW, change: { status: "completed" } } as const;
    stage.emulator.fault({ match: LISTS, skip: 2, when: "after", action: { kind: "run", effect } });

    const change = { waitForCompletion: true, __timeouts: { create: "20s" } };
    expect(valueOf(await create(stage, change))).toMatchObject({ outputs: { status: "completed" } });
  });
});

test("a POST that never left is repeated within the time of the create only", async () => {
  const stage = await open({ seeded: false });
  const started = stage.clock.now();
  stage.outage(/^GET \/snapshots\/$/, undefined);

  const failed = errorOf(await create(stage, { __timeouts: { create: "1s" } }));

  expect(failed.message).toContain(
    `snapshot "${NAME}" of server ${SERVER} was not created: no answer from VPS.org`,
  );
  expect(stage.clock.now() - started).toBeLessThan(1000);
});
