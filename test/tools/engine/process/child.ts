import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { CliError } from "../cli/cli-error";

export type OnLine = (text: string) => void;

const graceMs = 5_000;
const drainMs = 1_000;

/** A part of the SDK as the project sees it, which need not be the copy that this engine sees. */
export function resolveSdk(module: string, programDir: string): string {
  try {
    return createRequire(join(programDir, "package.json")).resolve(module);
  } catch {
    throw new CliError(
      `it looks like the Pulumi SDK has not been installed: no ${module} from ${programDir}; run npm install`,
    );
  }
}

const living = new Set<Child>();

/** Those that still run: whatever ends a command early must not leave them behind. */
export function killLiving(): void {
  for (const child of living) child.signal("SIGKILL");
}
process.on("exit", killLiving);

/** A node process in a group of its own, so that a ^C on the terminal reaches the engine alone. */
export class Child {
  readonly exited: Promise<number>;
  private readonly process: ChildProcessByStdio<null, Readable, Readable>;

  constructor(args: string[], cwd: string, env: NodeJS.ProcessEnv, onOut: OnLine, onErr: OnLine) {
    this.process = spawn(process.execPath, args, {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    living.add(this);
    const out = createInterface({ input: this.process.stdout }).on("line", onOut);
    const err = createInterface({ input: this.process.stderr }).on("line", onErr);
    const drained = Promise.all([once(out, "close"), once(err, "close")]);
    this.exited = this.end(drained);
  }

  /** Its code, once its last lines are in; a grandchild that holds the pipes is not waited for. */
  private async end(drained: Promise<unknown>): Promise<number> {
    await once(this.process, "exit");
    living.delete(this);
    await Promise.race([drained, setTimeout(drainMs, undefined, { ref: false })]);
    return this.process.exitCode ?? 128;
  }

  /** Asks the whole group once, insists after five seconds. */
  async stop(): Promise<void> {
    if (!living.has(this)) return;
    this.signal("SIGINT");
    const over = await Promise.race([this.exited, setTimeout(graceMs, "time is up", { ref: false })]);
    if (over !== "time is up") return;
    this.signal("SIGKILL");
    await this.exited;
  }

  signal(signal: NodeJS.Signals): void {
    const { pid } = this.process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
