import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { servePlugin } from "../../toolchain/plugins/plugin-process.ts";
import { KubernetesPlugin } from "./kubernetes-plugin.ts";

/**
 * Stands in for the official plugin `kubernetes` in tests, which no registry has: every kind of object, applied by the
 * real API server. No deployment can reach it: only a PULUMI_HOME of the tests has it, and it refuses clusters that are
 * not on this machine.
 */
const plugin = new KubernetesPlugin(process.argv.at(-1) ?? "");
await servePlugin(services.ResourceProviderService, plugin.methods(), () => {
  plugin.cancel();
});
