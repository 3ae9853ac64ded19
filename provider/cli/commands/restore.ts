import type { ServerRecord } from "../../api";
import { AbortedError, withMessage, VpsorgError, WaitTimeoutError } from "../../api/errors";
import { oneLine } from "../../api/text";
import { ID_FORM, toId } from "../../api/ids";
import { planRestore } from "../../core/restore/plan";
import type { RestorePlan } from "../../core/restore/plan";
import { restore as restoreSnapshot } from "../../core/restore/run";
import { awaitRestore } from "../../core/restore/wait";
import { rollbackHint, takeSafetySnapshot } from "../../core/restore/safety";
import type { SafetySnapshot } from "../../core/restore/safety";
import { commandLine } from "../../core/messages/advice";
import {
  age,
  formatDuration,
  moment,
  asSentence,
  serverLabel,
  snapshotLabel,
} from "../../core/messages/labels";
import type { CommonOptions, Context } from "../context";
import { onInterrupt, orInterrupted } from "../interrupt";
import { timeoutOption } from "../timeout";
import { startOperation } from "../../core/operation";

export interface RestoreOptions extends CommonOptions {
  readonly safetySnapshot?: boolean;
  readonly server?: string;
  readonly timeout: string;
  readonly yes?: boolean;
  readonly watch?: string;
}

export async function restore(
  context: Context,
  id: string | undefined,
  options: RestoreOptions,
): Promise<void> {
  const timeoutMs = timeoutOption(options.timeout);
  if (options.watch !== undefined && (id !== undefined || options.safetySnapshot === true)) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      "--watch starts no restore: leave out the snapshot and --safety-snapshot",
    );
  }
  if (options.watch !== undefined) return watch(context, options.watch, timeoutMs, options.json === true);
  if (id === undefined)
    throw new VpsorgError("INVALID_ARGUMENT", "name the snapshot to restore, or --watch SERVER");
  const { terminal, session } = context;
  const plan = await planRestore(session, { snapshotId: id, serverId: options.server });
  await confirm(context, plan, options);
  const safety = options.safetySnapshot === true ? await safetyOf(context, plan, options) : undefined;
  // What was confirmed is what is sent: the snapshot is looked at once more, and has to be of the same server.
  session.lists.invalidate();
  const outcome = await untilInterrupted(plan.server.id, (signal) =>
    restoreSnapshot(startOperation(session, terminal.reporter()), {
      snapshotId: plan.snapshot.id,
      serverId: plan.snapshot.serverId,
      timeoutMs,
      signal,
    }),
  ).catch((error: unknown) => {
    throw withRollbackHint(error, safety);
  });
  const took = formatDuration(Date.parse(outcome.finishedAt) - Date.parse(outcome.startedAt));
  if (options.json === true) {
    terminal.result(
      JSON.stringify(
        { ...outcome, ...(safety === undefined ? {} : { safetySnapshotId: safety.id }) },
        null,
        2,
      ),
    );
  } else {
    terminal.result(
      `Restored ${snapshotLabel(plan.snapshot)} in ${took}; the server is ${outcome.serverStatus}.${rollbackHint(safety)}`,
    );
  }
}

/** Shows what will be lost, and asks for the server's name: a "yes" is typed too easily. */
async function confirm(
  { terminal, session }: Context,
  plan: RestorePlan,
  options: RestoreOptions,
): Promise<void> {
  const { snapshot, server } = plan;
  const label = serverLabel(server.id, server.name);
  const loss =
    `This overwrites everything on ${label} with snapshot ${snapshot.id} "${oneLine(snapshot.name)}", ${age(snapshot.createdAt, session.clock.now())}.\n` +
    `What was written since ${moment(snapshot.createdAt)} is lost, the server is stopped meanwhile, and it cannot be undone.`;
  if (options.yes === true) {
    terminal.say(loss);
    return;
  }
  if (!terminal.canAsk) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `cannot ask for confirmation without a terminal: pass --yes to overwrite ${label}`,
    );
  }
  terminal.say(loss);
  const [what, expected] = (await isClear(session, server)) ? ["name", server.name] : ["id", server.id];
  const answer = await terminal.ask(`Type the server's ${what} to restore it (${expected}): `);
  if (answer !== expected)
    throw new VpsorgError("ABORTED", `The answer is not the server's ${what}. Nothing was restored.`);
}

/** Whether a server's name says which server is meant: no other one has it, and it is no id and no "yes". */
async function isClear(session: Context["session"], { name }: ServerRecord): Promise<boolean> {
  if (!isTypeable(name) || /^(\d+|y|yes)$/i.test(name)) return false;
  const servers = await session.servers().catch(() => []);
  return servers.filter((server) => server.name.toLowerCase() === name.toLowerCase()).length === 1;
}

/** Whether somebody can read a name and type it: not empty, of what is seen and of single spaces, and not too long. */
function isTypeable(name: string): boolean {
  return (
    name.length <= 80 &&
    /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u.test(name) &&
    !name.includes("\u2800")
  );
}

async function safetyOf(
  { terminal, session }: Context,
  plan: RestorePlan,
  { timeout }: RestoreOptions,
): Promise<SafetySnapshot> {
  const target = { serverId: plan.server.id, snapshotId: plan.snapshot.id, create: timeout };
  const { id, outputs } = await orInterrupted(
    terminal,
    () => leftBehind(session, plan.server.id),
    () => takeSafetySnapshot(startOperation(session, terminal.reporter()), target),
  );
  return { id, name: outputs.name };
}

/** What an interrupt leaves on the server while the safety snapshot is being made. */
function leftBehind(session: Context["session"], serverId: string): string {
  const made = session.lists.writes.firstCreated();
  const goesOn =
    made === undefined
      ? `A safety snapshot may or may not have been started; ${commandLine(`list --server ${serverId}`)} shows it if it was.`
      : `${snapshotLabel(made)} continues on the server.`;
  return `Interrupted. Nothing was restored. ${goesOn}`;
}

/** Watches a restore that is under way, whoever started it. */
async function watch(
  { terminal, session }: Context,
  server: string,
  timeoutMs: number,
  json: boolean,
): Promise<void> {
  const id = toId(server);
  if (id === undefined) {
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `--watch must be the id of a server, ${ID_FORM}; it is ${JSON.stringify(server)}`,
    );
  }
  const found = await session.client.getServer(id);
  if (found === undefined) throw new VpsorgError("NOT_FOUND", `there is no server ${id} in this account`);
  const startedAt = session.clock.now();
  const plan = {
    server: found,
    snapshot: {
      id: "",
      name: "",
      serverId: found.id,
      serverName: found.name,
      createdAt: "",
      status: "",
    },
  };
  const phases = new Set<string>();
  const end = await untilInterrupted(found.id, (signal) =>
    awaitRestore(startOperation(session, terminal.reporter()), plan, {
      startedAt,
      deadlineAt: startedAt + timeoutMs,
      signal,
      onProgress: ({ phase }) => void phases.add(phase),
    }),
  );
  const unseen = phases.has("restoring") ? "" : "; it was not seen restoring";
  terminal.result(
    json ? JSON.stringify(end, null, 2) : `${serverLabel(end.id, end.name)} is ${end.status}${unseen}.`,
  );
}

/** An interrupt or the time allowed ends the watching; the restore continues, and the message says how to watch again. */
async function untilInterrupted<T>(server: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const done = onInterrupt(() => controller.abort());
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!(error instanceof AbortedError || error instanceof WaitTimeoutError)) throw error;
    // What was stopped before it was asked for is not to be watched.
    if (error.message.includes("Nothing was restored")) throw error;
    const again = `Watch again with ${commandLine(`restore --watch ${server}`)}.`;
    throw withMessage(error, `${asSentence(error.message)} ${again}`);
  } finally {
    done();
  }
}

function withRollbackHint(error: unknown, safety: SafetySnapshot | undefined): unknown {
  if (safety === undefined || !(error instanceof VpsorgError)) return error;
  return withMessage(error, `${asSentence(error.message)}${rollbackHint(safety)}`);
}
