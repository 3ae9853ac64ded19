import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Served, Told } from "../engine/serve";
import { nodeEnvironment } from "./compile-cache";
import type { Finished } from "./project";

/** A suite that has ended asks for nothing more. */
const IDLE_MS = 5000;

/** Those that run no command, each with what ends it. */
const idle = new Map<ChildProcess, NodeJS.Timeout>();

/**
 * Runs a command of the offline engine in a process that has run others before, where one is idle: the start of an
 * engine costs more than most commands. It cannot be interrupted.
 */
export function runServed(
  argv: readonly string[],
  { dir, env }: { readonly dir: string; readonly env: NodeJS.ProcessEnv },
  root: string,
  onOutput: (text: string) => void = () => undefined,
): Promise<Finished> {
  const server = takeIdle() ?? start(root);
  let output = "";
  let stdout = "";
  return new Promise((resolve, reject) => {
    const finish = (code: number): void => {
      server.removeAllListeners();
      resolve({ code, output, stdout });
    };
    server.on("message", (told: Told) => {
      if ("code" in told) {
        finish(told.code);
        rest(server);
        return;
      }
      output += told.text;
      if (told.isOut) stdout += told.text;
      onOutput(told.text);
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`the engine ended in "${argv.join(" ")}":\n${output}`)));
    server.send({ argv: [...argv], dir, env } satisfies Served);
  });
}

/**
 * In a group of its own, as a command that is started alone: a ^C ends the tests, and with them this. Its environment
 * is that of no project, so that it is not taken for what a project has left behind.
 */
function start(root: string): ChildProcess {
  const serve = join(root, ".build", "test", "tools", "engine", "serve.js");
  const env = { ...process.env, ...nodeEnvironment() };
  return fork(serve, { env, execArgv: [], detached: true, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

function takeIdle(): ChildProcess | undefined {
  for (const [server, timer] of idle) {
    clearTimeout(timer);
    idle.delete(server);
    if (!server.connected) continue;
    server.ref();
    server.channel?.ref();
    return server;
  }
  return undefined;
}

/** It keeps nobody from ending. */
function rest(server: ChildProcess): void {
  server.unref();
  server.channel?.unref();
  const end = (): void => {
    idle.delete(server);
    if (server.connected) server.disconnect();
  };
  idle.set(server, setTimeout(end, IDLE_MS).unref());
}
