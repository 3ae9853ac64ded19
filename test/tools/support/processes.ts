import { readdirSync, readFileSync } from "node:fs";

/** The dynamic provider host that works in a project, wherever in the engine's process tree it is. */
export function hostOf(dir: string): number {
  const found = processes().find(
    ({ pid, command }) => command.includes("dynamic-provider") && worksIn(pid, dir),
  );
  if (found === undefined) throw new Error(`no dynamic provider host works in ${dir}`);
  return found.pid;
}

/** What of a project's processes is still alive, to be ended after a test that killed their parent. */
export function killAllIn(dir: string): void {
  for (const { pid } of processes()) {
    if (pid === process.pid || !worksIn(pid, dir)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

function processes(): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: read(`/proc/${name}/cmdline`).replaceAll("\0", " ") }));
}

function worksIn(pid: number, dir: string): boolean {
  return read(`/proc/${pid}/environ`).split("\0").includes(`PULUMI_HOME=${dir}/.pulumi-home`);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
