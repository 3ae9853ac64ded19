import { UP, urn } from "../scenario";
import type { Scenario, Step } from "../scenario";
import type { SnapshotSeed } from "../../emulator";

const others = (count: number): SnapshotSeed[] =>
  Array.from({ length: count }, (_, i) => ({
    id: 700 + i,
    serverId: 12345,
    name: `of-somebody-else-${i + 1}`,
  }));

const RENEWED = `
  new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] });
`;
const TWO = `
  new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] });
  new Snapshot("db", { serverId: 12346, triggers: [given.release ?? 1] });
`;
const release = (n: number, run = UP): Step => ({ run, given: { release: n } });

/** All ways in which the engine comes to replace a snapshot. */
export const REPLACING: readonly Scenario[] = [
  {
    name: "renewed-at-3-of-5",
    about: "new triggers with a free slot: created before the old one is deleted",
    program: RENEWED,
    snapshots: others(2),
    steps: [{ run: UP }, release(2, "up --yes"), { run: UP }],
  },
  {
    name: "renewed-at-5-of-5",
    about: "new triggers on a full server: the old one is deleted first",
    program: RENEWED,
    snapshots: others(4),
    steps: [{ run: UP }, release(2, "up --yes"), { run: UP }],
  },
  {
    name: "renewed-under-its-name",
    about: "new triggers of one with a given name: the old one is deleted first",
    program: `new Snapshot("web", { serverId: 12345, name: "web-before", triggers: [given.release ?? 1] });`,
    steps: [{ run: UP }, release(2), { run: UP }],
  },
  {
    name: "renewed-without-waiting",
    about: "waitForCompletion: false: the new one of a replacement",
    program: `
      new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1], waitForCompletion: false });
    `,
    steps: [{ run: UP }, release(2), { run: UP }],
  },
  {
    name: "replaced-by-option",
    about: "up --replace: neither diff nor the old inputs reach the host",
    program: TWO,
    steps: [{ run: UP }, { run: `up --yes --replace ${urn("web")}` }, { run: UP }],
  },
  {
    name: "replaced-by-option-at-5-of-5",
    about: "up --replace on a full server",
    program: RENEWED,
    snapshots: others(4),
    steps: [{ run: UP }, { run: `${UP} --replace ${urn("web")}` }, { run: UP }],
  },
  {
    name: "targeted",
    about: "up --target: the other resource keeps its state, changed as it is",
    program: TWO,
    steps: [{ run: UP }, release(2, `${UP} --target ${urn("web")}`), { run: UP }],
  },
  {
    name: "target-replace",
    about: "up --target-replace of one of two that the program has changed",
    program: TWO,
    steps: [{ run: UP }, release(2, `${UP} --target-replace ${urn("web")}`), { run: UP }],
  },
  {
    name: "tainted",
    about: "pulumi state taint: the next up replaces",
    program: TWO,
    steps: [{ run: UP }, { run: `state taint ${urn("web")} --yes` }, { run: UP }, { run: UP }],
  },
  {
    name: "replace-on-changes",
    about: "replaceOnChanges makes a replacement of what the host calls an update",
    program: `
      new Snapshot("web", { serverId: 12345, waitForCompletion: given.wait ?? true },
        { replaceOnChanges: ["waitForCompletion"] });
    `,
    steps: [{ run: UP }, { run: UP, given: { wait: false } }, { run: UP }],
  },
  {
    name: "ignore-changes",
    about: "ignoreChanges hides new triggers from the host",
    program: `
      new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] }, { ignoreChanges: ["triggers"] });
    `,
    steps: [{ run: UP }, release(2)],
  },
  {
    name: "delete-before-replace",
    about: "deleteBeforeReplace: the option alone decides the order",
    program: `
      new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] }, { deleteBeforeReplace: true });
    `,
    steps: [{ run: UP }, release(2), { run: UP }],
  },
  {
    name: "updated",
    about: "waitForCompletion is the one update in place",
    program: `new Snapshot("web", { serverId: 12345, waitForCompletion: given.wait ?? false });`,
    steps: [{ run: UP }, { run: UP, given: { wait: true } }, { run: UP }],
  },
];
