import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../emulator";
import type { Emulator, EmulatorOptions } from "../emulator";
import { CANARY } from "./account";
import { Project } from "./project";
import type { Finished, ProjectOptions } from "./project";

/** A resource as `pulumi stack export` shows it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
  readonly delete?: boolean;
}

/**
 * A project with a stack on an emulated account whose minutes pass in tens of milliseconds. The token is a canary
 * in the stack's own configuration.
 */
export class Deployment {
  private constructor(
    readonly emulator: Emulator,
    readonly project: Project,
    private readonly seen: Finished[],
  ) {}

  static async open(options: ProjectOptions = {}, emulation: EmulatorOptions = {}): Promise<Deployment> {
    const emulator = await startEmulator({ token: CANARY, speed: 600, ...emulation });
    // The command line, where a test uses it, reads the environment alone.
    const outside = options.env?.["VPSORG_TOKEN"] === undefined ? {} : { VPSORG_ENDPOINT: emulator.endpoint };
    const env = { VPSORG_POLL_INTERVAL_SECONDS: "0.1", ...outside, ...options.env };
    const deployment = new Deployment(emulator, new Project({ ...options, env }), []);
    await deployment.must("stack", "init", "test");
    await deployment.must("config", "set", "--secret", "vpsorg:token", CANARY);
    await deployment.must("config", "set", "vpsorg:endpoint", emulator.endpoint);
    return deployment;
  }

  /** Runs a command and gives what it did, whether it went well or not. */
  async run(...args: string[]): Promise<Finished> {
    const done = await this.project.pulumi(...args);
    this.seen.push(done);
    return done;
  }

  /** Runs a command that has to go well. */
  async must(...args: string[]): Promise<Finished> {
    const done = await this.run(...args);
    if (done.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${done.code}:\n${done.output}`);
    return done;
  }

  up(...more: string[]): Promise<Finished> {
    return this.must("up", "--yes", "--skip-preview", ...more);
  }

  /** The snapshots that the state holds, without the stack and the provider. */
  async snapshots(): Promise<readonly ExportedResource[]> {
    const { stdout } = await this.must("stack", "export");
    const state = JSON.parse(stdout) as { deployment: { resources?: ExportedResource[] } };
    return (state.deployment.resources ?? []).filter((resource) => resource.type.endsWith("vpsorg:Snapshot"));
  }

  /** `METHOD path` of each request that changes something. */
  writes(): string[] {
    return this.emulator
      .requests()
      .filter((request) => request.method !== "GET")
      .map((request) => `${request.method} ${request.path}`);
  }

  /** Everything that was printed, and every file of the project, state included. */
  traces(): string {
    return [...this.seen.map((done) => done.output), ...files(this.project.dir)].join("\n");
  }

  async close(): Promise<void> {
    await this.emulator.close();
    this.project.remove();
  }
}

function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((path) => join(dir, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}

/** A plain JavaScript program: no compiler runs, and the tests stay quick. */
export function program(body: string): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": "name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": JSON.stringify({ name: "test", main: "index.js" }),
    "index.js": `const { Snapshot, SnapshotRestore, SnapshotRotation, getSnapshot, getSnapshots, getSnapshotOutput, getSnapshotsOutput, restoreSnapshot } = require("pulumi-vpsorg");
const pulumi = require("@pulumi/pulumi");
const config = new pulumi.Config();
${body}
`,
  };
}
