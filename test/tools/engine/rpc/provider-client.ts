import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { nameOf, typeOf } from "../deploy/urn";
import { forProvider, markSecrets, type Props } from "../deploy/values";
import type { ResourceState } from "../state/resource-state";
import { channelOptions, fromStruct, toStruct } from "./marshal";
import { InitError, toProviderError } from "./provider-error";

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface Diff {
  changes: "none" | "some" | "unknown";
  replaces: string[];
  deleteBeforeReplace: boolean;
}

type Unary<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** The provider host over gRPC. It takes plain values and gives plain values; secrets are marked again by name. */
export class ProviderClient {
  private readonly client: ResourceProviderClient;

  constructor(address: string) {
    this.client = new ResourceProviderClient(address, credentials.createInsecure(), channelOptions);
  }

  close = () => this.client.close();

  async configure(config: Props): Promise<void> {
    const request = new pb.ConfigureRequest();
    request.setArgs(toStruct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    await this.call((message: pb.ConfigureRequest, done) => this.client.configure(message, done), request);
  }

  async check(urn: string, olds: Props, news: Props): Promise<{ inputs: Props; failures: CheckFailure[] }> {
    const request = named(new pb.CheckRequest(), urn);
    request.setOlds(toStruct(forProvider(olds))).setNews(toStruct(forProvider(news)));
    const call = (message: pb.CheckRequest, done: Done<pb.CheckResponse>) => this.client.check(message, done);
    const response = await this.call(call, request);
    const failures = response.getFailuresList();
    return {
      inputs: markSecrets(fromStruct(response.getInputs()), news),
      failures: failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(old: ResourceState, news: Props, ignoreChanges: string[]): Promise<Diff> {
    const request = named(new pb.DiffRequest(), old.urn).setId(old.id).setIgnorechangesList(ignoreChanges);
    request.setOldInputs(toStruct(forProvider(old.inputs)));
    request.setOlds(toStruct(forProvider(old.outputs))).setNews(toStruct(forProvider(news)));
    const call = (message: pb.DiffRequest, done: Done<pb.DiffResponse>) => this.client.diff(message, done);
    const response = await this.call(call, request);
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    const changes = response.getChanges();
    return {
      changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: Props): Promise<{ id: string; outputs: Props }> {
    const request = named(new pb.CreateRequest(), urn).setProperties(toStruct(forProvider(inputs)));
    const call = (message: pb.CreateRequest, done: Done<pb.CreateResponse>) =>
      this.client.create(message, done);
    const response = await this.marking(inputs, this.call(call, request));
    if (response.getId() === "")
      throw new Error("plugin for package 'pulumi-nodejs' returned empty resource.ID from create");
    return { id: response.getId(), outputs: markSecrets(fromStruct(response.getProperties()), inputs) };
  }

  async update(old: ResourceState, inputs: Props): Promise<Props> {
    const request = named(new pb.UpdateRequest(), old.urn).setId(old.id);
    request.setOldInputs(toStruct(forProvider(old.inputs)));
    request.setOlds(toStruct(forProvider(old.outputs))).setNews(toStruct(forProvider(inputs)));
    const call = (message: pb.UpdateRequest, done: Done<pb.UpdateResponse>) =>
      this.client.update(message, done);
    const response = await this.marking(inputs, this.call(call, request));
    return markSecrets(fromStruct(response.getProperties()), inputs);
  }

  /** An empty id in the answer means that the resource is gone. */
  async read(urn: string, id: string, inputs: Props | undefined, state: Props) {
    const request = named(new pb.ReadRequest(), urn)
      .setId(id)
      .setProperties(toStruct(forProvider(state)));
    if (inputs) request.setInputs(toStruct(forProvider(inputs)));
    const call = (message: pb.ReadRequest, done: Done<pb.ReadResponse>) => this.client.read(message, done);
    const response = await this.marking(state, this.call(call, request));
    const live = response.getInputs();
    return {
      id: response.getId(),
      outputs: markSecrets(fromStruct(response.getProperties()), state),
      inputs: live && markSecrets(fromStruct(live), inputs ?? {}),
    };
  }

  async delete(state: ResourceState): Promise<void> {
    const request = named(new pb.DeleteRequest(), state.urn).setId(state.id);
    request.setProperties(toStruct(forProvider(state.outputs)));
    request.setOldInputs(toStruct(forProvider(state.inputs)));
    await this.call((message: pb.DeleteRequest, done) => this.client.delete(message, done), request);
  }

  private call<Request, Response>(method: Unary<Request, Response>, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      method(request, (error, response) => (error ? reject(toProviderError(error)) : resolve(response)));
    });
  }

  /** A half-made resource carries properties too, and their secrets are marked like those of a finished one. */
  private async marking<Response>(inputs: Props, answer: Promise<Response>): Promise<Response> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof InitError)) throw error;
      throw new InitError(error.id, markSecrets(error.properties, inputs), error.reasons);
    }
  }
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

interface NamedRequest {
  setUrn(urn: string): unknown;
  setName(name: string): unknown;
  setType(type: string): unknown;
}

function named<Request extends NamedRequest>(request: Request, urn: string): Request {
  request.setUrn(urn);
  request.setName(nameOf(urn));
  request.setType(typeOf(urn));
  return request;
}
