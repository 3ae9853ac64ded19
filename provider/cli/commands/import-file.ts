import { fstatSync, lstatSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { VpsorgError } from "../../api/errors";
import { planImport } from "../../core/import-file";
import { findSnapshots } from "../../core/lookup";
import { snapshotProgress } from "../../core/status";
import { snapshotLabel } from "../../core/messages/labels";
import { sayLeftOut } from "../context";
import type { CommonOptions, Context } from "../context";
import type { Terminal } from "../terminal";

export interface ImportFileOptions extends CommonOptions {
  readonly server?: string;
  readonly nameRegex?: string;
  readonly out: string;
  readonly program?: string;
  readonly force?: boolean;
}

export async function importFile({ terminal, session }: Context, options: ImportFileOptions): Promise<void> {
  const { out, server, nameRegex, force } = options;
  if (options.program !== undefined) checkProgramFile(options.program, out);
  if (isThere(out) && force !== true) throw existing(out);
  const { snapshots, odd } = await findSnapshots(session, { serverId: server, nameRegex });
  sayLeftOut(terminal, odd);
  const usable = snapshots.filter((snapshot) => snapshotProgress(snapshot.status) !== "failed");
  for (const left of snapshots.filter((s) => !usable.includes(s))) {
    terminal.say(`left out: ${snapshotLabel(left)}, which ended as "${left.status}"`);
  }
  if (usable.length === 0) throw nothingToImport(server, nameRegex);
  const { file, program } = planImport(usable, session.endpoint, Math.random);
  if (options.program !== undefined) write(options.program, program, { option: "--program", force: false });
  try {
    write(out, `${JSON.stringify(file, null, 2)}\n`, { option: "--out", force: force === true });
  } catch (error) {
    // What this has just made, and nobody has seen.
    if (options.program !== undefined) rmSync(options.program, { force: true });
    throw error;
  }
  for (const open of usable.filter((s) => snapshotProgress(s.status) === "pending")) {
    terminal.say(
      `${snapshotLabel(open)} is still "${open.status}": the first \`pulumi up\` waits until it is completed`,
    );
  }
  if (options.json === true) {
    const snapshots = usable.map(({ id }) => id);
    const written = options.program === undefined ? {} : { programFile: options.program };
    terminal.result(JSON.stringify({ file: out, ...written, snapshots, program }, null, 2));
  } else sayWritten(terminal, options, usable.length, program);
}

/** What was written, and what to do with it. */
function sayWritten(terminal: Terminal, options: ImportFileOptions, count: number, program: string): void {
  const wrote = `Wrote ${count} snapshot${count === 1 ? "" : "s"} to ${options.out}`;
  const next = `In the Pulumi project (CLI 3.254 or later) run\n\n  pulumi import --file ${options.out} --generate-code=false\n\n`;
  const late =
    "before the next `pulumi up`: what the program does not have is deleted, or refused as protected";
  if (options.program === undefined) {
    terminal.say(`${wrote}. ${next}and put the lines that follow into its program, ${late}.\n`);
    terminal.result(program.trimEnd());
  } else {
    terminal.say(
      `${wrote}, and the program for ${count === 1 ? "it" : "them"} to ${options.program}. ${next}` +
        `and import ${options.program} in its program, ${late}.`,
    );
  }
}

/** A link counts as well, also one that leads nowhere: it would be written through. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function existing(out: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `${out} exists already: choose another file with --out, or add --force`,
  );
}

/** Refuses a program that would not be loaded, and one that would take the place of another. */
function checkProgramFile(program: string, out: string): void {
  if (!/\.[cm]?[jt]s$/.test(program))
    throw unfit(program, "it has to end with .ts or .js, so that a program can import it");
  const bare = (file: string): string => join(dirname(resolve(file)), basename(file, extname(file)));
  if (bare(program) === bare(out))
    throw unfit(program, `an import of it would find ${out}, which has the same name: choose another one`);
  if (isThere(program)) throw existingProgram(program);
}

/** --force is not for this one. */
function existingProgram(program: string): VpsorgError {
  return unfit(
    program,
    "it exists already, and what a program does not have any more is deleted by the next `pulumi up`: choose another file",
  );
}

function unfit(program: string, problem: string): VpsorgError {
  return new VpsorgError("INVALID_ARGUMENT", `--program ${program}: ${problem}`);
}

function write(
  file: string,
  text: string,
  { option, force }: { readonly option: "--out" | "--program"; readonly force: boolean },
): void {
  try {
    writeFileSync(file, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Made by somebody else since it was looked at.
    if (code === "EEXIST") throw option === "--program" ? existingProgram(file) : existing(file);
    const why =
      code === "ENOENT"
        ? "its folder does not exist"
        : code === "EACCES"
          ? "it may not be written to"
          : String(code);
    throw new VpsorgError(
      "INVALID_ARGUMENT",
      `cannot write ${file}: ${why}; choose another file with ${option}`,
    );
  }
}

/** After a failure: the shell has emptied the file of `> FILE` before the command began. */
export function warnIfEmptied(terminal: Terminal): void {
  const output = fstatSync(process.stdout.fd);
  if (!output.isFile() || output.size > 0) return;
  terminal
    .reporter()
    .warn(
      "the file that the output goes to is empty now. If a program imports it, bring it back before the next `pulumi up`, " +
        "which deletes what the program does not have any more. With --program FILE nothing is written where something fails.",
    );
}

function nothingToImport(server: string | undefined, nameRegex: string | undefined): VpsorgError {
  const where = server === undefined ? "" : ` of server ${server}`;
  const which = nameRegex === undefined ? "" : ` whose name matches ${JSON.stringify(nameRegex)}`;
  return new VpsorgError("NOT_FOUND", `there is no snapshot${where}${which} to import; nothing was written`);
}
