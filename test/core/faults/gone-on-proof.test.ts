import { createSnapshot } from "../../../provider/core/snapshot/create";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import type { Fault } from "../../tools/emulator";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, OURS, ours, recorded, SERVER } from "./stage";
import type { Stage } from "./stage";

const { open, attempt, removes } = singleStage();

const read = (stage: Stage) => attempt(() => readSnapshot(stage.operation, OURS, recorded));
const LISTS = { method: "GET", path: "^/snapshots/$" };
const FILTERED: Fault["match"] = { ...LISTS, query: "server_id=" };

test("a snapshot that is gone is called so on lists that were read seconds apart", async () => {
  const stage = await open();
  removes(OURS);
  stage.emulator.outside.deleteSnapshot(OURS);
  expect(valueOf(await read(stage))).toBeUndefined();
  expect(stage.told.infos).toEqual([
    `snapshot ${OURS} "${recorded.name}" of server 12345 (web-server-01) is in no list of this account any more, and is dropped from the state.`,
  ]);
  const [first, second] = stage.emulator.requests().filter(({ path }) => path === "/snapshots/");
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(3000);
});

test.each([
  ["a minute and more ago", 60, 0],
  ["40 seconds ago", 40, 20],
  ["in a future, as another clock has it", -30, 60],
])("one that was made %s is called gone when lists have had their time", async (_when, ago, seconds) => {
  const stage = await open();
  removes(OURS);
  stage.emulator.outside.deleteSnapshot(OURS);
  const started = stage.clock.now();
  const createdAt = new Date(started - ago * 1000).toISOString();
  const state = { ...recorded, createdAt };

  expect(valueOf(await attempt(() => readSnapshot(stage.operation, OURS, state)))).toBeUndefined();

  // A look takes three seconds, and the last one begins at that time or later.
  const elapsed = (stage.clock.now() - started) / 1000;
  expect(elapsed).toBeGreaterThanOrEqual(seconds);
  expect(elapsed).toBeLessThan(seconds + 10);
});

test("one of which nothing but the id is known is looked for in the account's list", async () => {
  const stage = await open();
  valueOf(await attempt(() => readSnapshot(stage.operation, OURS, {})));
  expect(stage.emulator.requests().map(({ query }) => query)).toEqual([{}]);
});

describe("a snapshot that exists is not called gone", () => {
  test("because a filter hides it: the whole list decides", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ filterWorks: "broken" });
    expect(valueOf(await read(stage))).toEqual(recorded);
    expect(stage.emulator.requests().map(({ query }) => query)).toEqual([{ server_id: SERVER }, {}]);
  });

  test("because the filter hides it and the whole list cannot be read", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ filterWorks: "broken" });
    const action = { kind: "html", status: 200 } as const;
    stage.emulator.fault({ match: { ...LISTS, query: "^$" }, times: 0, action });
    expect(errorOf(await read(stage)).message).toMatch(/it is an HTML page/);
  });

  test.each([
    ["a 404", { kind: "status", status: 404 }],
    ["a proxy's 404", { kind: "html", status: 404 }],
    ["a list that is shorter than its count", { kind: "patch", set: { results: [] } }],
    ["a list without a count", { kind: "patch", drop: ["count"], set: { results: [] } }],
    ["a list of something else", { kind: "replaceBody", body: [] }],
    ["an empty object", { kind: "replaceBody", body: {} }],
    ["a count below what is listed", { kind: "patch", set: { count: 1 } }],
    ["another success without a list", { kind: "empty", status: 204 }],
  ] as const)("because of %s", async (_what, action) => {
    const stage = await open();
    stage.emulator.fault({ match: LISTS, times: 0, action: action as Fault["action"] });
    const failed = errorOf(await read(stage));
    expect(failed.message).toContain("GET /snapshots/");
    expect(ours(stage)).toHaveLength(1);
  });

  test("because a filter's 404 says that there is no such server", async () => {
    const stage = await open();
    stage.emulator.fault({ match: FILTERED, times: 0, action: { kind: "status", status: 404 } });
    const outcome = await read(stage);
    if (outcome.ok) expect(outcome.value).toEqual(recorded);
  });

  test("because the page that should hold it went away while the list shrank", async () => {
    const stage = await open();
    removes("702");
    stage.emulator.setBehaviour({ pageSize: 2, filterWorks: false });
    const effect = { action: "deleteSnapshot", id: "702" } as const;
    stage.emulator.fault({ match: LISTS, when: "after", action: { kind: "run", effect } });
    const outcome = await read(stage);
    if (outcome.ok) expect(outcome.value).toEqual(recorded);
    else expect(outcome.error.message).toContain("GET /snapshots/");
  });

  test("because one snapshot went and one came while the list was paged, so that its count is right", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ pageSize: 2, listOrder: "oldestFirst" });
    const old = (id: string, day: number) =>
      stage.emulator.outside.createSnapshot({
        ...{ id, serverId: SERVER, name: `old-${id}`, createdAt: `2026-01-0${day}T00:00:00Z` },
      });
    ["690", "691", "692", "693"].forEach((id, i) => old(id, i + 1));
    const change = (query: string, gone: readonly string[]): void => {
      for (const id of gone) {
        const fault = { match: { ...LISTS, query }, when: "after" } as const;
        const snapshot = { serverId: SERVER, name: `new-${id}` };
        stage.emulator.fault({ ...fault, action: { kind: "run", effect: { action: "deleteSnapshot", id } } });
        stage.emulator.fault({
          ...fault,
          action: { kind: "run", effect: { action: "createSnapshot", snapshot } },
        });
      }
    };
    // The server's list: 690 691 | 692 693 | 701 702, and after its second page 692 693 | 701 702 | new new.
    change("^server_id=\\d+&page=2$", ["690", "691"]);
    // The account's: 692 693 | 701 702 | 703 new | new, and after its first page 693 701 | 702 703 | new new | new.
    change("^$", ["692"]);
    const outcome = await read(stage);
    if (outcome.ok) expect(outcome.value).toEqual(recorded);
  });
});

describe("a wait does not give up a snapshot that exists", () => {
  test("because the filter stops working", async () => {
    const stage = await open({ seeded: false });
    void stage.clock.sleep(45_000).then(() => stage.emulator.setBehaviour({ filterWorks: "broken" }));
    const made = await attempt(() => createSnapshot(stage.operation, inputs));
    expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
  });

  test.each([
    ["a list that is shorter than its count", { kind: "patch", set: { results: [] } }],
    ["404", { kind: "status", status: 404 }],
    ["a proxy's 404", { kind: "html", status: 404 }],
  ] as const)("because of %s", async (_what, action) => {
    const stage = await open({ seeded: false });
    stage.emulator.fault({ match: LISTS, skip: 2, times: 2, action });
    const made = await attempt(() => createSnapshot(stage.operation, inputs));
    expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
    expect(ours(stage)).toHaveLength(1);
  });
});
