import { createInterface } from "node:readline/promises";
import yoctoSpinner from "yocto-spinner";
import { printable } from "../api/text";
import type { Reporter } from "../core/report";

/** Where the command reads and writes: results on standard output, everything else on standard error. */
export class Terminal {
  private readonly spinner = yoctoSpinner({ stream: process.stderr, handleSignals: false });
  private spinning = false;

  /** Somebody can be asked. */
  get canAsk(): boolean {
    return process.stdin.isTTY && process.stderr.isTTY;
  }

  /** A result, which scripts may read. */
  result(text: string): void {
    this.stop();
    process.stdout.write(`${text}\n`);
  }

  /** Anything that is not a result. */
  say(text: string): void {
    this.stop();
    process.stderr.write(`${printable(text)}\n`);
  }

  /** The answer, or `undefined` where none came: Ctrl-C, Ctrl-D, or the end of the input. */
  async ask(question: string): Promise<string | undefined> {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await new Promise((resolve) => {
        lines.once("close", () => resolve(undefined));
        lines.once("SIGINT", () => lines.close());
        lines.question(question).then(
          (answer) => resolve(answer.trim()),
          () => resolve(undefined),
        );
      });
    } finally {
      lines.close();
    }
  }

  /** A progress display on a terminal, plain lines elsewhere. */
  reporter(): Reporter {
    return {
      info: (message) => this.say(message),
      warn: (message) => this.say(`warning: ${message}`),
      progress: (message) => this.progress(message),
    };
  }

  /** Ends the progress display, so that what follows stands on a line of its own. */
  stop(): void {
    if (this.spinning) this.spinner.stop();
    this.spinning = false;
  }

  private progress(told: string): void {
    const message = printable(told);
    if (!process.stderr.isTTY) {
      process.stderr.write(`${message}\n`);
      return;
    }
    this.spinner.text = message;
    if (!this.spinning) this.spinner.start();
    this.spinning = true;
  }
}
