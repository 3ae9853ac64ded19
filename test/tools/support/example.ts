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
  /** Another test follows it in a clone. */
  readonly inClone?: string;
  /** What its last command has to print. */
  readonly ends: RegExp;
  /** The requests that change something, all of them. Which snapshot is restored is told by its server. */
  readonly writes: readonly string[];
  /** The servers that are restored. @default none */
  readonly restored?: readonly string[];
}

const released = { ends: /OK: release v1\.4\.0 is healthy/, writes: ["POST /snapshots/"] };
const taken = (serverId: number, ...ids: number[]): SnapshotSeed[] =>
  ids.map((id) => ({ id, serverId, name: `by-hand-${id}` }));

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
    inClone: "e2e/import-example.test.ts",
    snapshots: [...taken(12345, 801, 802), ...taken(12346, 803, 804), ...taken(12347, 805)],
    ends: /4 deleted/,
    writes: [801, 803, 804].map((id) => `DELETE /snapshots/${id}/`),
  },
  { name: "deploy-with-rollback", inClone: "e2e/rollback-example.test.ts", ...released },
  {
    name: "release-pipeline",
    inClone: "e2e/release-pipeline.test.ts",
    ends: /\+ 2 to create/,
    writes: [],
  },
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

/** Below the checkout, as in a clone; or, with an archive of the package, anywhere else. */
export async function follow({ name, snapshots = [] }: Example, archive?: string): Promise<Followed> {
  const emulator = await startEmulator({ token: TOKEN, speed: 600, snapshots: [...snapshots] });
  const env = {
    VPSORG_TOKEN: TOKEN,
    VPSORG_ENDPOINT: emulator.endpoint,
    VPSORG_POLL_INTERVAL_SECONDS: "0.1",
  };
  const project = new Project({ example: name, env, ...(archive === undefined ? {} : { parent: tmpdir() }) });
  try {
    if (archive !== undefined) install(archive, project.dir);
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
