import type { Emulator } from "../emulator";
import type { Finished, Project } from "../support/project";

/** What a step must have done on the server; the step's own words do not count. */
type Expectation = (emulator: Emulator) => string | undefined;

/** The steps, in order. Each one prints its command line first, then what that prints. */
export async function runDemo(project: Project, emulator: Emulator): Promise<void> {
  const pulumi = stepper(project, emulator);
  introduce(emulator);

  heading("A stack, and the two servers that are to be upgraded");
  await pulumi(["stack", "init", "demo"]);
  await pulumi(["config", "set", "serverIds", "12345,12346"]);

  heading("What would happen");
  await pulumi(["preview"], holds(0), posts(0));

  heading("Take a snapshot of each server, and wait until both are completed");
  await pulumi(["up", "--yes", "--skip-preview"], holds(2), completed);

  heading("Nothing changed: nothing is done, and the API is not even asked");
  emulator.clearRequests();
  await pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"], holds(2), requests(0));

  heading("Somebody deletes one of the snapshots by hand; refresh finds out");
  const [lost] = emulator.model.listSnapshots();
  if (lost === undefined) throw new Error("there is no snapshot to delete");
  console.log(`  (snapshot ${lost.id} "${lost.name}" is deleted, not by Pulumi)`);
  emulator.outside.deleteSnapshot(lost.id);
  await pulumi(["refresh", "--yes", "--skip-preview"], holds(1));

  heading("The next up makes a new one, and leaves the other alone");
  await pulumi(["up", "--yes", "--skip-preview"], holds(2), completed);

  await restore(project, emulator);

  heading("The upgrade went well: the snapshots can go");
  await pulumi(["destroy", "--yes", "--skip-preview"], holds(0));
}

async function restore(project: Project, emulator: Emulator): Promise<void> {
  heading("The upgrade went wrong: put the first server back, and wait until it works again");
  const { snapshotIds } = await quietly(project);
  const id = String(snapshotIds[0]);
  const done = await run(`node restore.mjs ${id}`, () => project.node("restore.mjs", id));
  judge(`node restore.mjs ${id}`, done, emulator, [restored(id)]);
}

/** Reads the stack's outputs without showing how. */
async function quietly(project: Project): Promise<{ snapshotIds: readonly unknown[] }> {
  console.log("\n$ pulumi stack output --json");
  const outputs = await project.outputs();
  return { snapshotIds: Array.isArray(outputs["snapshotIds"]) ? (outputs["snapshotIds"] as unknown[]) : [] };
}

function stepper(project: Project, emulator: Emulator) {
  return async (args: string[], ...expectations: Expectation[]): Promise<void> => {
    const line = `pulumi ${args.join(" ")}`;
    const done = await run(line, () => project.pulumi(...args));
    judge(line, done, emulator, expectations);
  };
}

async function run(line: string, work: () => Promise<Finished>): Promise<Finished> {
  console.log(`\n$ ${line}`);
  return work();
}

function judge(line: string, done: Finished, emulator: Emulator, expectations: readonly Expectation[]): void {
  if (done.code !== 0) throw new Error(`\`${line}\` ended with exit code ${done.code}`);
  for (const expectation of expectations) {
    const problem = expectation(emulator);
    if (problem !== undefined) throw new Error(`after \`${line}\` ${problem}`);
  }
}

const holds =
  (wanted: number): Expectation =>
  (emulator) => {
    const held = emulator.model.listSnapshots().length;
    return held === wanted ? undefined : `the servers hold ${held} snapshots instead of ${wanted}`;
  };

const completed: Expectation = (emulator) => {
  const open = emulator.model.listSnapshots().filter((snapshot) => snapshot.status !== "completed");
  return open.length === 0 ? undefined : `${open.length} snapshots are not completed`;
};

const requests =
  (wanted: number): Expectation =>
  (emulator) => {
    const made = emulator.requests().length;
    return made === wanted ? undefined : `the API was asked ${made} times instead of ${wanted}`;
  };

const posts =
  (wanted: number): Expectation =>
  (emulator) => {
    const made = emulator.requests().filter((request) => request.method === "POST").length;
    return made === wanted ? undefined : `${made} changes were asked of the API instead of ${wanted}`;
  };

const restored =
  (id: string): Expectation =>
  (emulator) => {
    const { restores } = emulator.model.state();
    if (restores.length !== 1 || restores[0]?.snapshot_id !== id)
      return `snapshot ${id} was not restored once`;
    return restores[0].finished_at === null ? "the restore is still running" : undefined;
  };

function heading(text: string): void {
  console.log(`\n# ${text}`);
}

function introduce(emulator: Emulator): void {
  console.log(
    "Snapshots of VPS.org servers with Pulumi. No account is needed: the API is an emulator on this machine,",
  );
  console.log(`at ${emulator.endpoint}, where minutes pass in half a second.`);
}
