import { CliError } from "./cli-error";

export type FlagValue = string | boolean | string[];

interface FlagSpec {
  short?: string;
  kind: "switch" | "text" | "list";
}

const flag = (kind: FlagSpec["kind"], short?: string): FlagSpec => (short ? { kind, short } : { kind });

const everywhere = {
  cwd: flag("text", "C"),
  color: flag("text"),
  "non-interactive": flag("switch"),
};

const onStack = { stack: flag("text", "s") };

const operation = {
  ...onStack,
  yes: flag("switch", "y"),
  parallel: flag("text", "p"),
  diff: flag("switch"),
  message: flag("text", "m"),
};

const skip = { "skip-preview": flag("switch", "f") };
const expect = { "expect-no-changes": flag("switch") };

type Flags = Record<string, FlagSpec>;

interface CommandSpec {
  flags: Flags;
  positionals: [least: number, most: number];
}

const command = (flags: Flags, least = 0, most = least): CommandSpec => ({
  flags,
  positionals: [least, most],
});

const commands: Record<string, CommandSpec> = {
  version: command({}),
  cancel: command({ ...onStack, yes: flag("switch", "y") }, 0, 1),
  "stack init": command({ ...onStack, "secrets-provider": flag("text") }, 0, 1),
  "stack select": command({ ...onStack, create: flag("switch", "c") }, 0, 1),
  "stack export": command({ ...onStack, "show-secrets": flag("switch"), file: flag("text") }),
  "stack output": command({ ...onStack, json: flag("switch", "j"), "show-secrets": flag("switch") }, 0, 1),
  "stack rm": command({ ...onStack, yes: flag("switch", "y"), force: flag("switch", "f") }, 0, 1),
  "stack ls": command({ json: flag("switch", "j") }),
  "config set": command({ ...onStack, secret: flag("switch"), plaintext: flag("switch") }, 2),
  "config get": command({ ...onStack, json: flag("switch", "j") }, 1),
  "config rm": command({ ...onStack }, 1),
  preview: command({ ...operation, ...expect, json: flag("switch", "j"), replace: flag("list") }),
  up: command({ ...operation, ...skip, ...expect, replace: flag("list") }),
  refresh: command({
    ...operation,
    ...skip,
    ...expect,
    "preview-only": flag("switch"),
    "run-program": flag("switch"),
    "clear-pending-creates": flag("switch"),
  }),
  destroy: command({ ...operation, ...skip, "run-program": flag("switch") }),
  import: command({
    ...operation,
    "skip-preview": flag("switch"),
    file: flag("text", "f"),
    protect: flag("switch"),
    "generate-code": flag("switch"),
  }),
};

const synonyms: Record<string, string> = { update: "up", pre: "preview" };

export class Args {
  constructor(
    readonly command: string,
    readonly positionals: string[],
    private readonly flags: ReadonlyMap<string, FlagValue>,
  ) {}

  text(name: string): string | undefined {
    const value = this.flags.get(name);
    return typeof value === "string" ? value : undefined;
  }

  list(name: string): string[] {
    const value = this.flags.get(name);
    return Array.isArray(value) ? value : [];
  }

  is(name: string, otherwise = false): boolean {
    const value = this.flags.get(name);
    return typeof value === "boolean" ? value : otherwise;
  }
}

function findCommand(words: string[]): [name: string, spec: CommandSpec, used: number] {
  const [first = "", second = ""] = words;
  const pair = commands[`${first} ${second}`];
  if (pair) return [`${first} ${second}`, pair, 2];
  const name = synonyms[first] ?? first;
  const single = commands[name];
  if (single) return [name, single, 1];
  throw new CliError(
    `unknown command "${words.slice(0, 2).join(" ")}" for "pulumi" (the offline engine knows a part of its commands)`,
  );
}

const isNegative = (text: string) => ["false", "0", "f", "F", "FALSE", "False"].includes(text);

/** Reads the arguments; what no command or flag is known for is refused. */
export function parseArgs(argv: string[]): Args {
  const words = argv.filter((word, index) => !word.startsWith("-") && !takesNext(argv[index - 1]));
  const [name, spec, used] = findCommand(words);
  const known: Flags = { ...everywhere, ...spec.flags };
  const flags = new Map<string, FlagValue>();
  const positionals: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      continue;
    }
    const [key, found, inline] = lookUp(known, word);
    if (found.kind === "switch") flags.set(key, inline === undefined || !isNegative(inline));
    else store(flags, key, found, inline ?? argv[++index], word);
  }
  const rest = positionals.slice(used);
  const [least, most] = spec.positionals;
  if (rest.length < least || rest.length > most) throw new CliError(arity(least, most, rest.length));
  return new Args(name, rest, flags);
}

const arity = (least: number, most: number, count: number) =>
  `accepts ${least === most ? "" : "at most "}${most} arg(s), received ${count}`;

/** Enough to find the command among flags that come before it. */
const takesNext = (word: string | undefined) =>
  word !== undefined && ["-C", "--cwd", "--color", "-s", "--stack"].includes(word);

function lookUp(known: Flags, word: string): [string, FlagSpec, string | undefined] {
  const [head = "", ...tail] = word.split("=");
  const inline = word.includes("=") ? tail.join("=") : undefined;
  const long = head.startsWith("--");
  const key = long ? head.slice(2) : Object.keys(known).find((name) => known[name]?.short === head.slice(1));
  const found = key === undefined ? undefined : known[key];
  if (key === undefined || found === undefined)
    throw new CliError(
      long ? `unknown flag: ${head}` : `unknown shorthand flag: '${head.slice(1, 2)}' in ${head}`,
    );
  return [key, found, inline];
}

function store(
  flags: Map<string, FlagValue>,
  key: string,
  { kind }: FlagSpec,
  value: string | undefined,
  word: string,
): void {
  if (value === undefined) throw new CliError(`flag needs an argument: ${word}`);
  if (kind === "text") flags.set(key, value);
  else flags.set(key, [...((flags.get(key) as string[] | undefined) ?? []), value]);
}
