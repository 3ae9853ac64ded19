import { runCommandLine } from "./cli/command-line";

/** What is still on its way to a reader that is slower than we are would be lost with the process. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write("", () => resolve()));

async function exit(code: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

void runCommandLine(process.argv.slice(2), (interrupts) => interrupts.listen()).then(exit);
