import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startEmulator } from "../emulator";
import type { Emulator, SnapshotSeed } from "../emulator";
import { blocksOf, runCommands } from "./blocks";
import { Project, ROOT } from "./project";

/** As the READMEs of the examples have it. */
const TOKEN = "...";

export interface Example {
  readonly name: string;
  /** The snapshots that exist before. */
  readonly snapshots?: readonly SnapshotSeed[];
  /** What its commands have to print, and the last of them at the end. */
  readonly says?: readonly RegExp[];
  readonly ends: RegExp;
  /** The requests that change something, all of them. Which snapshot is restored is told by its server. */
  readonly writes: readonly string[];
  /** The servers that are restored. @default none */
  readonly restored?: readonly string[];
}

const released = { ends: /OK: release v1\.4\.0 is healthy/, writes: ["POST /snapshots/"] };

export const EXAMPLES: readonly Example[] = [
  {
    name: "basic",
    ends: /3 deleted/,
    writes: [
      ...["POST /snapshots/", "POST /snapshots/", "POST /snapshots/", "POST /snapshots/"],
      ...["POST /snapshots/ID/restore/"],
      ...[801, 802, 803, 804].map((id) => `DELETE /snapshots/${id}/`),
    ],
    restored: ["12345"],
  },
  {
    name: "import",
    snapshots: [
      { id: 801, serverId: 12345, name: "golden-2025", createdAt: "2025-01-15T18:30:00Z" },
      { id: 802, serverId: 12345, name: "nightly", createdAt: "2026-01-14T02:00:00Z" },
      { id: 803, serverId: 12346, name: "before-upgrade", description: "Before the upgrade" },
      { id: 804, serverId: 12346, name: "nightly" },
      { id: 805, serverId: 12347, name: "somebody-elses" },
    ],
    says: [
      /801 {2}golden-2025/,
      /adopts existing snapshot 801 \("golden-2025", server 12345/,
      /= 2 imported/,
      /"freePlaces": 3,\s+"goldenName": "golden-2025",\s+"newestName": "nightly",\s+"oldestDate": "2025-01-15T18:30:00Z"/,
    ],
    ends: /4 deleted/,
    writes: [801, 803, 804].map((id) => `DELETE /snapshots/${id}/`),
  },
  { name: "deploy-with-rollback", ...released },
  { name: "release-pipeline", ends: /\+ 2 to create/, writes: [] },
  { name: "automation-api", ...released },
  { name: "unit-tests", ends: /pass 1/, writes: [] },
];

/** What came of an example when each command of its README was run, in their order. */
export interface Followed {
  readonly code: number;
  readonly output: string;
  readonly last: string;
  readonly writes: readonly string[];
  readonly restored: readonly string[];
}

/** Copied out of the checkout, with an archive of the package. */
export async function follow({ name, snapshots = [] }: Example, archive: string): Promise<Followed> {
  const emulator = await startEmulator({ token: TOKEN, speed: 600, snapshots: [...snapshots] });
  const env = {
    VPSORG_TOKEN: TOKEN,
    VPSORG_ENDPOINT: emulator.endpoint,
    VPSORG_POLL_INTERVAL_SECONDS: "0.1",
  };
  const project = new Project({ example: name, env, parent: tmpdir() });
  try {
    install(archive, project.dir);
    // What is deployed is the user's own.
    writeFileSync(join(project.dir, "deploy.sh"), 'echo "deployed $1"\n', { mode: 0o755 });
    return await run(name, project, emulator);
  } finally {
    project.remove();
    await emulator.close();
  }
}

async function run(name: string, project: Project, emulator: Emulator): Promise<Followed> {
  let [code, output, last] = [0, "", ""];
  for (const block of blocksOf(`examples/${name}/README.md`)) {
    const done = await runCommands(project, block);
    [code, output, last] = [done.code, output + done.output, done.output];
    if (code !== 0) break;
  }
  const written = emulator.requests().filter(({ method }) => method !== "GET");
  // Servers are served at once: which id each of their snapshots gets differs.
  const writes = written.map(({ method, path }) => `${method} ${path.replace(/\d+\/restore/, "ID/restore")}`);
  const restored = emulator.model.state().restores.map(({ server_id }) => server_id);
  return { code, output, last, writes, restored };
}

/** As npm does, with the dependencies that are here already. */
function install(archive: string, dir: string): void {
  const modules = join(dir, "node_modules");
  const own = join(modules, "pulumi-vpsorg");
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["xzf", archive, "--strip-components=1", "-C", own]);
  const { dependencies } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as {
    readonly dependencies: object;
  };
  for (const name of [...Object.keys(dependencies), "@pulumi/pulumi", "@types/node", "typescript"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "junction");
  }
}
