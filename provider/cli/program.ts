import { Command, CommanderError } from "commander";
import { VpsorgError } from "../api/errors";
import { packageVersion } from "../api/version";
import { InitError } from "../core/init-error";
import { openContext } from "./context";
import type { CommonOptions, Context } from "./context";
import type { CreateOptions } from "./commands/create";
import type { DeleteOptions } from "./commands/delete";
import type { DoctorOptions } from "./commands/doctor";
import { EXIT, exitCodeFor } from "./exit-code";
import type { ImportFileOptions } from "./commands/import-file";
import type { ListOptions } from "./commands/list";
import type { RestoreOptions } from "./commands/restore";
import type { Terminal } from "./terminal";

const ENVIRONMENT = `
Environment:
  VPSORG_TOKEN     the API token; required
  VPSORG_ENDPOINT  the API's base, default https://admin.vps.org/api/v1

Exit codes: 0 done, 1 failed, 2 used wrongly, 3 not found, 4 not authorised, 5 timed out, 130 interrupted.`;

/** Runs the command and gives its exit code. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const code = await exitCodeOf(argv, terminal);
  if (code !== EXIT.done && argv[0] === "import-file")
    (await import("./commands/import-file.js")).warnIfEmptied(terminal);
  return code;
}

async function exitCodeOf(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await define(terminal).parseAsync([...argv], { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (error instanceof CommanderError) {
      // It has told people already.
      if (terminal.json) terminal.fail("INVALID_ARGUMENT", usageProblem(error));
      return EXIT.usage;
    }
    report(terminal, error);
    return exitCodeFor(error);
  }
}

function define(terminal: Terminal): Command {
  const program = new Command("pulumi-vpsorg")
    .description("Lists, takes, deletes, imports and restores snapshots of VPS.org servers.")
    .version(packageVersion())
    .configureOutput(terminal.json ? { writeErr: () => undefined } : {})
    .exitOverride()
    .showHelpAfterError("(add --help for the options)")
    .addHelpText("after", ENVIRONMENT);
  const within =
    <O extends CommonOptions>(work: (context: Context, options: O) => Promise<void>) =>
    async (options: O) =>
      work(await openContext(terminal, options), options);

  common(program.command("list").description("list snapshots, newest first"))
    .option("--server <id>", "only those of this server")
    .action(within<ListOptions>(async (context, o) => (await import("./commands/list.js")).list(context, o)));

  common(program.command("create").description("take a snapshot and wait until it is completed"))
    .requiredOption("--server <id>", "the server")
    .requiredOption("--name <name>", "letters, digits, hyphens and underscores")
    .option("--description <text>", "free text")
    .option("--timeout <time>", "how long to wait, such as 45m or 1h", "30m")
    .option("--no-wait", "do not wait until it is completed")
    .action(
      within<CreateOptions>(async (context, o) => (await import("./commands/create.js")).create(context, o)),
    );

  common(program.command("delete").description("delete a snapshot; this cannot be undone"))
    .argument("<id>", "the snapshot")
    .option("--yes", "do not ask")
    .action(async (id: string, o: DeleteOptions) =>
      (await import("./commands/delete.js")).remove(await openContext(terminal, o), id, o),
    );

  common(program.command("restore").description("restore a snapshot and wait until its server works again"))
    .argument("[id]", "the snapshot")
    .option("--server <id>", "refuse unless the snapshot is of this server")
    .option("--safety-snapshot", "take a snapshot of the present state first, and keep it")
    .option("--timeout <time>", "how long to wait, such as 45m or 1h", "45m")
    .option("--yes", "do not ask")
    .option("--watch <server>", "watch a restore that is under way, and start none")
    .action(async (id: string | undefined, o: RestoreOptions) =>
      (await import("./commands/restore.js")).restore(await openContext(terminal, o), id, o),
    );

  common(
    program
      .command("import-file")
      .description("write a file for `pulumi import --file`, and print the program for it"),
  )
    .option("--server <id>", "only the snapshots of this server")
    .option("--name-regex <pattern>", "only snapshots whose name matches")
    .option("--out <file>", "where to write", "vpsorg-import.json")
    .option("--program <file>", "where to write the program, instead of printing it; never overwritten")
    .option("--force", "overwrite the file of --out")
    .action(
      within<ImportFileOptions>(async (context, o) =>
        (await import("./commands/import-file.js")).importFile(context, o),
      ),
    );

  common(
    program
      .command("doctor")
      .description("examine what of this account and API is as documented; changes nothing"),
  )
    .option("--report", "print it for an issue: without names, ids, addresses or texts of the account")
    .action(async (o: DoctorOptions) => (await import("./commands/doctor.js")).doctor(terminal, o));
  return program;
}

function common(command: Command): Command {
  return command
    .option("--json", "print JSON for scripts")
    .option("--endpoint <url>", "the API's base, instead of VPSORG_ENDPOINT")
    .exitOverride()
    .showHelpAfterError("(add --help for the options)");
}

/** What is wrong with the arguments. */
function usageProblem(error: CommanderError): string {
  return error.message.replace(/^error: /, "").replaceAll("\n", " ");
}

function report(terminal: Terminal, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof VpsorgError ? error.code : "FAILED";
  terminal.fail(code, message, error instanceof InitError ? { id: error.id } : {});
}
