import { credentials } from "@grpc/grpc-js";
import engine from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

const said = new Set<string>();

/**
 * Shows a warning to whoever runs Pulumi. Pulumi offers nothing for that to a dynamic provider, whose process has the
 * engine's address as its first argument all the same, as every plugin does. A warning is shown once in a preview, and once
 * in an update.
 */
export async function announce(message: string): Promise<void> {
  if (said.has(message)) return;
  said.add(message);
  const [address = ""] = process.argv.slice(2);
  const client = new engine.EngineClient(address, credentials.createInsecure());
  const request = new messages.LogRequest().setSeverity(messages.LogSeverity.WARNING).setMessage(message);
  await new Promise<void>((resolve) => {
    client.log(request, (error) => {
      // The engine shows what a provider writes as well, if not as a warning.
      if (error) console.log(`warning: ${message}`);
      client.close();
      resolve();
    });
  });
}
