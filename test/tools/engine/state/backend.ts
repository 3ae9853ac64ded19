import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { CliError, exitCodes } from "../cli/cli-error";
import { parseDeployment, type SavedDeployment } from "./deployment-file";
import { writeAtomically } from "./files";
import type { Project } from "./project";

function location(project: Project): string {
  const url = process.env["PULUMI_BACKEND_URL"];
  if (!url) return join(project.root, ".state");
  if (!url.startsWith("file://"))
    throw new CliError(`the offline engine keeps state in files only: PULUMI_BACKEND_URL is '${url}'`);
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(path);
}

/** A folder that holds one file a stack, and the name of the selected one. */
export class Backend {
  private readonly dir: string;

  constructor(private readonly project: Project) {
    this.dir = join(location(project), ".offline", project.name);
  }

  statePath = (stack: string) => join(this.dir, `${stack}.json`);
  lockPath = (stack: string) => join(this.dir, `${stack}.lock`);
  private selectedPath = () => join(this.dir, "selected");

  stacks(): string[] {
    if (!existsSync(this.dir)) return [];
    const files = readdirSync(this.dir).filter((file) => file.endsWith(".json"));
    return files.map((file) => file.slice(0, -".json".length)).sort();
  }

  selected(): string | undefined {
    if (!existsSync(this.selectedPath())) return undefined;
    return readFileSync(this.selectedPath(), "utf8").trim() || undefined;
  }

  /** The stack that a command is about: the one named, else the selected one. */
  current(named: string | undefined): string {
    const stack = named ?? this.selected();
    if (stack === undefined)
      throw new CliError(
        "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
      );
    this.mustExist(stack);
    return stack;
  }

  select(stack: string): void {
    this.mustExist(stack);
    writeAtomically(this.selectedPath(), stack);
  }

  create(stack: string, empty: SavedDeployment): void {
    if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack))
      throw new CliError(
        "a stack name may only contain alphanumeric, hyphens, underscores, and periods (100 characters at most)",
      );
    if (existsSync(this.statePath(stack)))
      throw new CliError(`stack 'organization/${this.project.name}/${stack}' already exists`);
    this.write(stack, empty);
    this.select(stack);
  }

  remove(stack: string): void {
    rmSync(this.statePath(stack));
    rmSync(this.lockPath(stack), { force: true });
    rmSync(join(this.project.configDir, `Pulumi.${stack}.yaml`), { force: true });
    if (this.selected() === stack) rmSync(this.selectedPath());
  }

  read(stack: string): SavedDeployment {
    this.mustExist(stack);
    return parseDeployment(JSON.parse(readFileSync(this.statePath(stack), "utf8")));
  }

  write(stack: string, deployment: SavedDeployment): void {
    writeAtomically(this.statePath(stack), `${JSON.stringify(deployment, undefined, 4)}\n`);
  }

  private mustExist(stack: string): void {
    if (!existsSync(this.statePath(stack)))
      throw new CliError(`no stack named '${stack}' found`, exitCodes.stackNotFound);
  }
}
