import { createInterface } from "node:readline/promises";
import yoctoSpinner from "yocto-spinner";
import { systemClock } from "../api/clock";
import type { Clock } from "../api/clock";
import { printable } from "../api/text";
import type { Reporter } from "../core/messages/reporter";

/** Where the command reads and writes: results on standard output, everything else on standard error. */
export class Terminal {
  private readonly spinner = yoctoSpinner({ stream: process.stderr, handleSignals: false });
  private spinning = false;

  /** `json`: a script reads. Then standard error holds JSON as well, one object a line, and no progress. */
  constructor(
    readonly json = false,
    /** What a wait goes by. */
    readonly clock: Clock = systemClock,
  ) {}

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
    this.write("message", text);
  }

  /** Why the command ends without a result. */
  fail(code: string, message: string, more: object = {}): void {
    // Whoever answers "no" has made no error.
    const label = code === "ABORTED" ? "" : "error: ";
    this.stop();
    const text = this.json ? JSON.stringify({ error: { code, message, ...more } }) : `${label}${message}`;
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
      warn: (message) => this.write("warning", message, "warning: "),
      progress: (message) => this.progress(message),
    };
  }

  /** Ends the progress display, so that what follows stands on a line of its own. */
  stop(): void {
    if (this.spinning) this.spinner.stop();
    this.spinning = false;
  }

  private write(kind: string, text: string, label = ""): void {
    this.stop();
    const plain = printable(`${label}${text}`);
    const line = this.forScript ? JSON.stringify({ [kind]: printable(text) }) : plain;
    process.stderr.write(`${line}\n`);
  }

  /** A person at a terminal reads standard error, whoever reads the result. */
  private get forScript(): boolean {
    return this.json && !process.stderr.isTTY;
  }

  private progress(told: string): void {
    if (this.forScript) return;
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
