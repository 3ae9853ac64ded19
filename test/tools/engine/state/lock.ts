import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CliError } from "../cli/cli-error";

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

function holder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/** Holds the stack for one operation; a lock whose process is dead is taken over. Returns the release. */
export function lock(path: string, warn: (text: string) => void): () => void {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, `${process.pid}`, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 2) throw error;
    }
    const pid = holder(path);
    if (pid !== undefined && isAlive(pid))
      throw new CliError(
        `the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n  ${path}: held by pid ${pid}`,
      );
    warn(
      `warning: the lock of the stack was left behind by pid ${pid ?? "?"}, which is gone; taking it over`,
    );
    rmSync(path, { force: true });
  }
}
