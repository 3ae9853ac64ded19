import { runCommand } from "../../../provider/cli/program";
import { Terminal } from "../../../provider/cli/terminal";
import { CANARY } from "../../tools/support/account";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What a person was asked. */
  readonly asked: readonly string[];
}

/** Somebody sits before it. The real terminal, its keys and its display are in `e2e/command-terminal.test.ts`. */
class Attended extends Terminal {
  readonly asked: string[] = [];

  constructor(
    json: boolean,
    private readonly answer: (question: string) => string | undefined,
  ) {
    super(json);
  }

  override get canAsk(): boolean {
    return true;
  }

  override ask(question: string): Promise<string | undefined> {
    this.asked.push(question);
    return Promise.resolve(this.answer(question));
  }
}

/**
 * The command in this process, without a terminal or with somebody who answers: what it prints is collected, and of the
 * environment it has only what is given. That no token is printed and no stack is looked at each time.
 */
export async function runInProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  answer?: (question: string) => string | undefined,
): Promise<Ran> {
  const environment = process.env;
  const { VPSORG_TOKEN: _token, VPSORG_ENDPOINT: _endpoint, ...rest } = environment;
  let [stdout, stderr] = ["", ""];
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => (stdout += String(text)) !== ""),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => (stderr += String(text)) !== ""),
  ];
  process.env = { ...rest, VPSORG_POLL_INTERVAL_SECONDS: "0.05", ...env };
  const json = args.includes("--json");
  const attended = new Attended(json, answer ?? (() => undefined));
  try {
    const code = await runCommand(args, answer === undefined ? new Terminal(json) : attended);
    return { code, stdout, stderr, asked: attended.asked };
  } finally {
    process.env = environment;
    for (const spy of spies) spy.mockRestore();
    expect(stdout + stderr).not.toContain(CANARY);
    expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  }
}
