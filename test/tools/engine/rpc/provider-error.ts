import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Props } from "../deploy/values";
import { fromStruct } from "./marshal";

/** What a provider threw: the words it used, without gRPC's code in front. */
export class ProviderError extends Error {}

/** The remote object exists but is not ready: it is kept, with the reasons, and taken up again by the next run. */
export class InitError extends ProviderError {
  constructor(
    readonly id: string,
    readonly properties: Props,
    readonly reasons: string[],
  ) {
    super(
      `${reasons.length} error${reasons.length === 1 ? "" : "s"} occurred:\n${reasons.map((reason) => `\t* ${reason}\n`).join("")}`,
    );
  }
}

const initFailed = "pulumirpc.ErrorResourceInitFailed";

/** Node's gRPC hands out structured details only as the raw bytes of one header. */
export function toProviderError(error: ServiceError): ProviderError {
  for (const bytes of error.metadata.get("grpc-status-details-bin")) {
    if (typeof bytes === "string") continue;
    for (const any of Status.deserializeBinary(bytes).getDetailsList()) {
      const detail = any.unpack((body) => ErrorResourceInitFailed.deserializeBinary(body), initFailed);
      if (detail)
        return new InitError(detail.getId(), fromStruct(detail.getProperties()), detail.getReasonsList());
    }
  }
  return new ProviderError(error.details || error.message);
}
