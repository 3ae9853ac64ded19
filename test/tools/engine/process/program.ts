import { delimiter, join } from "node:path";
import type { Project } from "../state/project";
import { Child, resolveSdk, type OnLine } from "./child";
import { configVariable, type Config } from "./config-variable";

export interface ProgramOptions {
  project: Project;
  stack: string;
  config: Config;
  dryRun: boolean;
  parallel: number;
  /** Where monitor and engine listen; they share one server. */
  address: string;
  onLine: OnLine;
}

function environment({ config, project }: ProgramOptions): NodeJS.ProcessEnv {
  const secrets = Object.entries(config)
    .filter(([, { secret }]) => secret)
    .map(([key]) => key);
  return {
    ...process.env,
    PATH: [join(project.root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
    PULUMI_CONFIG: configVariable(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secrets),
    ...(project.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  };
}

export function startProgram(options: ProgramOptions): Child {
  const { project, stack, dryRun, parallel, address, onLine } = options;
  const args = [
    ...project.nodeArgs,
    resolveSdk("@pulumi/pulumi/cmd/run", project.programDir),
    ...["--monitor", address, "--engine", address, "--organization", "organization"],
    ...["--project", project.name, "--root-directory", project.root, "--stack", stack],
    ...["--pwd", project.programDir, "--parallel", `${parallel}`],
    ...(dryRun ? ["--dry-run"] : []),
    project.entry,
  ];
  return new Child(args, project.root, environment(options), onLine, onLine);
}
