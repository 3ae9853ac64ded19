import { parseArgs } from "../engine/cli/args";
import { announce, commands, explain } from "../engine/cli/commands";

export interface Done {
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
}

/**
 * Runs a command of the offline engine in this process, where it only reads or writes the stack's files: it does so at
 * once, and a process of its own would cost more than all of it. Others are not run here.
 */
export function runHere(
  argv: readonly string[],
  dir: string,
  env: Readonly<Record<string, string | undefined>>,
): Done | undefined {
  const printed: { readonly text: string; readonly isOut: boolean }[] = [];
  const print = (isOut: boolean) => (text: string) => void printed.push({ text: `${text}\n`, isOut });
  const restore = [
    replace(console, { log: print(true), error: print(false) }),
    replace(process.env, pick(env, ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"])),
  ];
  try {
    const code = run(["--cwd", dir, ...argv]);
    if (code === undefined) return undefined;
    const text = (lines: typeof printed): string => lines.map((line) => line.text).join("");
    return { code, output: text(printed), stdout: text(printed.filter(({ isOut }) => isOut)) };
  } finally {
    for (const each of restore) each();
  }
}

function run(argv: string[]): number | undefined {
  try {
    const args = parseArgs(argv);
    const command = commands[args.command];
    if (command === undefined) return undefined;
    announce(args);
    command(args);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

/** Sets members for the length of one synchronous call; gives what sets them back. */
function replace(target: object, members: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(members).map((key) => [key, Reflect.get(target, key) as unknown] as const);
  for (const [key, value] of Object.entries(members)) put(target, key, value);
  return () => {
    for (const [key, value] of before) put(target, key, value);
  };
}

/** An environment would hold the word "undefined". */
function put(target: object, key: string, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(target, key);
  else Reflect.set(target, key, value);
}

const pick = (env: Readonly<Record<string, string | undefined>>, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, env[key]]));
