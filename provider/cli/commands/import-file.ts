import { lstatSync, writeFileSync } from "node:fs";
import { VpsorgError } from "../../api/errors";
import { planImport } from "../../core/import-file";
import { findSnapshots } from "../../core/lookup";
import { snapshotProgress } from "../../core/status";
import { snapshotLabel } from "../../core/messages/labels";
import { sayLeftOut } from "../context";
import type { CommonOptions, Context } from "../context";

export interface ImportFileOptions extends CommonOptions {
  readonly server?: string;
  readonly nameRegex?: string;
  readonly out: string;
  readonly force?: boolean;
}

export async function importFile({ terminal, session }: Context, options: ImportFileOptions): Promise<void> {
  const { out, server, nameRegex, force } = options;
  // A link counts as well, also one that leads nowhere: it would be written through.
  if (lstatSync(out, { throwIfNoEntry: false }) !== undefined && force !== true) throw existing(out);
  const { snapshots, odd } = await findSnapshots(session, { serverId: server, nameRegex });
  sayLeftOut(terminal, odd);
  const usable = snapshots.filter((snapshot) => snapshotProgress(snapshot.status) !== "failed");
  for (const left of snapshots.filter((s) => !usable.includes(s))) {
    terminal.say(`left out: ${snapshotLabel(left)}, which ended as "${left.status}"`);
  }
  if (usable.length === 0) throw nothingToImport(server, nameRegex);
  const { file, program } = planImport(usable, session.endpoint, Math.random);
  write(out, `${JSON.stringify(file, null, 2)}\n`, force === true);
  for (const open of usable.filter((s) => snapshotProgress(s.status) === "pending")) {
    terminal.say(
      `${snapshotLabel(open)} is still "${open.status}": the first \`pulumi up\` waits until it is completed`,
    );
  }
  if (options.json === true) {
    terminal.result(JSON.stringify({ file: out, snapshots: usable.map((s) => s.id), program }, null, 2));
    return;
  }
  terminal.say(
    `Wrote ${usable.length} snapshot${usable.length === 1 ? "" : "s"} to ${out}. In the Pulumi project (CLI 3.254 or later) run\n\n` +
      `  pulumi import --file ${out} --generate-code=false\n\nand put this into its program, before the next pulumi up: what the program does not have is deleted, or ` +
      "refused as protected:\n",
  );
  terminal.result(program.trimEnd());
}

function existing(out: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `${out} exists already: choose another file with --out, or add --force`,
  );
}

function write(out: string, text: string, force: boolean): void {
  try {
    writeFileSync(out, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const code = error instanceof Object && "code" in error ? error.code : undefined;
    if (code === "EEXIST") throw existing(out);
    const why =
      code === "ENOENT"
        ? "its folder does not exist"
        : code === "EACCES"
          ? "it may not be written to"
          : String(code);
    throw new VpsorgError("INVALID_ARGUMENT", `cannot write ${out}: ${why}; choose another file with --out`);
  }
}

function nothingToImport(server: string | undefined, nameRegex: string | undefined): VpsorgError {
  const where = server === undefined ? "" : ` of server ${server}`;
  const which = nameRegex === undefined ? "" : ` whose name matches ${JSON.stringify(nameRegex)}`;
  return new VpsorgError("NOT_FOUND", `there is no snapshot${where}${which} to import; nothing was written`);
}
