#!/usr/bin/env node
import { runCommand } from "./program";
import { Terminal } from "./terminal";

const terminal = new Terminal();
void runCommand(process.argv.slice(2), terminal).then((code) => {
  terminal.stop();
  process.exitCode = code;
});
