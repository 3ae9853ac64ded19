import type { RunError } from "./engine";
import { judge } from "./invariants";
import { membersOf } from "./resources";
import type { RestoreArgs } from "./restore-program";
import { remedyRestore } from "./restore-remedy";
import { remedyRotation } from "./rotation-remedy";
import type { Program } from "./rotation-remedy";
import type { Finished, World } from "./world";

const MAX_ROUNDS = 10;
/** Longer than any snapshot takes. */
const LONG_MS = 15 * 60_000;

/** The refusals that an `up` may end in although everything works, by the words that people know them by. */
const SAYS = {
  notYet: /was not deleted and stays in the state, because a newer one is not completed: (?=snapshot \S+ )/,
  full: /holds \d of 5 snapshots/,
  taken: /exists already/,
  importedTwice: /is to import it already/,
  heldTwice: /two entries of this stack's state hold it/,
  keptTwice: /holds the same snapshot and keeps it/,
  gone: /is in no list any more|no list has shown it for/,
  ended:
    /ended as "(failed|error)"|is still "in_progress" after [1-3] minute|was not created: the restore of .* has not ended after (\d+ seconds|[1-3] minute)/,
};

/**
 * Everything works again and other people leave the account alone: what the user runs now has to bring the stack
 * to what its program says, or to say truly why it cannot.
 */
export async function conclude(world: World): Promise<void> {
  world.note("  everything works again, and 15 minutes pass");
  calm(world);
  await world.settled();
  await world.clock.sleep(LONG_MS);
  if (world.scenario.finale === "refresh") await go(world, "refresh");
  await converge(world);
  const again = await go(world, "up");
  if (again.errors.length > 0 || again.requests > 0)
    world.fail(`an unchanged up made ${again.requests} requests and ${again.errors.length} errors`);
  await go(world, "destroy");
  await expectClean(world);
}

function calm({ remote }: World): void {
  remote.clearFaults();
  remote.model.setBehaviour({
    listLagMs: null,
    pageSize: null,
    listOrder: null,
    finalSnapshotStatus: null,
    intermediateStatus: null,
    filterWorks: null,
    uniqueNames: null,
    neverCompletes: null,
    errorBodyStyle: null,
    wholeSeconds: null,
    busy: null,
    restoringLagMs: null,
    restoringConflictStatus: null,
    neverEndsRestoring: null,
  });
}

async function go(world: World, operation: "up" | "refresh" | "destroy"): Promise<Finished> {
  world.note(`  ${operation}`);
  const run = await world.run(operation);
  judge(world, run);
  const [error] = run.errors;
  if (operation !== "up" && error !== undefined) world.fail(`${operation} fails although everything works`);
  return run;
}

/** Whatever an `up` rightly refuses, the user takes out of the program, and tries again. */
async function converge(world: World): Promise<void> {
  const before = new Set<string>();
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const declared = new Map(world.restores);
    const asked = { program: new Map(world.program), rotations: new Map(world.rotations) };
    const run = await go(world, "up");
    // Those that a program does not wait for need their time.
    await world.clock.sleep(LONG_MS);
    await go(world, "refresh");
    if (run.errors.length === 0 && isSettled(world)) return;
    for (const error of run.errors) remedy(world, error, before, declared, asked);
  }
  world.fail("up and refresh do not converge");
}

/** Each declared resource has exactly one snapshot, and it is completed; each restore has ended, as far as it was seen. */
function isSettled(world: World): boolean {
  const { state, ledger } = world;
  const program = world.registered();
  const live = new Map(ledger.live().map((snapshot) => [String(snapshot.id), snapshot]));
  return (
    state.length === program.size &&
    state.every(({ name, type, id, outputs }) => {
      if (!program.has(name)) return false;
      if (type === "RestoreRequest") return true;
      if (type === "RestoreCompletion")
        return outputs["restoredAt"] !== "" || outputs["answer"] === "unproven";
      if (type === "SafetySnapshot") return outputs["completedAt"] !== "";
      if (type === "SnapshotRotation") {
        const members = membersOf(outputs);
        const isWhole = members.every((each) => live.get(each.id)?.status === "completed");
        return isWhole && members.length <= Number(outputs["keep"]);
      }
      return live.get(id)?.status === "completed" && outputs["status"] === "completed";
    })
  );
}

/** What a message says has to be true, and a second time the same is not mended by waiting. */
function remedy(
  world: World,
  error: RunError,
  before: Set<string>,
  declared: ReadonlyMap<string, RestoreArgs>,
  asked: Program,
): void {
  if (remedyRestore(world, error, before, declared) || remedyRotation(world, error, before, asked)) return;
  const { resource, message } = error;
  const { program, state, ledger } = world;
  const serverId = String(program.get(resource)?.["serverId"]);
  const held = ledger.liveOn(serverId);
  const [, ofTheNewer] = message.split(SAYS.notYet);
  if (ofTheNewer !== undefined) {
    // A delete that waits for another snapshot speaks of that one: what it says of it has to be true.
    remedy(world, { resource, message: ofTheNewer }, before, declared, asked);
  } else if (SAYS.full.test(message)) {
    // A place may have come free in the same run, and a replacement that was to create first deletes first now.
    if (before.has(resource) && held.length < 5) world.fail(`the quota error of "${resource}" is wrong`);
    if (before.has(resource)) program.delete(resource);
    before.add(resource);
  } else if (SAYS.taken.test(message)) {
    const [, id] = /^snapshot (\S+) /.exec(message) ?? [];
    // The same run may have deleted it after that: then the next one meets it no more.
    if (id !== undefined && !world.ledger.isLive(id)) return;
    if (!held.some((snapshot) => String(snapshot.id) === id))
      world.fail(`the name of "${resource}" is not taken`);
    program.delete(resource);
  } else if (SAYS.heldTwice.test(message)) {
    // As the message says: `pulumi state delete`, and nothing that asks for it again.
    const [, id] = /^snapshot (\S+) /.exec(message) ?? [];
    const holding = state.filter((entry) => entry.id === id);
    const [unwanted] = holding;
    // A refresh after that run may have dropped both.
    if (unwanted === undefined && id !== undefined && !ledger.isLive(id)) return;
    if (unwanted === undefined || holding.length < 2)
      return world.fail(`${id ?? "nothing"} is not held twice`);
    state.splice(state.indexOf(unwanted), 1);
    program.delete(unwanted.name);
  } else if (SAYS.importedTwice.test(message)) {
    const importing = [...program].filter(([, args]) =>
      message.includes(`snapshot ${String(args["__import"])} `),
    );
    if (importing.length === 0) world.fail(`"${resource}" is said to be imported`);
    for (const [name] of importing) program.delete(name);
  } else if (/import/.test(message) && program.get(resource)?.["__import"] !== undefined) {
    program.delete(resource);
  } else if (SAYS.keptTwice.test(message)) {
    // A refresh after that run may have dropped both.
    if (!state.some((entry) => entry.name === resource)) return;
    // As the message says: `pulumi state delete`.
    const unwanted = state.findIndex(
      (entry) => entry.name === resource && (entry.delete || !program.has(resource)),
    );
    if (unwanted < 0) world.fail(`"${resource}" is said to be held twice`);
    state.splice(unwanted, 1);
  } else if (SAYS.gone.test(message)) {
    const [, id = ""] = /^snapshot (\S+) /.exec(message) ?? [];
    if (ledger.isLive(id)) world.fail(`${id} of "${resource}" exists`);
  } else if (!SAYS.ended.test(message)) {
    world.fail(`up fails although everything works: ${message}`);
  }
}

async function expectClean(world: World): Promise<void> {
  if (world.state.length > 0) world.fail("destroy left something in state");
  for (const { snapshot, post } of world.ledger.ours()) {
    if (!post.excused) world.fail(`destroy left ${snapshot.id} "${post.name}" on the server`);
  }
  await Promise.resolve();
}
