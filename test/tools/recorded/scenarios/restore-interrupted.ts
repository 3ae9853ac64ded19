import { UP } from "../scenario";
import type { Scenario, Strike } from "../scenario";

const GOLDEN = [{ id: 700, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" }];
const BACK = `
  const options = { customTimeouts: { create: given.create ?? "20s" } };
  const back = new SnapshotRestore("back", { snapshotId: 700, serverId: 12345, triggers: [1] }, options);
`;
const RUNS_ON = { behaviour: { neverEndsRestoring: true } };
const ENDS = { behaviour: { neverEndsRestoring: null } };
const CANCEL = { run: "cancel --yes" };

const killed = (at: Strike["at"]): Strike => ({ at, signals: ["SIGKILL"], then: [ENDS] });

/** Runs that do not see the end of a restore, and the run after. */
export const RESTORE_INTERRUPTED: readonly Scenario[] = [
  {
    name: "restore-timed-out",
    about: "a wait that runs out is recorded, and the next up waits on",
    program: BACK,
    snapshots: GOLDEN,
    steps: [
      RUNS_ON,
      { run: UP, given: { create: "300ms" } },
      { run: UP },
      ENDS,
      { run: UP, given: { create: "20s" } },
      { run: UP },
    ],
  },
  {
    name: "restore-killed-alone",
    about: "SIGKILL of the command line alone in the wait: the next up only waits",
    program: BACK,
    snapshots: GOLDEN,
    steps: [RUNS_ON, { run: UP, strike: killed("wait") }, CANCEL, { run: UP }, { run: UP }],
  },
  {
    name: "restore-killed-in-flight",
    about: "SIGKILL of the command line while the request itself is on its way: no state has it",
    program: BACK,
    snapshots: GOLDEN,
    steps: [
      RUNS_ON,
      {
        fault: {
          match: { method: "POST", path: "/restore/$" },
          when: "after",
          action: { kind: "delay", ms: 1500 },
        },
      },
      { run: UP, strike: { at: "flight", signals: ["SIGKILL"] } },
      CANCEL,
      { run: UP },
      ENDS,
      { run: UP },
    ],
  },
  {
    name: "restore-two-interrupts",
    about: "two interrupts in the wait: the host is ended in the middle of it, and the next up waits on",
    program: BACK,
    snapshots: GOLDEN,
    steps: [
      RUNS_ON,
      { run: UP, strike: { at: "wait", signals: ["SIGINT", "SIGINT"] } },
      ENDS,
      { run: UP },
      { run: UP },
    ],
  },
  {
    name: "restore-beside-a-failure",
    about: "another resource fails while the server is restoring: the next up only waits",
    program: `${BACK}
      if (!given.mended) new Snapshot("broken", { serverId: back.requestedAt.apply((at) => (at === "" ? 1 : 99999)) });
    `,
    snapshots: GOLDEN,
    steps: [{ run: UP }, { run: UP, given: { mended: true } }, { run: UP }],
  },
];
