import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { compileCache, quickStart } from "../compile-cache";
import { ProviderClient } from "./provider-client";

/** From the checkout `require("pulumi-vpsorg/host")` finds the built package, as in a project that has it installed. */
export const ROOT = process.cwd();

const HOST = join(ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider");
const START_MS = 30_000;

/** The environment of a child, without what would configure the package by accident. */
export function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !/^(VPSORG_|NODE_OPTIONS$|JEST_)/.test(key));
  // Else a proxy of this machine would stand between two of its processes.
  const direct = { no_proxy: "127.0.0.1,localhost", NO_PROXY: "127.0.0.1,localhost" };
  return { ...Object.fromEntries(kept), ...direct, ...extra };
}

export interface HostOptions {
  readonly engineAddress: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** The installed dynamic provider host, in a process of its own. */
export class ProviderHost {
  /** Every line after the port, of standard output and standard error. */
  readonly lines: string[] = [];

  private constructor(
    readonly client: ProviderClient,
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
  ) {}

  static async start({ engineAddress, env, cwd = ROOT }: HostOptions): Promise<ProviderHost> {
    if (!existsSync(join(ROOT, "dist", "host", "index.js"))) throw new Error("build first: npm run build");
    const child = spawn(process.execPath, [...quickStart(), HOST, engineAddress], {
      cwd,
      env: environment({ NODE_COMPILE_CACHE: compileCache(), ...env }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = createInterface({ input: child.stdout });
    const port = await firstLine(output, child).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
    const host = new ProviderHost(new ProviderClient(`127.0.0.1:${port}`), child);
    output.on("line", (line) => host.lines.push(line));
    createInterface({ input: child.stderr }).on("line", (line) => host.lines.push(line));
    return host;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** At once, as an engine that gives up does. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Resolves when the process has ended and all it wrote has been read. */
  async stop(): Promise<void> {
    this.client.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill();
    await closed;
  }
}

function firstLine(output: NodeJS.EventEmitter, child: NodeJS.EventEmitter): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the host did not print its port")), START_MS);
    child.once("exit", () => reject(new Error("the host ended before it printed its port")));
    output.once("line", (line: string) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
}
