import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { warn } from "../../providers/engine-log.ts";
import { unary } from "../../toolchain/plugins/plugin-process.ts";
import type { Values } from "../../toolchain/plugins/properties.ts";
import { fromWire } from "../../toolchain/plugins/properties.ts";
import { configChanges, diffResponse } from "../../toolchain/plugins/responses.ts";

/** A plugin that stands in for an official one. */
interface StandIn {
  /** Address of the engine that started it. */
  engine: string;
  /** What it calls itself in messages. */
  name: string;
  /** The official version whose resource types it has. */
  version: string;
  /** Ends every wait. */
  cancelled: AbortController;
  /** Takes the configuration of the provider resource. */
  configure(config: Values): void | Promise<void>;
}

/** The methods of the gRPC service that every stand-in answers alike. */
export function commonMethods(standIn: StandIn): UntypedServiceImplementation {
  return {
    getPluginInfo: unary(async () => new plugins.PluginInfo().setVersion(`${standIn.version}+stand-in.of.tests`)),
    cancel: unary(async () => {
      standIn.cancelled.abort();
      return new empty.Empty();
    }),
    diffConfig: unary(async (request: wire.DiffRequest) => {
      const [before, after] = [fromWire(request.getOldInputs()).values, fromWire(request.getNews()).values];
      return diffResponse(configChanges(before, after), { inputDiff: true });
    }),
    configure: unary(async (request: wire.ConfigureRequest) => {
      await warn(standIn.engine, `This is ${standIn.name}: nothing but a test should ever see this line.`);
      await standIn.configure(fromWire(request.getArgs()).values);
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
  };
}
