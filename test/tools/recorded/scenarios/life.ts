import { REFRESH, UP } from "../scenario";
import type { Scenario } from "../scenario";

/** Made, kept, changed, and gone, as in every stack. */
export const LIFE: readonly Scenario[] = [
  {
    name: "life",
    about: "made, unchanged, refreshed, destroyed",
    program: `
      const web = new Snapshot("web", { serverId: 12345, triggers: [1] });
      new Snapshot("db", { serverId: "12346", name: "db-before", description: web.name });
    `,
    steps: [
      { run: "preview" },
      { run: "up --yes" },
      { run: UP },
      { run: REFRESH },
      { run: UP },
      { run: "destroy --yes" },
    ],
  },
  {
    name: "at-once",
    about: "four of one server and one of another, made and destroyed at once",
    program: `
      for (const n of [1, 2, 3, 4]) new Snapshot("web-" + n, { serverId: 12345 });
      new Snapshot("db", { serverId: 12346 });
    `,
    steps: [{ run: UP }, { run: "destroy --yes --skip-preview" }],
  },
  {
    name: "refresh-in-up",
    about: "up --refresh keeps what is there, and makes again what somebody has deleted",
    program: `
      const web = new Snapshot("web", { serverId: 12345 });
      new Snapshot("db", { serverId: 12346, name: "db-before" }, { dependsOn: web });
    `,
    snapshots: [{ id: 700, serverId: 12345, name: "of-somebody-else" }],
    steps: [
      { run: UP },
      { run: `${UP} --refresh` },
      { outside: { action: "deleteSnapshot", id: 801 } },
      { run: `${UP} --refresh` },
    ],
  },
  {
    name: "run-program",
    about: "refresh --run-program and destroy --run-program run the program as an up does",
    program: `
      new Snapshot("web", { serverId: 12345, triggers: [given.release ?? 1] });
    `,
    steps: [
      { run: UP },
      { run: `${REFRESH} --run-program` },
      // A program that has changed since the last up: nothing of that may happen yet.
      { run: `${REFRESH} --run-program`, given: { release: 2 } },
      { run: "destroy --yes --skip-preview --run-program" },
    ],
  },
  {
    name: "get",
    about: "Snapshot.get reads one that the stack does not own, and destroy leaves it",
    program: `
      const other = Snapshot.get("other", "700");
      new Snapshot("web", { serverId: 12346, description: other.name });
    `,
    snapshots: [{ id: 700, serverId: 12345, name: "of-somebody-else" }],
    steps: [{ run: UP }, { run: UP }, { run: REFRESH }, { run: "destroy --yes --skip-preview" }],
  },
];
