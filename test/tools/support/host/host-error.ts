import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { fromStruct } from "./properties";
import type { Properties } from "./properties";

/** What an error of create or update makes the engine record. */
export interface Partial {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];
}

/** An error as the engine receives it. */
export class HostError extends Error {
  override readonly name = "HostError";
  /** Present where the resource is recorded in spite of the error. */
  readonly partial: Partial | undefined;

  constructor(error: ServiceError) {
    super(error.details);
    this.partial = partialOf(error);
  }
}

/** gRPC for Node hands out structured details only as the bytes of one header. */
export function partialOf(error: Pick<ServiceError, "metadata">): Partial | undefined {
  for (const bytes of error.metadata.get("grpc-status-details-bin")) {
    if (typeof bytes === "string") continue;
    for (const any of Status.deserializeBinary(bytes).getDetailsList()) {
      const detail = any.unpack(
        (body) => ErrorResourceInitFailed.deserializeBinary(body),
        "pulumirpc.ErrorResourceInitFailed",
      );
      if (detail === null) continue;
      return {
        id: detail.getId(),
        properties: fromStruct(detail.getProperties()),
        reasons: detail.getReasonsList(),
      };
    }
  }
  return undefined;
}
