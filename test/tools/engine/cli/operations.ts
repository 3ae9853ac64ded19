import { execute, type Operation, type Result } from "../deploy/execute";
import type { Interrupts } from "../deploy/interrupts";
import type { Mode, RunOptions } from "../deploy/run";
import { DiffDisplay } from "../display/diff";
import type { Display } from "../display/events";
import { HumanDisplay } from "../display/human";
import { JsonDisplay } from "../display/json";
import { encryptingSeal, loadSnapshot, saveSnapshot } from "../state/deployment-file";
import { lock } from "../state/lock";
import type { ConfigValue } from "../state/stack-config";
import type { Args } from "./args";
import { CliError, exitCodes } from "./cli-error";
import { readImportFile } from "./import-file";
import { Workspace, type Stack } from "./workspace";

const modes: Record<string, Mode> = {
  preview: "update",
  up: "update",
  refresh: "refresh",
  destroy: "destroy",
  import: "import",
};

/** `preview`, `up`, `refresh`, `destroy` and `import`. */
export async function operate(args: Args, interrupts: Interrupts): Promise<void> {
  for (const other of ["skip-preview", "yes"])
    if (args.is("preview-only") && args.is(other))
      throw new CliError(`--${other} and --preview-only cannot be used together`);
  const preview = args.command === "preview" || args.is("preview-only");
  if (!preview && !args.is("yes") && !args.is("skip-preview"))
    throw new CliError(
      "--yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode",
      args.command === "refresh" ? 1 : exitCodes.usage,
    );
  const workspace = new Workspace(args);
  const stack = workspace.stack(args);
  const release = preview
    ? undefined
    : lock(workspace.backend.lockPath(stack.name), (text) => console.error(text));
  try {
    const config = configuration(stack);
    const mode = modes[args.command] ?? "update";
    if (preview || !args.is("skip-preview")) {
      const result = await once(
        args,
        workspace,
        stack,
        config,
        { ...options(args, mode), dryRun: true },
        interrupts,
      );
      judge(result, args, args.is("preview-only") ? mode : "preview", preview, interrupts);
    }
    if (preview) return;
    const result = await once(args, workspace, stack, config, options(args, mode), interrupts);
    judge(result, args, mode, true, interrupts);
    if (mode === "destroy") sayWhatIsLeft(stack.name);
  } finally {
    release?.();
  }
}

function configuration({ config }: Stack): Record<string, ConfigValue> {
  try {
    config.crypter();
    return config.all();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`getting stack configuration: get stack secrets manager: ${error.message}`);
  }
}

function options(args: Args, mode: Mode): RunOptions {
  const parallel = Number(args.text("parallel") ?? 16);
  if (!Number.isInteger(parallel))
    throw new CliError(`invalid argument "${args.text("parallel") ?? ""}" for "-p, --parallel" flag`);
  return { mode, dryRun: false, parallel: Math.max(1, parallel), replace: new Set(args.list("replace")) };
}

function once(
  args: Args,
  { project, backend }: Workspace,
  { name, config: stackConfig }: Stack,
  config: Record<string, ConfigValue>,
  runOptions: RunOptions,
  interrupts: Interrupts,
): Promise<Result> {
  const crypter = stackConfig.crypter();
  const seal = encryptingSeal(crypter);
  const place = { project: project.name, stack: name };
  const operation: Operation = {
    project,
    stack: name,
    options: runOptions,
    runProgram: args.is("run-program"),
    imports: imports(args, stackConfig),
    clearPendingCreates: args.is("clear-pending-creates"),
    config,
    // Read again for every run: the preview before it has changed the states it was given.
    snapshot: loadSnapshot(backend.read(name), () => crypter),
    write: (snapshot) => backend.write(name, saveSnapshot(snapshot, crypter.salt, seal)),
    display: displayFor(args, place, runOptions, config),
    interrupts,
  };
  return execute(operation);
}

function imports(args: Args, config: Stack["config"]) {
  if (args.command !== "import") return [];
  const file = args.text("file");
  if (file === undefined) throw new CliError("the offline engine imports with --file only");
  if (args.is("generate-code", true))
    throw new CliError("the offline engine generates no code: use --generate-code=false");
  return readImportFile(file, args.is("protect", true), () => config.crypter());
}

function displayFor(
  args: Args,
  place: { project: string; stack: string },
  runOptions: RunOptions,
  config: Record<string, ConfigValue>,
): Display {
  const print = (line: string) => console.log(line);
  if (args.is("json")) return new JsonDisplay(config, print);
  return args.is("diff")
    ? new DiffDisplay(place, runOptions, print)
    : new HumanDisplay(place, runOptions, print);
}

/** What failed has been explained on its way; that nothing should have changed is said last. */
function judge(
  { ok, changed }: Result,
  args: Args,
  kind: string,
  last: boolean,
  interrupts: Interrupts,
): void {
  if (interrupts.terminated) throw new CliError("update cancelled", exitCodes.cancelled);
  if (!ok) throw new CliError("", 1);
  if (!last || !changed || !args.is("expect-no-changes")) return;
  throw new CliError(
    `no changes were expected for ${kind} but changes were proposed`,
    exitCodes.unexpectedChanges,
  );
}

function sayWhatIsLeft(stack: string): void {
  console.log(
    `The resources in the stack have been deleted, but the history and configuration associated with the stack are still maintained. \nIf you want to remove the stack completely, run \`pulumi stack rm ${stack}\`.`,
  );
}
