import { Backend } from "../state/backend";
import type { SavedDeployment } from "../state/deployment-file";
import { readProject, type Project } from "../state/project";
import { StackConfig } from "../state/stack-config";
import type { Args } from "./args";

/** What most commands begin with: the project of the folder, its backend, and one of its stacks. */
export class Workspace {
  readonly project: Project;
  readonly backend: Backend;

  constructor(args: Args) {
    this.project = readProject(args.text("cwd") ?? ".");
    this.backend = new Backend(this.project);
  }

  stack(args: Args): Stack {
    const name = this.backend.current(args.text("stack"));
    const saved = this.backend.read(name);
    return { name, saved, config: this.config(name, saved) };
  }

  config(stack: string, saved?: SavedDeployment): StackConfig {
    return new StackConfig(this.project, stack, saved?.deployment.secrets_providers?.state.salt);
  }
}

export interface Stack {
  name: string;
  saved: SavedDeployment;
  config: StackConfig;
}
