import { Interrupts } from "../deploy/interrupts";
import { parseArgs } from "./args";
import { announce, commands, explain } from "./commands";

/** One command, from its arguments to its exit code. `begin` is told what would interrupt it. */
export async function runCommandLine(
  argv: string[],
  begin: (interrupts: Interrupts) => void,
): Promise<number> {
  try {
    const args = parseArgs(argv);
    announce(args);
    const command = commands[args.command];
    if (command) {
      command(args);
      return 0;
    }
    const interrupts = new Interrupts();
    begin(interrupts);
    const { operate } = await import("./operations.js");
    await operate(args, interrupts);
    return 0;
  } catch (error) {
    return explain(error);
  }
}
