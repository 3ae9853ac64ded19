import { CANARY } from "../tools/support/account";
import type { Entry } from "./resources";
import type { Finished, World } from "./world";

/** How long a list may lack what the API has confirmed. */
const GRACE_MS = 60_000;

/** What has to hold after every command; `run` is what the command came to, where it was a run. */
export function judge(world: World, run: Finished | undefined): void {
  if (run !== undefined) {
    excuse(world, run);
    judgeTold(world, run);
  }
  judgeRestores(world, run);
  const [problem] = world.ledger.problems;
  if (problem !== undefined) world.fail(problem);
  judgeOwnership(world);
  judgeRecords(world, run);
  if (run?.operation === "up" && run.errors.length === 0 && !run.killed && !run.cancelled)
    judgeSuccess(world);
}

/**
 * What a run left behind without recording it is allowed only where the run was killed, or where nothing proved
 * that it exists and the run's error names it.
 */
function excuse(world: World, run: Finished): void {
  for (const post of world.ledger.posts) {
    if (post.run !== world.runs || post.excused) continue;
    const named = !post.confirmed && run.errors.some(({ message }) => message.includes(`"${post.name}"`));
    if (run.killed || named) post.excused = true;
  }
}

function judgeTold(world: World, run: Finished): void {
  const said = JSON.stringify([run.errors, run.told, world.state]);
  if (said.includes(CANARY)) world.fail("the token shows in messages or in state");
  for (const { message } of run.errors) {
    if (message.startsWith("MODEL:")) world.fail(message);
    // An error of Node or of a library is a defect that nobody foresaw.
    if (/is not a function|Cannot read prop|is not defined|not iterable|AxiosError/.test(message))
      world.fail(`an error that is none of ours: ${message}`);
  }
  judgeUnlisted(world, run);
  if (run.operation === "preview" && world.ledger.posts.some(({ run: number }) => number === world.runs))
    world.fail("a preview created something");
}

/** What lists show within the grace period must not end a wait as something that they never showed. */
function judgeUnlisted(world: World, { errors }: Finished): void {
  const { remote, ledger } = world;
  if (remote.model.behaviour().listLagMs >= GRACE_MS) return;
  for (const { message } of errors) {
    const [, id] = /^snapshot (\S+) .* no list has shown it for/.exec(message) ?? [];
    if (id !== undefined && ledger.isLive(id)) world.fail(`gave ${id} up before the lists had their time`);
  }
}

/** No id lost, no two for one resource, nothing owned that is other people's. */
function judgeOwnership(world: World): void {
  const { state, ledger } = world;
  const recorded = new Set(state.map(({ id }) => id));
  for (const { snapshot, post } of ledger.ours()) {
    const id = String(snapshot.id);
    if (recorded.has(id) || post.excused) continue;
    const why = post.confirmed ? "its 201 was read" : "no error named it";
    world.fail(
      `snapshot ${id} "${post.name}" of "${post.resource}" is on the server and not in state: ${why}`,
    );
  }
  for (const { id, name } of state) {
    if (ledger.foreign.has(id) && !ledger.imported.has(id))
      world.fail(`"${name}" holds ${id}, which other people made and nobody imported`);
  }
  for (const { name } of state) {
    const holding = state.filter((e) => e.name === name && !e.delete && !e.pendingReplacement);
    if (holding.length > 1) world.fail(`state holds "${name}" twice`);
  }
}

/** What was requested is recorded, and what is recorded as restored was. */
function judgeRestores({ ledger, runs, state }: World, run: Finished | undefined): void {
  const { restores, problems } = ledger;
  if (run !== undefined) restores.judgeRun(runs, problems);
  for (const entry of state)
    if (entry.type === "RestoreCompletion") restores.judgeCompletion(entry, problems);
}

/** Nothing is recorded as gone that exists. */
function judgeRecords(world: World, run: Finished | undefined): void {
  if (run === undefined) return;
  const { ledger, state } = world;
  for (const { id, name, outputs } of state) {
    if (outputs["status"] === "missing" && ledger.isLive(id))
      world.fail(`"${name}" is recorded as missing, and its snapshot ${id} exists`);
  }
}

/** An `up` that reports success has made what the program asks for, and waited for it. */
function judgeSuccess(world: World): void {
  judgeRestored(world);
  for (const [name, args] of world.program) {
    const entries = world.state.filter((entry) => entry.name === name);
    const [entry] = entries;
    if (entry === undefined || entries.length > 1)
      return world.fail(`up succeeded, and state holds ${entries.length} of "${name}"`);
    if (args["waitForCompletion"] !== false && entry.outputs["status"] !== "completed")
      world.fail(`up succeeded, and "${name}" is recorded as ${JSON.stringify(entry.outputs["status"])}`);
  }
}

/** An `up` that reports success has requested each restore of the program, and has seen its end or said that it cannot. */
function judgeRestored(world: World): void {
  const entry = (name: string): Entry | undefined =>
    world.state.find((each) => each.name === name && !each.delete);
  for (const [name, { type }] of world.registered()) {
    if (type !== "RestoreCompletion") continue;
    const [request, completion] = [entry(name.replace(/-completion$/, "-request")), entry(name)];
    if (request === undefined || completion?.outputs["requestId"] !== request.id)
      return world.fail(`up succeeded, and "${name}" is not of the request that is recorded`);
    const { restoredAt, answer } = completion.outputs;
    if (restoredAt === "" && answer !== "unproven") world.fail(`up succeeded, and "${name}" has seen no end`);
  }
}
