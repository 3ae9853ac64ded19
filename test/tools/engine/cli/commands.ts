import type { Args } from "./args";
import { CliError } from "./cli-error";
import * as config from "./config-commands";
import * as stack from "./stack-commands";

const banner = "This is the offline engine, a stand-in for Pulumi for trying and testing. It is not Pulumi.";

/** The commands that run no program and no provider: they read and write the stack's files, and are done. */
export const commands: Record<string, (args: Args) => void> = {
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

export function announce(args: Args): void {
  (isForPrograms(args) ? console.error : console.log)(banner);
}

/** Says why a command ended; gives its exit code. */
export function explain(error: unknown): number {
  const known = error instanceof CliError;
  const message = known
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  if (message !== "") console.error(`error: ${message}`);
  return known ? error.exitCode : 255;
}
