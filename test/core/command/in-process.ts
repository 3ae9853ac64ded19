import type { Clock } from "../../../provider/api";
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
    clock: Clock | undefined,
    private readonly answer: (question: string) => string | undefined,
  ) {
    super(json, clock);
  }

  override get canAsk(): boolean {
    return true;
  }

  override ask(question: string): Promise<string | undefined> {
    this.asked.push(question);
    return Promise.resolve(this.answer(question));
  }
}

interface Surroundings {
  /** Somebody who answers; without it there is no terminal. */
  readonly answer?: ((question: string) => string | undefined) | undefined;
  /** Without it a wait is of this machine's time, and asks every moment. */
  readonly clock?: Clock;
}

/**
 * The command in this process: what it prints is collected, and of the environment it has only what is given. That no
 * token is printed and no stack is looked at each time.
 */
export async function runInProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { answer, clock }: Surroundings = {},
): Promise<Ran> {
  const environment = process.env;
  const { VPSORG_TOKEN: _token, VPSORG_ENDPOINT: _endpoint, ...rest } = environment;
  let [stdout, stderr] = ["", ""];
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => (stdout += String(text)) !== ""),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => (stderr += String(text)) !== ""),
  ];
  const hurried = clock === undefined ? { VPSORG_POLL_INTERVAL_SECONDS: "0.05" } : {};
  process.env = { ...rest, ...hurried, ...env };
  const json = args.includes("--json");
  const attended = new Attended(json, clock, answer ?? (() => undefined));
  try {
    const code = await runCommand(args, answer === undefined ? new Terminal(json, clock) : attended);
    return { code, stdout, stderr, asked: attended.asked };
  } finally {
    process.env = environment;
    for (const spy of spies) spy.mockRestore();
    expect(stdout + stderr).not.toContain(CANARY);
    expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  }
}
