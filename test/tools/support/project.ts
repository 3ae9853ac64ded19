import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiCommand } from "../engine/choose";
import type { PulumiCommand } from "../engine/choose";
import { nodeEnvironment, quickStart } from "./compile-cache";
import { runServed } from "./engine-served";

/** The checkout, wherever this file was compiled to. */
export const ROOT = process.cwd();

export interface Finished {
  readonly code: number;
  /** Standard output and standard error in the order in which they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface ProjectOptions {
  /** An example to copy, by its folder's name. */
  readonly example?: string;
  /** The folder to lie in. @default one below the checkout */
  readonly parent?: string;
  /** Files to write, by their path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** @default the real one where there is one, else the offline engine */
  readonly engine?: PulumiCommand;
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/**
 * A Pulumi project in a folder of its own, with a state of its own, as a user would have it. It lies below the
 * checkout, so that the package and the SDK resolve as they do for an example.
 */
export class Project {
  readonly dir: string;
  readonly env: Record<string, string>;

  constructor(private readonly options: ProjectOptions = {}) {
    const { parent = join(ROOT, ".build", "projects") } = options;
    mkdirSync(parent, { recursive: true });
    this.dir = mkdtempSync(join(parent, "p-"));
    if (options.example !== undefined) {
      cpSync(join(ROOT, "examples", options.example), this.dir, {
        recursive: true,
        filter: (source) => !/node_modules|Pulumi\.\w+\.yaml$/.test(source),
      });
    }
    for (const [path, text] of Object.entries(options.files ?? {})) writeFileSync(join(this.dir, path), text);
    this.env = { ...cleanEnvironment(), ...engineEnvironment(this.dir), ...options.env };
  }

  /** Runs the Pulumi command line. */
  pulumi(...args: string[]): Promise<Finished> {
    const isMeasured = quickStart().length === 0;
    if (isMeasured || this.command.kind !== "offline") return this.start(args).finished;
    return runServed([...args, "--non-interactive"], this, ROOT, this.options.onOutput);
  }

  /** The same, still running: for tests that interrupt it. */
  start(args: readonly string[]): { readonly pid: number; readonly finished: Promise<Finished> } {
    const { command, args: first } = this.command;
    return this.spawn(command, [...first, ...args, "--non-interactive"]);
  }

  private get command(): PulumiCommand {
    return this.options.engine ?? pulumiCommand(ROOT);
  }

  /** Runs another program of the project with this Node. */
  node(...args: string[]): Promise<Finished> {
    return this.spawn(process.execPath, args).finished;
  }

  /** The same with its two outputs in one pipe, so that they come in the order in which they were written. */
  merged(...args: string[]): Promise<Finished> {
    return this.spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', process.execPath, ...args]).finished;
  }

  /** Runs a script of the shell that lies in the project. */
  shell(script: string): Promise<Finished> {
    return this.spawn("sh", [script]).finished;
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.pulumi("stack", "output", "--json");
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  private spawn(command: string, args: readonly string[]): { pid: number; finished: Promise<Finished> } {
    const child = spawn(command, args, {
      cwd: this.dir,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let stdout = "";
    const take = (isOut: boolean) => (data: Buffer) => {
      const text = data.toString();
      output += text;
      if (isOut) stdout += text;
      this.options.onOutput?.(text);
    };
    child.stdout.on("data", take(true));
    child.stderr.on("data", take(false));
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, output, stdout }));
    });
    return { pid: child.pid ?? -1, finished };
  }
}

/** Nothing of the caller's own Pulumi or VPS.org settings reaches a test. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([key, value]) => value !== undefined && !/^(VPSORG_|PULUMI_(?!BIN$))/.test(key),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function engineEnvironment(dir: string): Record<string, string> {
  return {
    PULUMI_HOME: join(dir, ".pulumi-home"),
    PULUMI_BACKEND_URL: `file://${dir}`,
    PULUMI_CONFIG_PASSPHRASE: "only for this demo",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...nodeEnvironment(),
    // `npm test` checks the types of the examples once, for all runs of them.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    NO_COLOR: "1",
  };
}
