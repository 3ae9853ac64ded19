import { UP } from "../scenario";
import type { Scenario } from "../scenario";
import type { SnapshotSeed } from "../../emulator";

const others = (count: number): SnapshotSeed[] =>
  Array.from({ length: count }, (_, i) => ({ id: 700 + i, serverId: 12345, name: `golden-${i + 1}` }));
const BACK = `
  new SnapshotRestore("back", { snapshotId: 700, serverId: 12345, triggers: [given.incident ?? 1] });
`;
const RENEWED_AND_RESTORED = `
  new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] });
  if (given.restore) new SnapshotRestore("back", { snapshotId: 801, serverId: 12345 });
`;
const both = { release: 2, restore: true };

/** A restore that would cross something else. */
export const RESTORE_REFUSED: readonly Scenario[] = [
  {
    name: "restore-twice",
    about: "two restores of one server in one program are refused, in the preview and in the up",
    program: `
      for (const snapshotId of [700, 701])
        new SnapshotRestore("back-" + snapshotId, { snapshotId, serverId: 12345, safetySnapshot: true });
    `,
    snapshots: others(2),
    steps: [{ run: "preview" }, { run: UP }, { run: UP }],
  },
  {
    name: "restore-deleted-first",
    about: "of a snapshot that a full server makes the run delete first: refused in the preview",
    program: RENEWED_AND_RESTORED,
    snapshots: others(4),
    steps: [{ run: UP }, { run: "preview", given: both }, { run: "up --yes" }],
  },
  {
    name: "restore-and-renewed",
    about: "of a snapshot that the run renews, with a free slot: restored, and then deleted",
    program: RENEWED_AND_RESTORED,
    steps: [{ run: UP }, { run: "up --yes", given: both }],
  },
  {
    name: "restore-renewed-link",
    about: "of a snapshot of the program that was renewed: refused until the triggers change as well",
    program: `
      const web = new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] });
      new SnapshotRestore("back", { snapshotId: web.id, serverId: 12345, triggers: [given.incident ?? 1] });
    `,
    steps: [
      { run: UP },
      { run: "preview", given: { release: 2 } },
      { run: UP },
      { run: UP },
      { run: UP, given: { incident: 2 } },
    ],
  },
  {
    name: "restore-of-somebody-else",
    about: "refused while somebody else's is running on the server, and made when that has ended",
    program: BACK,
    snapshots: others(2),
    steps: [
      { behaviour: { neverEndsRestoring: true } },
      { outside: { action: "startRestore", snapshotId: 701 } },
      { run: "preview" },
      { run: UP },
      { behaviour: { neverEndsRestoring: null } },
      { run: UP },
    ],
  },
];
