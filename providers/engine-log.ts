import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

/** Shows a warning to whoever runs the engine, which listens on `address`. */
export async function warn(address: string, message: string): Promise<void> {
  const engine = new services.EngineClient(address, grpc.credentials.createInsecure());
  const request = new messages.LogRequest().setSeverity(messages.LogSeverity.WARNING).setMessage(message);
  try {
    await new Promise<void>((resolve, reject) => {
      engine.log(request, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  } finally {
    engine.close();
  }
}
