import { parseArgs } from "./cli/args";
import { announce, commands, explain } from "./cli/commands";
import { Interrupts } from "./deploy/interrupts";

async function main(): Promise<void> {
  const args = parseArgs(process.argv.slice(2));
  announce(args);
  const command = commands[args.command];
  if (command) {
    command(args);
    return;
  }
  const interrupts = new Interrupts();
  interrupts.listen();
  const { operate } = await import("./cli/operations.js");
  await operate(args, interrupts);
}

/** What is still on its way to a reader that is slower than we are would be lost with the process. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write("", () => resolve()));

async function exit(code: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

main().then(
  () => exit(0),
  (error: unknown) => exit(explain(error)),
);
