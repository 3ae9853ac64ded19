import type { Display } from "../display/events";
import type { Child } from "../process/child";
import { startProgram } from "../process/program";
import { engineService } from "../rpc/engine-service";
import { monitorService } from "../rpc/monitor-service";
import { EngineServer } from "../rpc/server";
import { Journal } from "../state/journal";
import type { Project } from "../state/project";
import type { Snapshot } from "../state/resource-state";
import type { ConfigValue } from "../state/stack-config";
import { deleteLeftovers } from "./deletes";
import { importAll, type ImportItem } from "./import";
import type { Interrupts } from "./interrupts";
import { Providers } from "./providers";
import { refreshAll } from "./refresh";
import { Run, type RunOptions } from "./run";

export interface Operation {
  project: Project;
  stack: string;
  options: RunOptions;
  /** Refresh and destroy do without, unless asked to run it. */
  runProgram: boolean;
  imports: ImportItem[];
  /** A refresh may be told to forget creations that were interrupted. */
  clearPendingCreates: boolean;
  config: Record<string, ConfigValue>;
  snapshot: Snapshot;
  write: (snapshot: Snapshot) => void;
  display: Display;
  interrupts: Interrupts;
}

export interface Result {
  ok: boolean;
  changed: boolean;
}

/** One preview or one update from beginning to end. */
export async function execute(operation: Operation): Promise<Result> {
  const { run, server } = await prepare(operation);
  run.display.begin();
  warnOfPending(run, operation);
  const program = needsProgram(operation) ? start(run, operation, server) : undefined;
  const stop = () => Promise.all([program?.stop(), run.providers.stop()]);
  const release = operation.interrupts.attach({
    cancel: () => run.end("cancelled"),
    terminate: async () => {
      run.terminate();
      await stop();
    },
  });
  try {
    if (program) await awaitProgram(run, program.exited);
    if (run.outcome === "going") await finish(run, operation);
    await run.settled();
    if (operation.clearPendingCreates) run.journal.forgetPending();
    run.journal.save();
  } finally {
    conclude(run);
    await stop();
    server.stop();
    release();
  }
  return { ok: run.outcome === "going", changed: run.tally.hasChanges() };
}

/** The run and the server that speaks for it: providers learn the server's address only when they start. */
async function prepare(operation: Operation): Promise<{ run: Run; server: EngineServer }> {
  const { project, stack, options, display, config } = operation;
  const place = { project: project.name, stack };
  const journal = new Journal(operation.snapshot, options.dryRun ? () => undefined : operation.write);
  const providers = new Providers({ project, place, config, journal, dryRun: options.dryRun });
  const run = new Run(place, options, journal, providers, display);
  const engine = engineService((line) => run.diagnostic(line));
  const server = await EngineServer.start(engine, monitorService(run));
  providers.startWith(server.address, lineOf(run));
  return { run, server };
}

/** What program and host print shows up at the stack. */
const lineOf = (run: Run) => (message: string) => run.diagnostic({ urn: "", severity: "info", message });

function start(run: Run, { project, stack, config, options }: Operation, { address }: EngineServer): Child {
  const { dryRun, parallel } = options;
  return startProgram({ project, stack, config, dryRun, parallel, address, onLine: lineOf(run) });
}

const needsProgram = ({ options, runProgram }: Operation) => options.mode === "update" || runProgram;

async function finish(run: Run, { options, imports }: Operation): Promise<void> {
  if (options.mode === "import") await importAll(run, imports);
  else if (options.mode === "refresh") await refreshAll(run);
  else await deleteLeftovers(run);
}

/** A program that ended well has asked for everything; code 32 says that it has explained itself. */
async function awaitProgram(run: Run, exited: Promise<number>): Promise<void> {
  const code = await Promise.race([exited, run.stopped.then(() => undefined)]);
  await run.settled();
  if (code === undefined || code === 0 || run.outcome !== "going") return;
  if (code !== 32)
    run.error("", `an unhandled error occurred: Program exited with non-zero exit code: ${code}`);
  run.end("refused");
}

function conclude(run: Run): void {
  const kind = run.dryRun ? "preview" : "update";
  if (run.outcome === "failed") run.error("", `${kind} failed`);
  if (run.outcome === "cancelled") run.error("", `${kind} ${run.terminated ? "failed" : "canceled"}`);
  run.display.end(run.tally);
}

function warnOfPending(run: Run, { options, snapshot }: Operation): void {
  if (snapshot.pending.length === 0 || options.dryRun || options.mode === "refresh") return;
  const list = snapshot.pending
    .map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}\n`)
    .join("");
  const message = `Attempting to deploy or update resources with ${snapshot.pending.length} pending operations from previous deployment.
${list}These resources are in an unknown state because the Pulumi CLI was interrupted while waiting for changes to these resources to complete. You should confirm whether or not the operations listed completed successfully by checking the state of the appropriate provider. For example, if you are using AWS, you can confirm using the AWS Console.

Once you have confirmed the status of the interrupted operations, you can repair your stack using \`pulumi refresh\` which will refresh the state from the provider you are using and clear the pending operations if there are any.

Note that \`pulumi refresh\` will need to be run interactively to clear pending CREATE operations.`;
  run.diagnostic({ urn: "", severity: "warning", message });
}
