import { credentials, Metadata } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { HostError } from "./host-error";
import { fromStruct, toStruct } from "./properties";
import type { Properties } from "./properties";

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface Diff {
  readonly changes: "unknown" | "none" | "some";
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface Resource {
  /** Empty: a read has found it gone. */
  readonly id: string;
  readonly properties: Properties;
  /** Of a read that tells them. */
  readonly inputs?: Properties;
}

type Send<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

const CHANGES = {
  [pb.DiffResponse.DiffChanges.DIFF_UNKNOWN]: "unknown",
  [pb.DiffResponse.DiffChanges.DIFF_NONE]: "none",
  [pb.DiffResponse.DiffChanges.DIFF_SOME]: "some",
} as const;

/** Each call rejects with a {@link HostError}, and at the latest after this time. */
const CALL_MS = 8000;

/** The provider host as the engine calls it: plain values in and out. */
export class ProviderClient {
  private readonly grpc: ResourceProviderClient;

  constructor(address: string) {
    this.grpc = new ResourceProviderClient(address, credentials.createInsecure(), {
      // A proxy of the environment has no business between two processes of this machine.
      "grpc.enable_http_proxy": 0,
      "grpc-node.max_session_memory": Number.MAX_SAFE_INTEGER,
    });
  }

  async configure(config: Properties): Promise<void> {
    const request = new pb.ConfigureRequest().setArgs(toStruct(config)).setAcceptsecrets(true);
    await call<pb.ConfigureRequest, pb.ConfigureResponse>(
      (r, done) => this.grpc.configure(r, new Metadata(), until(), done),
      request,
    );
  }

  async check(olds: Properties, news: Properties): Promise<Checked> {
    const request = new pb.CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
    const response = await call<pb.CheckRequest, pb.CheckResponse>(
      (r, done) => this.grpc.check(r, new Metadata(), until(), done),
      request,
    );
    const failures = response.getFailuresList();
    return {
      inputs: fromStruct(response.getInputs()),
      failures: failures.map((f) => ({ property: f.getProperty(), reason: f.getReason() })),
    };
  }

  /** `olds` are the recorded outputs. */
  async diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
    const request = new pb.DiffRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    const response = await call<pb.DiffRequest, pb.DiffResponse>(
      (r, done) => this.grpc.diff(r, new Metadata(), until(), done),
      request,
    );
    return {
      changes: CHANGES[response.getChanges()],
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(inputs: Properties): Promise<Resource> {
    const request = new pb.CreateRequest().setProperties(toStruct(inputs));
    const response = await call<pb.CreateRequest, pb.CreateResponse>(
      (r, done) => this.grpc.create(r, new Metadata(), until(), done),
      request,
    );
    return { id: response.getId(), properties: fromStruct(response.getProperties()) };
  }

  /** `inputs` are all that the engine has where a program gets a resource that the stack does not own. */
  async read(id: string, properties: Properties, inputs?: Properties): Promise<Resource> {
    const request = new pb.ReadRequest().setId(id).setProperties(toStruct(properties));
    if (inputs !== undefined) request.setInputs(toStruct(inputs));
    const response = await call<pb.ReadRequest, pb.ReadResponse>(
      (r, done) => this.grpc.read(r, new Metadata(), until(), done),
      request,
    );
    const told = response.getInputs();
    return {
      id: response.getId(),
      properties: fromStruct(response.getProperties()),
      ...(told === undefined ? {} : { inputs: fromStruct(told) }),
    };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new pb.UpdateRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    const response = await call<pb.UpdateRequest, pb.UpdateResponse>(
      (r, done) => this.grpc.update(r, new Metadata(), until(), done),
      request,
    );
    return fromStruct(response.getProperties());
  }

  async delete(id: string, properties: Properties): Promise<void> {
    const request = new pb.DeleteRequest().setId(id).setProperties(toStruct(properties));
    await call<pb.DeleteRequest, unknown>(
      (r, done) => this.grpc.delete(r, new Metadata(), until(), done),
      request,
    );
  }

  close(): void {
    this.grpc.close();
  }
}

function call<Request, Response>(send: Send<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    send(request, (error, response) => (error === null ? resolve(response) : reject(new HostError(error))));
  });
}

function until(): { deadline: number } {
  return { deadline: Date.now() + CALL_MS };
}
