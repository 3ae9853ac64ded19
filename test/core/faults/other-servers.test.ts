import { createSnapshot } from "../../../provider/core/snapshot/create";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, NAME, NEW, ours, posts, SERVER } from "./stage";
import type { Stage } from "./stage";

const { open, attempt } = singleStage();

const OTHER = "12346";

/** An API that takes `server_id` and lists the whole account all the same. */
async function unfiltered(): Promise<Stage> {
  const stage = await open({ seeded: false });
  stage.emulator.setBehaviour({ filterWorks: false });
  return stage;
}

const create = (stage: Stage) => attempt(() => createSnapshot(stage.operation, inputs));

describe("where the API ignores the filter, another server's snapshots", () => {
  test("take no slot on this one", async () => {
    const stage = await unfiltered();
    stage.emulator.outside.fillServer(OTHER);
    expect(valueOf(await create(stage))).toMatchObject({ outputs: { status: "completed" } });
    expect(ours(stage)).toMatchObject([{ status: "completed" }]);
  });

  test("take no name from this one", async () => {
    const stage = await unfiltered();
    stage.emulator.outside.createSnapshot({ id: "790", serverId: OTHER, name: NAME });
    expect(valueOf(await create(stage))).toMatchObject({ id: NEW });
  });

  test("are never adopted after a lost answer: nobody knows whether ours was made", async () => {
    const stage = await unfiltered();
    const match = { method: "POST" };
    const snapshot = { id: "790", serverId: OTHER, name: NAME };
    stage.emulator.fault({
      match,
      action: { kind: "run", effect: { action: "createSnapshot", snapshot } },
    });
    stage.emulator.fault({ match, action: { kind: "reset" } });
    expect(errorOf(await create(stage))).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect([posts(stage), ours(stage)]).toEqual([1, []]);
  });

  test("do not hide which one is ours after a lost answer", async () => {
    const stage = await unfiltered();
    const lost = { match: { method: "POST" }, when: "after" } as const;
    const snapshot = { id: "790", serverId: OTHER, name: NAME };
    stage.emulator.fault({
      ...lost,
      action: { kind: "run", effect: { action: "createSnapshot", snapshot } },
    });
    stage.emulator.fault({ ...lost, action: { kind: "reset" } });
    expect(valueOf(await create(stage))).toMatchObject({ id: NEW, outputs: { status: "completed" } });
    expect(ours(stage)).toMatchObject([{ id: 801, server: { id: Number(SERVER) } }]);
  });
});
