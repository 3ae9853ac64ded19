import { REFRESH, UP } from "../scenario";
import type { Scenario, Strike } from "../scenario";

const WEB = `new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] });`;
const PENDING = { behaviour: { neverCompletes: true } };
const COMPLETES = { behaviour: { neverCompletes: null } };

const killed: Strike = { at: "wait", signals: ["SIGKILL"], then: [COMPLETES] };

/** Runs that do not end well, and the run after. */
export const INTERRUPTED: readonly Scenario[] = [
  {
    name: "wait-timed-out",
    about: "a create whose wait runs out is recorded, and the next up waits on",
    program: `
      new Snapshot("web", { serverId: 12345 }, { customTimeouts: { create: "300ms", update: given.update ?? "300ms" } });
    `,
    steps: [PENDING, { run: UP }, { run: UP }, COMPLETES, { run: UP, given: { update: "20s" } }, { run: UP }],
  },
  {
    name: "wait-timed-out-refreshed",
    about: "a refresh forgets the error of the create: the next up waits on all the same",
    program: `new Snapshot("web", { serverId: 12345 }, { customTimeouts: { create: "300ms" } });`,
    steps: [PENDING, { run: UP }, { run: REFRESH }, COMPLETES, { run: UP }, { run: UP }],
  },
  {
    name: "failed-snapshot",
    about: "one that ends as failed is replaced by the next up",
    program: WEB,
    steps: [
      { behaviour: { finalSnapshotStatus: "failed" } },
      { run: UP },
      { behaviour: { finalSnapshotStatus: null } },
      { run: UP },
    ],
  },
  {
    name: "refused",
    about: "a server that is full in the up: nothing is recorded, and the next up makes it",
    program: WEB,
    snapshots: [1, 2, 3, 4, 5].map((n) => ({ id: 700 + n, serverId: 12345, name: `of-somebody-else-${n}` })),
    steps: [{ run: UP }, { outside: { action: "deleteSnapshot", id: 701 } }, { run: UP }],
  },
  {
    name: "one-interrupt",
    about: "one interrupt in the wait of a create: the engine waits for it and saves it",
    program: WEB,
    steps: [
      PENDING,
      { run: UP, strike: { at: "wait", signals: ["SIGINT"], then: [COMPLETES] } },
      { run: UP },
    ],
  },
  {
    name: "two-interrupts",
    about: "two interrupts in the wait of a create: the host is ended in the middle of it",
    program: WEB,
    steps: [
      PENDING,
      { run: UP, strike: { at: "wait", signals: ["SIGINT", "SIGINT"] } },
      COMPLETES,
      { run: UP },
      { run: UP },
    ],
  },
  {
    name: "killed-alone",
    about: "SIGKILL of the command line alone in the wait of a create: the host ends its work unseen",
    program: WEB,
    steps: [PENDING, { run: UP, strike: killed }, { run: "cancel --yes" }, { run: UP }, { run: UP }],
  },
  {
    name: "killed-alone-in-a-replacement",
    about: "SIGKILL of the command line alone between the create and the delete of a replacement",
    program: WEB,
    steps: [
      { run: UP },
      PENDING,
      { run: UP, given: { release: 2 }, strike: killed },
      { run: "cancel --yes" },
      { run: UP },
      { run: UP },
    ],
  },
];
