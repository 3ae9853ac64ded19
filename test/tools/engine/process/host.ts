import { ProviderClient } from "../rpc/provider-client";
import { deferred } from "./deferred";
import type { Project } from "../state/project";
import { Child, resolveSdk, type OnLine } from "./child";
import { configVariable, type Config } from "./config-variable";

/** The dynamic provider host: one process a run, started when the first resource needs it. */
export class Host {
  private constructor(
    readonly client: ProviderClient,
    private readonly child: Child,
  ) {}

  static async start(project: Project, engineAddress: string, config: Config, onLine: OnLine): Promise<Host> {
    const script = resolveSdk("@pulumi/pulumi/cmd/dynamic-provider", project.programDir);
    const { promise, resolve, reject } = deferred<string>();
    let listening = false;
    const onOut = (line: string) => {
      if (listening) {
        onLine(line);
        return;
      }
      listening = true;
      resolve(line.trim());
    };
    const env = {
      ...process.env,
      PULUMI_NODEJS_PROJECT: project.name,
      PULUMI_PROJECT: project.name,
      PULUMI_CONFIG: configVariable(config),
    };
    const child = new Child([script, engineAddress], project.programDir, env, onOut, onLine);
    void child.exited.then((code) =>
      reject(new Error(`the dynamic provider host ended early, with code ${code}`)),
    );
    const port = await promise;
    if (!/^\d+$/.test(port))
      throw new Error(`the dynamic provider host did not print its port but '${port}'`);
    return new Host(new ProviderClient(`127.0.0.1:${port}`), child);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.child.stop();
  }
}
