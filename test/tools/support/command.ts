import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { ROOT } from "./project";
import type { Project } from "./project";

export const CTRL_C = "\u0003";
export const CTRL_D = "\u0004";

/**
 * The command with a person before it. Node alone opens no pseudo-terminal, so the child's pipes only claim to be
 * one: the question, its answer and the keys go through the real readline, the progress through the real display.
 */
const TERMINAL = `data:text/javascript,${encodeURIComponent(`
import * as readline from "node:readline";
process.stdin.isTTY = process.stderr.isTTY = true;
process.stderr.columns = 120;
for (const name of ["cursorTo", "moveCursor", "clearLine", "clearScreenDown"])
  process.stderr[name] = (...args) => readline[name](process.stderr, ...args);
`)}`;
const MAIN = join(ROOT, "dist", "cli", "main.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  /** Resolves when this was printed on standard error. */
  readonly until: (text: string) => Promise<void>;
  readonly input: Writable;
  readonly interrupt: (signal?: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** The `pulumi-vpsorg` command in a project's folder, with a terminal or in a pipeline, as often as a test needs it. */
export class Commands {
  private readonly running = new Set<ChildProcess>();
  /** All that was printed, by all of them. */
  readonly printed: string[] = [];

  start({ dir, env }: Project, args: readonly string[], terminal = false): Started {
    const flags = terminal ? ["--import", TERMINAL] : [];
    // In a pipeline there is nobody at the terminal, and no progress display.
    const { NO_COLOR: _plain, CI: _pipeline, ...rest } = env;
    const child = spawn(process.execPath, [...flags, MAIN, ...args], {
      cwd: dir,
      env: rest,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.running.add(child);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => {
        this.running.delete(child);
        this.printed.push(stdout, stderr);
        resolve({ code, stdout, stderr });
      });
    });
    const until = async (text: string): Promise<void> => {
      for (let i = 0; !stderr.includes(text); i++) {
        if (i > 400 || child.exitCode !== null) throw new Error(`it never said "${text}", but:\n${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    return { until, input: child.stdin, interrupt: (signal = "SIGINT") => void child.kill(signal), ended };
  }

  /** Ends what a test has left running. */
  kill(): void {
    for (const child of this.running) child.kill("SIGKILL");
    this.running.clear();
  }
}
