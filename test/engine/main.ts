import { type Args, parseArgs } from "./cli/args";
import { CliError } from "./cli/cli-error";
import * as config from "./cli/config-commands";
import { operate } from "./cli/operations";
import * as stack from "./cli/stack-commands";
import { Interrupts } from "./deploy/interrupts";

const banner = "This is the offline engine, a stand-in for Pulumi for trying and testing. It is not Pulumi.";

const commands: Record<string, (args: Args) => void> = {
  version: () => console.log("v3.0.0-offline"),
  cancel: stack.cancel,
  "stack init": stack.init,
  "stack select": stack.select,
  "stack export": stack.exportState,
  "stack output": stack.output,
  "stack rm": stack.remove,
  "stack ls": stack.list,
  "config set": config.set,
  "config get": config.get,
  "config rm": config.remove,
};

/** Output that a program may read stays free of the banner. */
const isForPrograms = (args: Args) =>
  args.is("json") || ["stack export", "stack output", "config get", "version"].includes(args.command);

async function main(): Promise<void> {
  const args = parseArgs(process.argv.slice(2));
  (isForPrograms(args) ? console.error : console.log)(banner);
  const command = commands[args.command];
  if (command) {
    command(args);
    return;
  }
  const interrupts = new Interrupts();
  interrupts.listen();
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
  (error: unknown) => {
    const known = error instanceof CliError;
    const message = known
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    if (message !== "") console.error(`error: ${message}`);
    return exit(known ? error.exitCode : 255);
  },
);
