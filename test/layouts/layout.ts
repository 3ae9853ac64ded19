import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pulumiCommand } from "../tools/engine/choose";
import { CANARY } from "../tools/support/account";
import { blocksOf } from "../tools/support/blocks";
import { Deployment } from "../tools/support/deployment";
import { ROOT } from "../tools/support/project";
import type { Finished } from "../tools/support/project";
import { archive, toolEnvironment, workshop } from "./workshop";

export type Files = Readonly<Record<string, string>>;

export interface Versions {
  readonly sdk?: string;
  readonly typescript?: string;
  /** A further dependency. */
  readonly library?: Readonly<Record<string, string>>;
}

const { devDependencies: OWN } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<"@pulumi/pulumi", string>>;
};
export const SDK = OWN["@pulumi/pulumi"];

const RECIPE = blocksOf("README.md").find(({ file }) => file === "index.ts")?.text ?? "";

/** What a project holds before the package is added, as `pulumi new typescript` makes it. */
export function projectFiles({ sdk = SDK, typescript = "^6.0.0", library }: Versions = {}): Files {
  const compilerOptions = {
    ...{ strict: true, outDir: "bin", target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
    ...{ sourceMap: true, experimentalDecorators: true, pretty: true, noFallthroughCasesInSwitch: true },
    ...{ noImplicitReturns: true, forceConsistentCasingInFileNames: true },
  };
  return {
    "Pulumi.yaml": "name: infra\nruntime: nodejs\n",
    "package.json": json({
      ...{ name: "infra", private: true, main: "index.ts" },
      dependencies: { "@pulumi/pulumi": sdk, ...library },
      devDependencies: { "@types/node": "^24.0.0", typescript },
    }),
    "tsconfig.json": json({ compilerOptions, files: ["index.ts"] }),
    "index.ts": RECIPE,
  };
}

export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The one line of the README that adds the package with this package manager, with the archive for its name. */
export function addCommand(manager: string): string {
  const lines = blocksOf("README.md").flatMap(({ text }) => text.split("\n"));
  const line = lines.find((text) => new RegExp(`^${manager} (add|install) pulumi-vpsorg$`).test(text));
  if (line === undefined) throw new Error(`README.md does not say how ${manager} adds the package`);
  return line.replace("pulumi-vpsorg", archive());
}

/** A project with a stack on an emulated account, and a shell in its folder. */
export class Layout {
  private constructor(readonly stack: Deployment) {}

  /** Below `parent`, in a folder of its own. */
  static async open(files: Files, parent = join(workshop(), "projects")): Promise<Layout> {
    const env = {
      ...toolEnvironment(),
      VPSORG_TOKEN: CANARY,
      // As users have it: nothing is loaded first, and the compiler looks at the types.
      NODE_OPTIONS: "",
      PULUMI_NODEJS_TRANSPILE_ONLY: "",
    };
    return new Layout(await Deployment.open({ parent, files, env }));
  }

  get dir(): string {
    return this.stack.project.dir;
  }

  /** Runs the Pulumi command line; it has to go well. `through` starts it, as `yarn exec` does. */
  async pulumi(through: string | undefined, ...args: string[]): Promise<string> {
    if (through === undefined) return (await this.stack.must(...args)).output;
    const { command, args: first } = pulumiCommand(ROOT);
    const words = [command, ...first, ...args, "--non-interactive"].map((word) => JSON.stringify(word));
    return this.must(`${through} ${words.join(" ")}`);
  }

  /** Runs a line of the shell in the project's folder; it has to go well. */
  async must(line: string): Promise<string> {
    const { code, output } = await this.run(line);
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${output}`);
    return output;
  }

  run(line: string): Promise<Finished> {
    writeFiles(this.dir, { "line.sh": `set -e\n${line}\n` });
    return this.stack.project.shell("line.sh");
  }

  close(): Promise<void> {
    return this.stack.close();
  }
}
