import * as pulumi from "@pulumi/pulumi";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

/** Lets Pulumi's mocks, once they are set, take hooks of resources. None of them is called: nothing is really made. */
export function takeHooks(): void {
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) throw new Error("Pulumi's mocks have no monitor");
  monitor.registerResourceHook = ((_request: unknown, done: (error: null, reply: object) => void) => {
    done(null, new empty.Empty());
  }) as typeof monitor.registerResourceHook;
}
