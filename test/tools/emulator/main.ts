import { runCommand } from "./command";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

const terminal = {
  out: (text: string) => void process.stdout.write(text),
  error: (text: string) => void process.stderr.write(text),
};

void runCommand(process.argv.slice(2), terminal, stop.signal).then((code) => {
  process.exitCode = code;
});
