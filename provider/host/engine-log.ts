import { createRequire } from "node:module";
import type { Metadata as GrpcMetadata } from "@grpc/grpc-js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb";
import { ENGINE_LOG_MS } from "../api/times";

export type LogKind = "info" | "warning" | "progress";

/** The engine that this host works for, as far as a provider needs it. */
export interface EngineLog {
  /** A line on the engine's display, on the row of a resource or of the stack. */
  log(kind: LogKind, message: string, urn?: string): Promise<void>;
  /**
   * Whether the engine that asked for something has ended. A host outlives a command line that is killed, and what it
   * then changes nobody has asked for any more.
   */
  isGone(): Promise<boolean>;
}

interface Engine {
  readonly client: EngineClient;
  readonly messages: typeof EngineMessages;
  readonly Metadata: typeof GrpcMetadata;
}

/** gRPC's code of a server that is not there. */
const UNAVAILABLE = 14;

/**
 * `pulumi.log` has no engine connection in the host, so this opens one of its own, to the address that the host was
 * started with, through the SDK's own protocol files.
 */
export function createEngineLog(): EngineLog {
  let engine: Engine | undefined;
  let hasAnswered = false;
  const connected = (): Engine => (engine ??= connect());
  return {
    log: async (kind, message, urn) => {
      const { client, messages, Metadata } = connected();
      const request = new messages.LogRequest();
      request.setSeverity(kind === "warning" ? messages.LogSeverity.WARNING : messages.LogSeverity.INFO);
      request.setMessage(message);
      request.setEphemeral(kind === "progress");
      if (urn !== undefined) request.setUrn(urn);
      await new Promise<void>((resolve, reject) => {
        const deadline = { deadline: Date.now() + ENGINE_LOG_MS };
        client.log(request, new Metadata(), deadline, (error) =>
          error === null ? resolve() : reject(error),
        );
      });
    },

    // Only a refused connection to an engine that has answered before counts.
    isGone: async () => {
      let reached: Engine;
      try {
        reached = connected();
      } catch {
        return false;
      }
      const { client, messages, Metadata } = reached;
      const deadline = { deadline: Date.now() + ENGINE_LOG_MS };
      return new Promise((resolve) => {
        client.getRootResource(new messages.GetRootResourceRequest(), new Metadata(), deadline, (error) => {
          const refused = Number(error?.code) === UNAVAILABLE;
          if (!refused) hasAnswered = true;
          resolve(refused && hasAnswered);
        });
      });
    },
  };
}

function connect(): Engine {
  const address = process.argv.slice(2).find((argument) => /^[^\s/]+:\d+$/.test(argument));
  if (address === undefined) throw new Error("this process was not started by an engine");
  // The gRPC library is the SDK's, not ours: it is looked up from there.
  const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const grpc = sdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
  const services = sdk("./proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
  const messages = sdk("./proto/engine_pb") as typeof EngineMessages;
  const { Metadata } = grpc;
  return {
    Metadata,
    client: new services.EngineClient(address, grpc.credentials.createInsecure()),
    messages,
  };
}
