import { REFRESH, rotationUrn, UP } from "../scenario";
import type { Scenario, Step, Strike } from "../scenario";

const OTHERS = [{ id: 700, serverId: 12345, name: "of-somebody-else", createdAt: "2026-01-10T08:00:00Z" }];
const RING = `
  new SnapshotRotation("web", { serverId: given.server ?? 12345, keep: given.keep ?? 2, triggers: [given.release ?? 1] },
    { customTimeouts: { create: given.create ?? "20s", update: given.update ?? "20s" } });
`;
const TWO = `
  for (const [name, serverId] of [["web", 12345], ["db", 12346]])
    new SnapshotRotation(name, { serverId, keep: 2, triggers: [given.release ?? 1] });
`;
const PENDING = { behaviour: { neverCompletes: true } };
const COMPLETES = { behaviour: { neverCompletes: null } };

const release = (n: number, run = UP): Step => ({ run, given: { release: n } });
const killed: Strike = { at: "wait", signals: ["SIGKILL"], then: [COMPLETES] };

/** A rotation: one resource of several snapshots, which is updated where others are replaced. */
export const ROTATING: readonly Scenario[] = [
  {
    name: "rotation-life",
    about: "made, added to, pruned, unchanged, one deleted by hand, destroyed",
    program: RING,
    snapshots: OTHERS,
    steps: [
      { run: "preview" },
      { run: "up --yes" },
      release(2),
      release(3, "up --yes"),
      { run: UP },
      { outside: { action: "deleteSnapshot", id: 802 } },
      { run: REFRESH },
      { run: UP },
      { run: "destroy --yes" },
    ],
  },
  {
    name: "rotation-wait-timed-out",
    about: "a first create and an addition whose waits run out are recorded, and the next up waits on",
    program: RING,
    steps: [
      PENDING,
      { run: UP, given: { keep: 1, create: "300ms" } },
      COMPLETES,
      { run: UP },
      PENDING,
      { run: UP, given: { release: 2, update: "300ms" } },
      COMPLETES,
      { run: UP, given: { update: "20s" } },
      { run: UP },
    ],
  },
  {
    name: "rotation-wait-timed-out-refreshed",
    about: "a refresh forgets the error of an addition: the next up waits on all the same",
    program: RING,
    steps: [
      { run: UP, given: { keep: 1 } },
      PENDING,
      { run: UP, given: { release: 2, update: "300ms" } },
      { run: REFRESH },
      COMPLETES,
      { run: UP, given: { update: "20s" } },
      { run: UP },
    ],
  },
  {
    name: "rotation-moved-to-another-server",
    about: "another serverId: a ring of its own is made there before the old one is deleted",
    program: RING,
    snapshots: OTHERS,
    steps: [{ run: UP }, release(2), { run: "up --yes", given: { server: 12346 } }, { run: UP }],
  },
  {
    name: "rotation-targeted",
    about: "up --target and up --target-replace of one of two rings that the program has changed",
    program: TWO,
    steps: [
      { run: UP },
      release(2, `${UP} --target ${rotationUrn("web")}`),
      { run: UP },
      release(3, `${UP} --target-replace ${rotationUrn("web")}`),
      { run: UP },
    ],
  },
  {
    name: "rotation-replaced-by-option",
    about: "up --replace and a taint: neither diff nor the old inputs reach the host, so another ring begins",
    program: RING,
    snapshots: OTHERS,
    steps: [
      { run: UP },
      release(2),
      { run: `up --yes --replace ${rotationUrn("web")}` },
      { run: `state taint ${rotationUrn("web")} --yes` },
      { run: UP },
      { run: UP },
    ],
  },
  {
    name: "rotation-killed-alone",
    about: "SIGKILL of the command line alone in the wait of an addition: the next up finds it by its name",
    program: RING,
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
