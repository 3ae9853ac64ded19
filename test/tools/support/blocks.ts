import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pulumiCommand } from "../engine/choose";
import { ROOT } from "./project";
import type { Finished, Project } from "./project";

/** A block of code in a document, or in the comments of a source. */
export interface Block {
  /** `README.md:12` */
  readonly where: string;
  readonly language: string;
  readonly text: string;
  /** What its first line says (`// restore.mjs`). */
  readonly file: string | undefined;
}

export function blocksOf(document: string): Block[] {
  const source = readFileSync(join(ROOT, document), "utf8");
  const text = document.endsWith(".ts") ? source.replace(/^ *\* ?/gm, "") : source;
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => {
    const [, language = "", code = ""] = match;
    const line = text.slice(0, match.index).split("\n").length;
    return {
      where: `${document}:${line}`,
      language,
      text: code,
      file: /^\/\/ (\S+\.\w+)\n/.exec(code)?.[1],
    };
  });
}

/**
 * Runs a block of commands as it stands, in a shell that ends at the first failure. What it calls is what a person has on
 * the PATH, with these differences: questions are answered, packages count as installed, and scripts of this repository
 * have to exist but do not run.
 */
export function runCommands(project: Project, block: Block): Promise<Finished> {
  putProgramsOnPath(project);
  writeFileSync(join(project.dir, "block.sh"), `set -e\n${block.text}`);
  return project.shell("block.sh");
}

/** What commands of documents and of pipelines call; others come on top. */
export function putProgramsOnPath(project: Project, others: Readonly<Record<string, string>> = {}): void {
  const bin = join(project.dir, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries({ ...programs(), ...others })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  project.env["PATH"] = [
    bin,
    ...(project.env["PATH"] ?? "").split(delimiter).filter((dir) => dir !== bin),
  ].join(delimiter);
}

/** What the offline engine lacks: an option, and the commands and options that the Automation API adds. */
const missing = (pulumi: string): string => `
case "$*" in
  *--target*) echo "the offline engine does not know this option"; exit 0;;
  version) echo v3.260.0; exit 0;;
  "stack history"*) echo "[]"; exit 0;;
  "config set-all --stack"*)
    for pair in "$@"; do
      case "$pair" in *=*) ${pulumi} config set "\${pair%%=*}" "\${pair#*=}" --stack "$4" || exit;; esac
    done
    exit 0;;
  *"--exec-kind auto.local --stack"*) set -- "$1" --yes --skip-preview --stack "$7";;
esac`;

function programs(): Record<string, string> {
  const { command, args, kind } = pulumiCommand(ROOT);
  const pulumi = [command, ...args].map((word) => `"${word}"`).join(" ");
  const node = process.execPath;
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
  const known = [
    ...Object.keys(scripts).map((name) => `run\\ ${name}*`),
    "test",
    "pack",
    "install*",
    "ci",
  ].join("|");
  const installed = 'case "$*" in "add pulumi-vpsorg") ;; *) exit 1;; esac';
  return {
    pulumi: `${kind === "offline" ? missing(pulumi) : ""}
case "$*" in
  new*) echo "the project is there already"; exit 0;;
  "config set --secret vpsorg:token")
    # Token and endpoint come from one source.
    ${pulumi} config set vpsorg:endpoint "$VPSORG_ENDPOINT" --non-interactive
    set -- "$@" "$VPSORG_TOKEN";;
esac
case "$1$*" in
  *--yes*|*--preview-only*) ;;
  up*|import*|destroy*|refresh*) set -- "$@" --yes --skip-preview;;
esac
exec ${pulumi} "$@" --non-interactive`,
    npx: `
case "$1 $2" in
  "--no-install pulumi-vpsorg") shift 2;;
  "--no-install tsc") exec "${node}" "${join(ROOT, "node_modules", "typescript", "bin", "tsc")}";;
  *) exit 1;;
esac
main=node_modules/pulumi-vpsorg/dist/cli/main.js
[ -f "$main" ] || main="${join(ROOT, "dist", "cli", "main.js")}"
case "$1$*" in
  *--yes*|*--watch*) ;;
  restore*|delete*) set -- "$@" --yes;;
esac
exec "${node}" "$main" "$@"`,
    npm: `case "$*" in ${known}) ;; *) exit 1;; esac`,
    pnpm: installed,
    yarn: installed,
    bun: installed,
    curl: "exit 0",
  };
}

/** The same text whatever the time, the duration and the random part of a name. */
export const timeless = (text: string): string =>
  text
    .replace(/-[0-9a-f]{7}\b/g, "-RANDOM")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "DATE")
    .replace(/\d+ (hour|minute|second)s?( \d+ (minute|second)s?)?|under a second/g, "TIME")
    .replace(/\(\d[\d.ms]*\)/g, "(TIME)")
    .replace(/[ \t]+$/gm, "");
