import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pulumiCommand } from "../tools/engine/choose";
import { startEmulator } from "../tools/emulator";
import type { Emulator, SnapshotSeed } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { program } from "../tools/support/deployment";
import type { ExportedResource } from "../tools/support/deployment";
import { Project, ROOT } from "../tools/support/project";

jest.setTimeout(120_000);

/**
 * A state file of each released version, and of the next one: what `pulumi stack export` gave after the program below,
 * and the snapshots that were on the servers then. `RECORD_STATE=1` writes that of the version in package.json.
 */
const FOLDER = join(ROOT, "test", "e2e", "states");
const FORMATS = globSync("*.json", { cwd: FOLDER }).map((file) => basename(file, ".json"));
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

interface Format {
  readonly endpoint: string;
  readonly snapshots: readonly SnapshotSeed[];
  readonly state: {
    readonly version: number;
    readonly deployment: { readonly resources?: readonly ExportedResource[] };
  };
}

/** Every kind of resource, and every way in which a snapshot comes into a state. */
const programOf = ({ release = "v1", wait = false } = {}): Readonly<Record<string, string>> =>
  program(`
new Snapshot("auto", { serverId: 12345, triggers: ["${release}", { sha: 1 }] }, { customTimeouts: { create: "20m" } });
new Snapshot("named", { serverId: "12345", name: "given", description: "by hand", waitForCompletion: ${wait} });
new Snapshot("adopted", { serverId: 12346 }, { import: "702" });
new SnapshotRotation("ring", { serverId: 12346, keep: 2, triggers: ["${release}"] });
new SnapshotRestore("back", { snapshotId: 703, serverId: 12347, triggers: ["incident"], safetySnapshot: true });
`);
const SEEDS: readonly SnapshotSeed[] = [
  { id: 702, serverId: 12346, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
  { id: 703, serverId: 12347, name: "nightly", createdAt: "2026-01-11T08:00:00Z" },
];

let emulator: Emulator;
let project: Project;

async function open(snapshots: readonly SnapshotSeed[]): Promise<void> {
  emulator = await startEmulator({ token: CANARY, speed: 600, snapshots: [...snapshots] });
  // No secret is in the state, so that another passphrase reads it as well.
  const env = {
    VPSORG_TOKEN: CANARY,
    VPSORG_ENDPOINT: emulator.endpoint,
    VPSORG_POLL_INTERVAL_SECONDS: "0.1",
  };
  project = new Project({ files: programOf(), env });
  await must("stack", "init", "test");
}

afterEach(async () => {
  await emulator.close();
  project.remove();
});

async function must(...args: string[]): Promise<string> {
  const { code, output, stdout } = await project.pulumi(...args);
  expect([args[0], code, code === 0 ? "" : output]).toEqual([args[0], 0, ""]);
  return stdout;
}

const run = (command: string, ...more: string[]): Promise<string> =>
  must(command, "--yes", "--skip-preview", ...more);

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(project.dir, path), text);
}

async function exported(): Promise<Format["state"]> {
  return JSON.parse(await must("stack", "export")) as Format["state"];
}

/** The offline engine has no `stack import`, and keeps what `stack export` shows. */
async function load(state: string): Promise<void> {
  const isOffline = pulumiCommand(ROOT).kind === "offline";
  const file = join(project.dir, ...(isOffline ? [".offline", "test", "test.json"] : ["state.json"]));
  writeFileSync(file, state);
  if (!isOffline) await must("stack", "import", "--file", file);
}

const writes = (): string[] =>
  emulator.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));

describe.each(FORMATS)("a state of version %s", (format) => {
  const text = readFileSync(join(FOLDER, `${format}.json`), "utf8");
  const { endpoint, snapshots } = JSON.parse(text) as Format;

  it("is refreshed, left alone, updated and destroyed", async () => {
    await open(snapshots);
    const { state } = JSON.parse(text.replaceAll(endpoint, emulator.endpoint)) as Format;
    await load(JSON.stringify(state));

    await run("refresh");
    await run("up", "--expect-no-changes");
    expect(writes()).toEqual([]);
    expect(shapeOf(await exported())).toMatchObject(identities(state));

    write(programOf({ release: "v2", wait: true }));
    const before = idOf(state, "auto");
    await run("up");
    const now = await exported();
    expect(writes().toSorted()).toEqual([
      `DELETE /snapshots/${before}/`,
      "POST /snapshots/",
      "POST /snapshots/",
    ]);
    expect(ringOf(now)).toHaveLength(2);
    expect(ringOf(now)).toContain(ringOf(state)[0]);
    expect(idOf(now, "named")).toBe(idOf(state, "named"));

    emulator.clearRequests();
    const held = [...["auto", "named", "adopted"].map((name) => idOf(now, name)), ...ringOf(now)];
    const ours = held.map((id) => `DELETE /snapshots/${id}/`);
    await run("destroy");
    // A restore is an event: the snapshot before it stays, and so does the restored one.
    expect(writes().toSorted()).toEqual(ours.toSorted());
    expect((await exported()).deployment.resources ?? []).toEqual([]);
  });
});

it("the state that is written today is of the format that is kept for this version", async () => {
  await open(SEEDS);
  await run("up");
  const state = await exported();
  if (process.env["RECORD_STATE"]) record(state);

  const kept = JSON.parse(readFileSync(join(FOLDER, `${version}.json`), "utf8")) as Format;
  expect(withoutIds(state)).toEqual(withoutIds(kept.state));
});

function record({ version: format, deployment }: Format["state"]): void {
  const snapshots = emulator.model.listSnapshots().map((snapshot) => ({
    ...{ id: snapshot.id, serverId: snapshot.server.id, name: snapshot.name, status: "completed" },
    ...{ description: snapshot.description, sizeMb: snapshot.size_mb, createdAt: snapshot.created_at },
  }));
  // Where the program lay, and when it ran, is nothing that anybody reads.
  const omitted = ["sourcePosition", "stackTrace", "created", "modified"];
  const resources = deployment.resources?.map((resource) =>
    Object.fromEntries(Object.entries(resource).filter(([key]) => !omitted.includes(key))),
  );
  const state = { version: format, deployment: { resources } };
  mkdirSync(FOLDER, { recursive: true });
  const kept = { endpoint: emulator.endpoint, snapshots, state };
  writeFileSync(join(FOLDER, `${version}.json`), `${JSON.stringify(kept, undefined, 2)}\n`);
}

function idOf({ deployment }: Format["state"], name: string): string {
  const found = deployment.resources?.find(({ urn }) => urn.endsWith(`vpsorg:Snapshot::${name}`));
  return found?.id ?? "none";
}

/** What the rotation holds. */
function ringOf({ deployment }: Format["state"]): readonly string[] {
  const ring = deployment.resources?.find(({ urn }) => urn.endsWith("::ring"));
  return ((ring?.outputs?.["snapshots"] ?? []) as readonly { readonly id: string }[]).map(({ id }) => id);
}

const withoutIds = (state: Format["state"]): object =>
  Object.fromEntries(Object.entries(shapeOf(state)).map(([urn, { id: _id, ...shape }]) => [urn, shape]));

const identities = (state: Format["state"]): object =>
  Object.fromEntries(Object.entries(shapeOf(state)).map(([urn, { id }]) => [urn, { id }]));

/** Which resources there are, and which properties each has. */
function shapeOf({ deployment }: Format["state"]): Record<string, { readonly id?: string | undefined }> {
  const ours = (deployment.resources ?? []).filter(({ type }) => type.includes("vpsorg:"));
  return Object.fromEntries(
    ours.map(({ urn, id, inputs = {}, outputs = {}, type }) => [
      urn,
      {
        ...{ type, id, provider: outputs["__provider"] },
        ...{ inputs: Object.keys(inputs).toSorted(), outputs: Object.keys(outputs).toSorted() },
      },
    ]),
  );
}
