import { format } from "node:util";
import { runCommandLine } from "./cli/command-line";
import { killLiving } from "./process/child";

/** A command, as a process of its own would have it. */
export interface Served {
  readonly argv: string[];
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What it prints, in order, and then how it ended. */
export type Told = { readonly text: string; readonly isOut: boolean } | { readonly code: number };

/**
 * Runs one command after the other for the process that forked it, which spares each of them the start of a process.
 * Nobody can interrupt these commands. It ends with the one that it serves.
 */
process.on("message", ({ argv, dir, env }: Served) => {
  process.chdir(dir);
  for (const key of Object.keys(process.env)) Reflect.deleteProperty(process.env, key);
  Object.assign(process.env, env);
  void runCommandLine(argv, () => undefined).then((code) => {
    // Whatever a process of its own would not have left behind.
    killLiving();
    tell({ code });
  });
});
process.on("disconnect", () => process.exit());

const tell = (told: Told): void => void process.send?.(told);
const print =
  (isOut: boolean) =>
  (...args: unknown[]): void =>
    tell({ text: `${format(...args)}\n`, isOut });
console.log = print(true);
console.error = print(false);
