import type { handleUnaryCall } from "@grpc/grpc-js";
import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { unary } from "../../toolchain/plugins/plugin-process.ts";
import type { Manifest } from "../cluster/api-server.ts";
import { ApiError } from "../cluster/api-server.ts";

/** What the engine keeps of an object that isn't ready. */
interface Partial {
  id: string;
  properties: Struct;
  /** Inputs that would make what is there. Default: those that were wanted. */
  inputs?: Struct;
}

/** An object that exists but did not become ready: the engine keeps it in state, and tells why. */
export class InitError extends Error {
  readonly partial: Partial;
  readonly reasons: string[];

  constructor(message: string, partial: Partial, reasons: string[]) {
    super(message);
    this.partial = partial;
    this.reasons = reasons;
  }
}

/** Like `unary`, for methods that can fail with an {@link InitError}. */
export function withInitFailures<Request, Response>(
  work: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    let failure: unknown;
    const answer = unary(async (request: Request) => {
      try {
        return await work(request);
      } catch (error) {
        failure = error;
        throw error;
      }
    });
    answer(call, (error, ...response) => {
      if (!(failure instanceof InitError)) callback(error, ...response);
      else callback({ code: grpc.status.UNKNOWN, message: failure.message, metadata: details(failure) });
    });
  };
}

/** The API server's refusal with the object that it is about; any other error as it is. */
export function explained({ apiVersion, kind, metadata }: Manifest, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const object = `${apiVersion} ${kind} ${[metadata.namespace, metadata.name].filter(Boolean).join("/")}`;
  return new Error(`the API server refused ${object}: ${error.message}`, { cause: error });
}

/** The official plugin's refusal to create what is there. */
export function alreadyThere({ kind, metadata }: Manifest): Error {
  return new Error(
    `resource "${metadata.name}" was not successfully created by the Kubernetes API server: ${kind} "${metadata.name}" already exists\n\nThe resource already exists in the cluster.`,
  );
}

/** The official plugin's refusal to change what somebody deleted, before a refresh has told the engine. */
export function goneMeanwhile({ kind, metadata }: Manifest): Error {
  return new Error(`update of resource "${metadata.name}" failed: ${kind} "${metadata.name}" not found`);
}

/** gRPC for Node.js leaves it to us to write what Go's library calls the details of a status. */
function details({ partial: { id, properties, inputs }, reasons, message }: InitError): grpc.Metadata {
  const failure = new messages.ErrorResourceInitFailed().setId(id).setProperties(properties).setReasonsList(reasons);
  if (inputs) failure.setInputs(inputs);
  const detail = new any.Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuses.Status().setCode(grpc.status.UNKNOWN).setMessage(message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
