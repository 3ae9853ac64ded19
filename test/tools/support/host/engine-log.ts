import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

export interface LoggedMessage {
  readonly severity: "DEBUG" | "INFO" | "WARNING" | "ERROR";
  /** Shown while it lasts, and not kept. */
  readonly ephemeral: boolean;
  readonly message: string;
  /** The resource on whose row it is shown; absent: the stack's. */
  readonly urn?: string;
}

const SEVERITIES = {
  [LogSeverity.DEBUG]: "DEBUG",
  [LogSeverity.INFO]: "INFO",
  [LogSeverity.WARNING]: "WARNING",
  [LogSeverity.ERROR]: "ERROR",
} as const;

/** An engine of which there is only the service that messages go to. */
export class EngineLog {
  readonly messages: LoggedMessage[] = [];
  private readonly server = new Server();
  private port = 0;

  static async start(): Promise<EngineLog> {
    const engine = new EngineLog();
    engine.server.addService(EngineService, {
      log: ({ request }: ServerUnaryCall<LogRequest, Empty>, done: sendUnaryData<Empty>) => {
        const [severity, ephemeral] = [SEVERITIES[request.getSeverity()], request.getEphemeral()];
        const urn = request.getUrn();
        engine.messages.push({
          severity,
          ephemeral,
          message: request.getMessage(),
          ...(urn === "" ? {} : { urn }),
        });
        done(null, new Empty());
      },
    });
    engine.port = await new Promise((resolve, reject) => {
      engine.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return engine;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
