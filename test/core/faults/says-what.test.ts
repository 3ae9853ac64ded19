import { DEFAULT_ENDPOINT } from "../../../provider/api/endpoint";
import { restore } from "../../../provider/core/restore/run";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { diffSnapshot } from "../../../provider/core/snapshot/diff";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import type { SnapshotInputs, SnapshotOutputs } from "../../../provider/core/snapshot/state";
import { updateSnapshot } from "../../../provider/core/snapshot/update";
import type { Fault } from "../../tools/emulator";
import { errorOf } from "./outcome";
import { singleStage } from "./single-stage";
import { inputs, NAME, NEXT_NAME, OURS, recorded } from "./stage";
import type { Stage } from "./stage";

/**
 * A look that fails before anything was done: the message says of what it was, what was (not) done, and why. Each
 * of these is what a user reads in the middle of the night on the row of one resource among many.
 */
const { open, attempt } = singleStage();

const LISTS = { method: "GET", path: "^/snapshots/$" };
const SERVERS = { method: "GET", path: "^/servers/" };
const down = { kind: "status", status: 503 } as const;

interface Look {
  readonly what: string;
  readonly seeded: boolean;
  readonly match: Fault["match"];
  readonly act: (stage: Stage) => Promise<unknown>;
  readonly says: readonly (string | RegExp)[];
}

const restoring = (stage: Stage): Promise<unknown> => restore(stage.operation, { snapshotId: OURS });

const diff = (stage: Stage, olds: SnapshotOutputs, news: SnapshotInputs): Promise<unknown> =>
  diffSnapshot(
    () => Promise.resolve(stage.session),
    OURS,
    { ...olds },
    { ...news },
    () => false,
    stage.told,
    DEFAULT_ENDPOINT,
  );

const LOOKS: readonly Look[] = [
  {
    what: "the list before a create",
    seeded: false,
    match: LISTS,
    act: (stage) => createSnapshot(stage.operation, inputs),
    says: [`snapshot "${NAME}"`, "12345", /not created|[Nn]othing was created/],
  },
  {
    what: "the list of a read",
    seeded: true,
    match: LISTS,
    act: (stage) => readSnapshot(stage.operation, OURS, recorded),
    says: [`snapshot ${OURS}`, NAME, /state/],
  },
  {
    what: "the list of a replacement's decision",
    seeded: true,
    match: LISTS,
    act: (stage) => diff(stage, recorded, { ...inputs, name: NEXT_NAME }),
    says: [`snapshot ${OURS}`, /[Nn]othing was changed/],
  },
  {
    what: "the list of a snapshot that was in none before",
    seeded: true,
    match: LISTS,
    act: (stage) => diff(stage, { ...recorded, status: "missing" }, inputs),
    says: [
      /^snapshot 701 .* was in no list, and whether it is there now cannot be seen: .* Nothing was changed\.$/,
    ],
  },
  {
    what: "the list before a restore",
    seeded: true,
    match: LISTS,
    act: restoring,
    says: [`snapshot ${OURS}`, /[Nn]othing was restored/],
  },
  {
    what: "the server before a restore",
    seeded: true,
    match: SERVERS,
    act: restoring,
    says: [`snapshot ${OURS}`, "server 12345", /[Nn]othing was restored/],
  },
];

describe("a failed look says what it was for and that nothing was done", () => {
  test.each(LOOKS)("$what", async ({ seeded, match, act, says }) => {
    const stage = await open({ seeded });
    stage.emulator.fault({ match, times: 0, action: down });
    const failed = errorOf(await attempt(() => act(stage)));
    expect(stage.requests("writes")).toEqual([]);
    expect(failed.message).toMatch(/answered 503 to GET/);
    for (const words of says) expect(failed.message).toMatch(words);
  });
});

test("the time that an update may take is named where a resumed wait ends early", async () => {
  const stage = await open();
  stage.emulator.outside.setSnapshot(OURS, { status: "in_progress" });
  const unfinished = { ...recorded, status: "in_progress", __endpoint: stage.session.endpoint };
  const failed = errorOf(
    await attempt(() => updateSnapshot(stage.operation, OURS, unfinished, { ...inputs, name: NAME })),
  );
  expect(failed).toMatchObject({ code: "WAIT_TIMEOUT", id: OURS });
  expect(failed.message).toMatch(/is still "in_progress" after 6 minutes.*customTimeouts.*update: "60m"/);
});
