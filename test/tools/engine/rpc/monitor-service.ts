import {
  status,
  type handleUnaryCall,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as pb from "@pulumi/pulumi/proto/resource_pb";
import { read } from "../deploy/read";
import { register } from "../deploy/register";
import { Stopped, type Run } from "../deploy/run";
import { reported } from "../deploy/step";
import { stackType, typeOf } from "../deploy/urn";
import { fromProgram, unknown } from "../deploy/values";
import { toGoal, toReadGoal } from "./goals";
import { fromStruct, toStruct } from "./marshal";

const features = [
  pb.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  pb.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  pb.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  pb.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  pb.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
];
const legacyFeatures = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
]);

/** `unavailable` makes the SDK end the program quietly: what went wrong has been reported by then. */
function answer<Request, Response>(
  work: (request: Request) => Promise<Response> | Response,
): handleUnaryCall<Request, Response> {
  return ({ request }: ServerUnaryCall<Request, Response>, callback) => {
    const reply = async () => work(request);
    reply().then(
      (response) => callback(null, response),
      (error: unknown) => {
        const code = error instanceof Stopped ? status.UNAVAILABLE : status.UNKNOWN;
        callback({ code, details: error instanceof Error ? error.message : String(error) });
      },
    );
  };
}

/** The service that a program registers its resources with. */
export function monitorService(run: Run): UntypedServiceImplementation {
  const refuse = (what: string) =>
    answer(() => {
      throw new Error(`the offline engine does not know ${what}`);
    });
  return {
    getDeploymentInfo: answer(() => deploymentInfo(run)),
    supportsFeature: answer((request: pb.SupportsFeatureRequest) =>
      new pb.SupportsFeatureResponse().setHassupport(legacyFeatures.has(request.getId())),
    ),
    registerResource: answer((request: pb.RegisterResourceRequest) => registerResource(run, request)),
    readResource: answer((request: pb.ReadResourceRequest) => readResource(run, request)),
    // In turn with what was registered before: should that be refused, these outputs are not taken either.
    registerResourceOutputs: answer((request: pb.RegisterResourceOutputsRequest) =>
      run.planning(() => Promise.resolve(registerOutputs(run, request))),
    ),
    signalAndWaitForShutdown: answer(() => new Empty()),
    invoke: answer((request: pb.ResourceInvokeRequest) =>
      reported(run, "", () =>
        Promise.reject(new Error(`the offline engine has no provider that could answer ${request.getTok()}`)),
      ),
    ),
    call: refuse("calls of methods"),
    existsResource: refuse("checks for the existence of a resource"),
    registerStackTransform: refuse("transforms"),
    registerStackInvokeTransform: refuse("transforms"),
    registerResourceHook: refuse("resource hooks"),
    registerErrorHook: refuse("error hooks"),
    registerPackage: refuse("packages"),
  };
}

function deploymentInfo(run: Run): pb.DeploymentInfo {
  const info = new pb.DeploymentInfo().setProject(run.place.project).setStack(run.place.stack);
  info.setDryrun(run.dryRun).setParallel(run.options.parallel).setOrganization("organization");
  return info.setSupportedfeaturesList(features);
}

async function registerResource(run: Run, request: pb.RegisterResourceRequest) {
  const { state, skipped } = await register(run, toGoal(request));
  const response = new pb.RegisterResourceResponse().setUrn(state.urn).setUnknown(skipped);
  return response
    .setId(state.id === unknown ? "" : state.id)
    .setObject(toStruct(skipped ? {} : state.outputs));
}

async function readResource(run: Run, request: pb.ReadResourceRequest) {
  const state = await read(run, toReadGoal(request));
  return new pb.ReadResourceResponse().setUrn(state.urn).setProperties(toStruct(state.outputs));
}

function registerOutputs(run: Run, request: pb.RegisterResourceOutputsRequest): Empty {
  const state = run.news.get(request.getUrn());
  if (!state)
    throw new Error(`cannot complete a resource '${request.getUrn()}' whose registration isn't pending`);
  const sent = Object.entries(fromStruct(request.getOutputs()));
  const outputs = Object.fromEntries(sent.map(([key, value]) => [key, fromProgram(value)]));
  const old = state.outputs;
  state.outputs = outputs;
  run.journal.save();
  if (typeOf(state.urn) === stackType) run.display.outputs(old, outputs);
  return new Empty();
}
