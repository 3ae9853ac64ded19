import { CANARY } from "../tools/support/account";
import { isDeepStrictEqual } from "node:util";
import { idsOf, membersOf } from "./resources";
import type { Post } from "./ledger";
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
  judgeDoubles(world);
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
  const recorded = new Set(state.flatMap(idsOf));
  for (const { snapshot, post } of ledger.ours()) {
    const id = String(snapshot.id);
    if (recorded.has(id) || post.excused) continue;
    const why = post.confirmed ? "its 201 was read" : "no error named it";
    world.fail(
      `snapshot ${id} "${post.name}" of "${post.resource}" is on the server and not in state: ${why}`,
    );
  }
  for (const entry of state) {
    const stolen = idsOf(entry).find((id) => ledger.foreign.has(id) && !ledger.imported.has(id));
    if (stolen !== undefined)
      world.fail(`"${entry.name}" holds ${stolen}, which other people made and nobody imported`);
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
    for (const one of [{ id, status: outputs["status"] }, ...membersOf(outputs)])
      if (one.status === "missing" && ledger.isLive(one.id))
        world.fail(`"${name}" is recorded as missing, and its snapshot ${one.id} exists`);
  }
}

/** A rotation makes one snapshot for one change of its triggers. */
function judgeDoubles(world: World): void {
  const { posts } = world.ledger;
  const there = new Set(
    world.ledger.live().flatMap(({ id, status }) => (status === "completed" ? String(id) : [])),
  );
  const made = posts.filter((post) => post.addition !== undefined && post.made.size > 0);
  for (const [i, post] of made.entries()) {
    const before = made.slice(0, i).findLast(({ addition }) => addition?.ring === post.addition?.ring);
    if (before === undefined || !isDeepStrictEqual(before.addition, post.addition)) continue;
    const both = [before, post];
    if (both.every((each) => !isLeft(each) && [...each.made].some((id) => there.has(id))))
      world.fail(`"${post.resource}" has "${before.name}" and "${post.name}" for one change of its triggers`);
  }
}

/** What a killed run has made, or one that did not know it, may be made again before anybody can see it. */
const isLeft = ({ excused, addition }: Post): boolean => excused || addition?.left === true;

/** An `up` that reports success has made what the program asks for, and waited for it. */
function judgeSuccess(world: World): void {
  judgeRestored(world);
  judgeRotations(world);
  for (const [name, args] of world.program) {
    const entries = world.state.filter((entry) => entry.name === name);
    const [entry] = entries;
    if (entry === undefined || entries.length > 1)
      return world.fail(`up succeeded, and state holds ${entries.length} of "${name}"`);
    if (args["waitForCompletion"] !== false && entry.outputs["status"] !== "completed")
      world.fail(`up succeeded, and "${name}" is recorded as ${JSON.stringify(entry.outputs["status"])}`);
  }
}

/** An `up` that reports success has brought each rotation to what the program asks for. */
function judgeRotations(world: World): void {
  for (const [name, { keep, triggers }] of world.rotations) {
    const [entry, ...more] = world.state.filter((each) => each.name === name);
    if (entry === undefined || more.length > 0)
      return world.fail(`up succeeded, and state holds no one "${name}"`);
    const members = membersOf(entry.outputs);
    const open = members.find(({ status }) => status !== "completed");
    if (members.length > Number(keep)) world.fail(`up succeeded, and "${name}" holds ${members.length}`);
    if (open !== undefined) world.fail(`up succeeded, and ${open.id} of "${name}" is "${open.status}"`);
    if (entry.outputs["__pending"] !== undefined) world.fail(`up succeeded, and "${name}" is not at its end`);
    if (!isDeepStrictEqual([entry.outputs["keep"], entry.outputs["triggers"]], [keep, triggers]))
      world.fail(`up succeeded, and "${name}" is recorded with other arguments`);
    if (!isDeepStrictEqual(world.ledger.ring(entry.id).triggers, triggers))
      world.fail(`up succeeded, and "${name}" was not brought to ${JSON.stringify(triggers)}`);
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
