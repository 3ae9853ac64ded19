#!/usr/bin/env node
import { runCommand } from "./program";
import { Terminal } from "./terminal";

// A reader that has seen enough (`list | head -0`) ends nothing: what was asked of VPS.org goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
const argv = process.argv.slice(2);
const terminal = new Terminal(argv.includes("--json"));
void runCommand(argv, terminal).then((code) => {
  terminal.stop();
  process.exitCode = code;
});
