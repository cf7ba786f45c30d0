import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { servePlugin } from "../../toolchain/plugins/plugin-process.ts";
import { GcpPlugin } from "./gcp-plugin.ts";
import { CLOUD_FOLDER, TestCloud } from "./test-cloud.ts";

/**
 * Stands in for the official plugin `gcp` in tests, which no registry has: each resource type is declared, and its "API"
 * keeps and refuses as Google's does, in a folder. No deployment can reach it: only a PULUMI_HOME of the tests has it, and
 * without the variable that a test sets it does not start.
 */
const folder = process.env[CLOUD_FOLDER];
if (folder === undefined || folder === "") {
  process.stderr.write(`The tests' stand-in for Google Cloud only starts with ${CLOUD_FOLDER}, which tests set.\n`);
  process.exit(1);
}
const plugin = new GcpPlugin(process.argv.at(-1) ?? "", new TestCloud(folder));
await servePlugin(services.ResourceProviderService, plugin.methods(), () => {
  plugin.cancel();
});
