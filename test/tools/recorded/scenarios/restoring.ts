import { REFRESH, restoreUrn, UP } from "../scenario";
import type { Scenario } from "../scenario";

const GOLDEN = [
  { id: 700, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
  { id: 701, serverId: 12345, name: "other", createdAt: "2026-01-11T08:00:00Z" },
];
const ARGS = `snapshotId: given.snapshot ?? 700, serverId: 12345, triggers: [given.incident ?? 1]`;
const BACK = `new SnapshotRestore("back", { ${ARGS} });`;
const SAFE = `new SnapshotRestore("back", { ${ARGS}, safetySnapshot: given.safety ?? true });`;
const DESTROY = "destroy --yes --skip-preview";

/** A restore that ends: when it is requested, and when it is not. */
export const RESTORING: readonly Scenario[] = [
  {
    name: "restore-life",
    about:
      "requested once when made and once for each change of triggers or snapshotId, and at no other time",
    program: BACK,
    snapshots: GOLDEN,
    steps: [
      { run: "preview" },
      { run: "up --yes" },
      { run: UP },
      { run: "up --yes", given: { incident: 2 } },
      { run: REFRESH },
      { run: `${UP} --refresh` },
      { run: UP, given: { snapshot: 701 } },
      { run: "destroy --yes" },
    ],
  },
  {
    name: "restore-safety",
    about: "a safety snapshot before each restore, which stays on the server",
    program: SAFE,
    snapshots: GOLDEN,
    steps: [
      { run: "up --yes", given: { safety: false } },
      { run: UP, given: { safety: true } },
      { run: "up --yes", given: { incident: 2 } },
      { run: UP },
      { run: UP, given: { safety: false } },
      { run: DESTROY },
    ],
  },
  {
    name: "restore-targeted",
    about:
      "up --target of the component and its children; of the request alone with another's safety snapshot",
    program: `
      new Snapshot("db", { serverId: 12346, triggers: [given.incident ?? 1] });
      ${SAFE}
    `,
    snapshots: GOLDEN,
    steps: [
      { run: UP },
      { run: `${UP} --target **::back --target **::back-*`, given: { incident: 2 } },
      { run: `${UP} --target **::back-request`, given: { incident: 3 } },
      { run: UP },
    ],
  },
  {
    name: "restore-replaced-by-option",
    about: "up --replace of the request restores once more; taint of the completion only looks again",
    program: BACK,
    snapshots: GOLDEN,
    steps: [
      { run: UP },
      { run: `up --yes --replace ${restoreUrn("request")}` },
      { run: UP },
      { run: `state taint ${restoreUrn("completion")} --yes` },
      { run: UP },
      { run: UP },
    ],
  },
  {
    name: "restore-protected",
    about: "protect: destroy is refused, and so are new triggers, before anything is requested",
    program: `new SnapshotRestore("back", { ${ARGS}, safetySnapshot: true }, { protect: given.protect ?? true });`,
    snapshots: GOLDEN,
    steps: [
      { run: UP },
      { run: DESTROY },
      { run: UP, given: { incident: 2 } },
      { run: UP, given: { protect: false } },
      { run: UP },
      { run: DESTROY },
    ],
  },
  {
    name: "restore-renamed",
    about: "another name, and then another parent, by aliases: nothing is restored",
    program: `
      const { moved, name = "back" } = given;
      const parent = moved ? new pulumi.ComponentResource("test:index:App", "app") : undefined;
      const options = moved ? { parent, aliases: [{ parent: pulumi.rootStackResource }] } : { aliases: [{ name: "back" }] };
      new SnapshotRestore(name, { ${ARGS}, safetySnapshot: true }, options);
    `,
    snapshots: GOLDEN,
    steps: [
      { run: UP },
      { run: UP, given: { name: "front" } },
      { run: UP, given: { moved: true } },
      { run: UP },
    ],
  },
  {
    name: "restore-replace-on-changes",
    about: "replaceOnChanges of everything: what is no other restore is not requested again",
    program: `
      const name = given.name ?? "back";
      const options = { aliases: [{ name: "back" }], replaceOnChanges: ["*"] };
      new SnapshotRestore(name, { ${ARGS}, safetySnapshot: given.safety ?? false }, options);
    `,
    snapshots: GOLDEN,
    steps: [
      { run: UP },
      { run: UP, given: { safety: true } },
      { run: UP, given: { name: "front" } },
      { run: UP, given: { incident: 2 } },
    ],
  },
  {
    name: "restore-ignore-changes",
    about: "ignoreChanges of snapshotId and triggers, with safety snapshot: nothing is requested again",
    program: `
      const options = { ignoreChanges: ["snapshotId", "triggers"] };
      new SnapshotRestore("back", { ${ARGS}, safetySnapshot: true }, options);
    `,
    snapshots: GOLDEN,
    steps: [{ run: UP }, { run: UP, given: { snapshot: 701, incident: 2 } }],
  },
  {
    name: "restore-run-program",
    about: "refresh --run-program and destroy --run-program of a program with new triggers restore nothing",
    program: SAFE,
    snapshots: GOLDEN,
    steps: [
      { run: UP },
      { run: `${REFRESH} --run-program`, given: { incident: 2 } },
      { run: `${DESTROY} --run-program`, given: { incident: 3 } },
    ],
  },
];
