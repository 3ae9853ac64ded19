import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pulumiCommand } from "../choose";
import { nodeEnvironment } from "../../support/compile-cache";
import { runServed } from "../../support/engine-served";

const root = process.cwd();
/** Inside the checkout, where a program finds the installed SDK. */
const scratch = join(root, ".build", "engine-tests");

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface SavedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface Deployment {
  resources?: SavedResource[];
  pending_operations?: { type: string; resource: SavedResource }[];
}

export interface Thing {
  name: string;
  args?: Record<string, unknown>;
  opts?: Record<string, unknown>;
  from?: string;
  fromFixed?: string;
  get?: string;
  box?: boolean;
}

export interface Plan {
  things?: Thing[];
  outputs?: Record<string, [string, string]>;
  print?: string[];
  warn?: string[];
  fail?: string;
}

/** A copy of the fixture with a stack of its own, driven through whichever command line there is. */
export class Project {
  static readonly kind = pulumiCommand(root).kind;

  readonly dir: string;
  private readonly remotePath: string;
  private readonly running = new Set<ChildProcess>();

  constructor() {
    mkdirSync(scratch, { recursive: true });
    const home = mkdtempSync(join(scratch, "p-"));
    this.dir = join(home, "files");
    cpSync(join(__dirname, "files"), this.dir, { recursive: true });
    this.remotePath = join(home, "remote.json");
    this.setRemote({});
    this.plan({});
  }

  async init(): Promise<this> {
    await this.quick("stack", "init", "dev");
    return this;
  }

  /** For steps that are not what the test is about: they share a process. */
  private async quick(...args: string[]): Promise<string> {
    if (Project.kind !== "offline") return this.ok(...args);
    const { code, output, stdout } = await runServed(args, { dir: this.dir, env: this.environment() }, root);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}\n${output}`);
    return stdout;
  }

  plan(plan: Plan): void {
    writeFileSync(join(this.dir, "plan.json"), JSON.stringify(plan));
  }

  things(...things: Thing[]): void {
    this.plan({ things });
  }

  /** The objects that exist, by id. */
  remote(): Record<string, Record<string, unknown>> {
    const { next: _, ...things } = JSON.parse(readFileSync(this.remotePath, "utf8")) as Record<string, never>;
    return things;
  }

  setRemote(things: Record<string, unknown>): void {
    const next = existsSync(this.remotePath) ? (this.raw()["next"] ?? 0) : 0;
    writeFileSync(this.remotePath, JSON.stringify({ next, ...things }));
  }

  private raw = () => JSON.parse(readFileSync(this.remotePath, "utf8")) as Record<string, unknown>;

  /** What the provider was asked since the last time, one line a call. */
  calls(...kinds: string[]): string[] {
    const path = `${this.remotePath}.log`;
    const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
    writeFileSync(path, "");
    return lines.filter((line) => kinds.length === 0 || kinds.some((kind) => line.startsWith(`${kind} `)));
  }

  async awaitCall(line: string): Promise<void> {
    const path = `${this.remotePath}.log`;
    for (let waited = 0; waited < 15_000; waited += 25) {
      if (existsSync(path) && readFileSync(path, "utf8").split("\n").includes(line)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the provider was never asked to ${line}`);
  }

  start(args: string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; ended: Promise<Ended> } {
    const { command, args: before } = pulumiCommand(root);
    const child = spawn(command, [...before, ...args, "--non-interactive", "--color", "never"], {
      cwd: this.dir,
      env: { ...this.environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    const ended = new Promise<Ended>((resolve, reject) => {
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
      child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
      child.on("error", reject);
      // Not "close": a provider that outlives a killed engine holds nothing of ours open, but may hold the pipes.
      child.on("exit", (code) => setTimeout(() => resolve({ code, stdout, stderr }), 20));
    });
    return { child, ended };
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  up = () => this.ok("up", "--yes", "--skip-preview");

  async deployment(): Promise<Deployment> {
    return (JSON.parse(await this.quick("stack", "export")) as { deployment: Deployment }).deployment;
  }

  async resource(name: string): Promise<SavedResource | undefined> {
    const { resources = [] } = await this.deployment();
    return resources.find(({ urn, type }) => urn.endsWith(`::${name}`) && type.includes("dynamic"));
  }

  write(name: string, content: unknown): string {
    const path = join(this.dir, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  note(line: string): void {
    appendFileSync(`${this.remotePath}.log`, `${line}\n`);
  }

  /** Ends the hosts that a killed engine left behind; the provider wrote their ids down. */
  dispose(): void {
    for (const child of this.running) child.kill("SIGKILL");
    const path = `${this.remotePath}.pids`;
    const pids = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").map(Number) : [];
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Most are long gone.
      }
    }
    rmSync(dirname(this.dir), { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    const home = join(dirname(this.dir), "home");
    mkdirSync(home, { recursive: true });
    return {
      ...process.env,
      ...nodeEnvironment(),
      PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${home}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      REMOTE: this.remotePath,
      PLAN: join(this.dir, "plan.json"),
    };
  }
}

/** A test with a project of its own, so that several can run at once. */
export function inProject(body: (project: Project) => Promise<void>): () => Promise<void> {
  return async () => {
    const project = new Project();
    try {
      await body(await project.init());
    } finally {
      project.dispose();
    }
  };
}

export const thingType = "pulumi-nodejs:dynamic/files:Thing";
export const code = 'exports.handler=()=>require("./handler.js")';

/** The rows of a display about one resource: what was done to it, in order. */
export function rows(output: string, name: string): string[] {
  const pattern = new RegExp(
    `^ ?(.{3})${thingType} ${name} (.*?)(?: \\([^)]*s\\))?(\\[retain\\])? *(\\[.*)?$`,
  );
  return output.split("\n").flatMap((line) => {
    const [, sign = "", words = ""] = pattern.exec(line) ?? [];
    return words === "" ? [] : [`${sign.trim()} ${words}`.trim()];
  });
}
