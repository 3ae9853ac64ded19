import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { channelOptions } from "./marshal";

/** Engine and monitor on one loopback port. */
export class EngineServer {
  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(engine: UntypedServiceImplementation, monitor: UntypedServiceImplementation) {
    const server = new Server(channelOptions);
    server.addService(EngineService, engine);
    server.addService(ResourceMonitorService, monitor);
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, port: number) => (error ? reject(error) : resolve(port));
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), bound);
    });
    return new EngineServer(server, `127.0.0.1:${port}`);
  }

  stop = () => this.server.forceShutdown();
}
