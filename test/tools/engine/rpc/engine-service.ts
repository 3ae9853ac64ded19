import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Diagnostic, Severity } from "../display/events";

const severities: Partial<Record<pb.LogSeverity, Severity>> = {
  [pb.LogSeverity.INFO]: "info",
  [pb.LogSeverity.WARNING]: "warning",
  [pb.LogSeverity.ERROR]: "error",
};

/** The service that programs and providers log to. */
export function engineService(onLog: (diagnostic: Diagnostic) => void): UntypedServiceImplementation {
  let root = "";
  return {
    log: ({ request }: ServerUnaryCall<pb.LogRequest, Empty>, done: sendUnaryData<Empty>) => {
      const severity = severities[request.getSeverity()];
      const [urn, message] = [request.getUrn(), request.getMessage()];
      if (severity) onLog({ urn, severity, message, ephemeral: request.getEphemeral() });
      done(null, new Empty());
    },
    getRootResource: (_call: unknown, done: sendUnaryData<pb.GetRootResourceResponse>) =>
      done(null, new pb.GetRootResourceResponse().setUrn(root)),
    setRootResource: (
      { request }: ServerUnaryCall<pb.SetRootResourceRequest, pb.SetRootResourceResponse>,
      done: sendUnaryData<pb.SetRootResourceResponse>,
    ) => {
      root = request.getUrn();
      done(null, new pb.SetRootResourceResponse());
    },
    startDebugging: (_call: unknown, done: sendUnaryData<Empty>) =>
      done({ code: status.UNIMPLEMENTED, details: "the offline engine does not start debuggers" }),
    requirePulumiVersion: (_call: unknown, done: sendUnaryData<pb.RequirePulumiVersionResponse>) =>
      done(null, new pb.RequirePulumiVersionResponse()),
  };
}
