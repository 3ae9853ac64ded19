import { REFRESH, UP } from "../scenario";
import type { Scenario } from "../scenario";

const SEEDED = [
  {
    id: 700,
    serverId: 12345,
    name: "before-pulumi",
    description: "By hand",
    createdAt: "2026-01-10T08:00:00Z",
  },
];
const ADOPTED = `"serverId": "12345", "name": "before-pulumi", "waitForCompletion": true, "__provider": "<provider>"`;

/** Another name or another parent for the same snapshot, and snapshots that were there before the stack. */
export const IDENTITY: readonly Scenario[] = [
  {
    name: "renamed",
    about: "another resource name with an alias: nothing is made",
    program: `
      const name = given.name ?? "web";
      new Snapshot(name, { serverId: 12345 }, { aliases: [{ name: "web" }] });
    `,
    steps: [{ run: UP }, { run: UP, given: { name: "front" } }, { run: UP }],
  },
  {
    name: "moved",
    about: "into a component by an alias, and renewed there",
    program: `
      const args = { serverId: 12345, triggers: [given.release ?? 1] };
      if (given.moved) {
        const parent = new pulumi.ComponentResource("test:index:Backups", "backups");
        new Snapshot("web", args, { parent, aliases: [{ parent: pulumi.rootStackResource }] });
      } else new Snapshot("web", args);
    `,
    steps: [
      { run: UP },
      { run: UP, given: { moved: true } },
      { run: UP, given: { release: 2 } },
      { run: UP },
    ],
  },
  {
    name: "import-option",
    about: "the option import adopts; with it left in the program nothing changes any more",
    program: `new Snapshot("web", { serverId: 12345 }, given.import ? { import: "700" } : {});`,
    snapshots: SEEDED,
    steps: [
      { run: "preview", given: { import: true } },
      { run: "up --yes" },
      { run: UP },
      { run: UP, given: { import: false } },
      { run: "destroy --yes --skip-preview" },
    ],
  },
  {
    name: "import-file",
    about: "pulumi import --file: the next up changes nothing",
    program: `new Snapshot("web", { serverId: 12345, name: "before-pulumi", description: "By hand" });`,
    snapshots: SEEDED,
    files: {
      "import.json": `{ "resources": [{
        "type": "pulumi-nodejs:dynamic/vpsorg:Snapshot", "name": "web", "id": "700",
        "inputs": { ${ADOPTED}, "description": "By hand" },
        "outputs": { ${ADOPTED}, "description": "By hand", "serverName": "web-server-01",
          "status": "completed", "sizeMb": 5120, "createdAt": "2026-01-10T08:00:00Z",
          "__endpoint": "<endpoint>" }
      }] }`,
    },
    steps: [
      { run: "import --file import.json --generate-code=false --protect=false --yes" },
      { run: UP },
      { run: REFRESH },
      { run: "destroy --yes --skip-preview" },
    ],
  },
];
