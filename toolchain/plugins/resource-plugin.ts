// The process of an offline plugin, where no other one serves its provider (offers.ts).
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { OFFLINE_PROVIDERS } from "./offline-providers.ts";
import { servePlugin } from "./plugin-process.ts";
import { providerMethods } from "./provider-server.ts";

const [, , name = ""] = process.argv;
const load = OFFLINE_PROVIDERS[name];
if (!load) {
  throw new Error(`there is no offline plugin ${name}; there are ${Object.keys(OFFLINE_PROVIDERS).join(", ")}`);
}
await servePlugin(services.ResourceProviderService, providerMethods(await load()));
