import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { CliError } from "../cli/cli-error";

const runtimeOptions = z.object({
  typescript: z.boolean().optional(),
  nodeargs: z.string().optional(),
  packagemanager: z.string().optional(),
});

type RuntimeOptions = z.infer<typeof runtimeOptions>;

const runtime = z.union([
  z.string().transform((name): { name: string; options: RuntimeOptions } => ({ name, options: {} })),
  z.object({ name: z.string(), options: runtimeOptions.default({}) }),
]);

const projectSchema = z.object({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/),
  runtime,
  main: z.string().optional(),
  description: z.string().optional(),
  stackConfigDir: z.string().optional(),
});

export interface Project {
  name: string;
  /** The folder of Pulumi.yaml. */
  root: string;
  configDir: string;
  /** The folder in which program and provider run. */
  programDir: string;
  entry: string;
  typescript: boolean;
  nodeArgs: string[];
}

/** Looks for Pulumi.yaml in the folder and those above it. */
function findRoot(from: string): string {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    if (existsSync(join(dir, "Pulumi.yaml"))) return dir;
    if (dirname(dir) === dir) break;
  }
  throw new CliError(
    `no Pulumi.yaml project file found (searching upwards from ${resolve(from)}). If you have not created a project yet, use \`pulumi new\` to do so: no project file found`,
  );
}

export function readProject(from: string): Project {
  const root = findRoot(from);
  const parsed = projectSchema.safeParse(load(readFileSync(join(root, "Pulumi.yaml"), "utf8")));
  if (!parsed.success)
    throw new CliError(`could not validate '${join(root, "Pulumi.yaml")}': ${z.prettifyError(parsed.error)}`);
  const { name, main = ".", stackConfigDir = "." } = parsed.data;
  const { name: language, options } = parsed.data.runtime;
  if (language !== "nodejs")
    throw new CliError(`the offline engine runs nodejs programs only, not '${language}'`);
  const target = resolve(root, main);
  const isDir = existsSync(target) && statSync(target).isDirectory();
  return {
    name,
    root,
    configDir: resolve(root, stackConfigDir),
    programDir: isDir ? target : dirname(target),
    entry: isDir ? "." : basename(target),
    typescript: options.typescript ?? true,
    nodeArgs: options.nodeargs?.split(/\s+/).filter((arg) => arg !== "") ?? [],
  };
}
