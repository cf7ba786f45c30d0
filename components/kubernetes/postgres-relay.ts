import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import type { ClusterAccess } from "../../providers/access/access.ts";
import { POSTGRES_PORT } from "./network.ts";
import { SOFTWARE, type ImageRuntime } from "./images.ts";
import type { WorkloadPlace } from "./workload-args.ts";
import { Workload } from "./workload.ts";

export interface PostgresRelayArgs {
  /** `network.postgres` says where the relay may connect to. */
  place: WorkloadPlace;
  /** Sagewai's release, whose image has the Python that it runs on: the cluster pulls that one anyway. */
  version: string;
  /** Default: the published image. */
  image?: string | undefined;
  /** Address of the PostgreSQL server, which only the cluster reaches. */
  host: pulumi.Input<string>;
  /** Default: 5432. */
  port?: number | undefined;
  /** Text of the kubeconfig that leads to the cluster. Default: that of the machine, as kubectl finds it. */
  kubeconfig?: pulumi.Input<string> | undefined;
  /** Default: the kubeconfig's current one. */
  context?: string | undefined;
}

/** Only Python, without the packages of the image: it starts twice as fast. */
const PYTHON = ["python", "-ISu"];

const RELAY: ImageRuntime = {
  ...SOFTWARE.sagewai,
  probe: [...PYTHON, `${SOFTWARE.sagewai.files}/relay_ready.py`],
  // What it waits for is the server.
  restarts: false,
};

/**
 * A pod that forwards to a PostgreSQL server in a private network. It listens on its own 127.0.0.1, where nothing but a
 * port-forward gets to, and is ready while the server takes connections.
 */
export class PostgresRelay extends pulumi.ComponentResource {
  /** The way from this machine to the server, for a tunnel. */
  readonly access: pulumi.Output<ClusterAccess>;
  /** Resolves when the server can be reached: what connects to it depends on these. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: PostgresRelayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:kubernetes:PostgresRelay", name, {}, opts);
    const { place, version, host, kubeconfig, context, port = POSTGRES_PORT } = args;
    const workload = new Workload(
      name,
      {
        place,
        role: "relay",
        software: RELAY,
        image: args.image ?? RELAY.image(version),
        version,
        command: [...PYTHON, "{files}/relay.py"],
        environment: { POSTGRES_HOST: host, POSTGRES_PORT: String(port) },
        secrets: {},
        files: { "relay.py": program("relay.py"), "relay_ready.py": program("relay_ready.py") },
        secretFiles: {},
        port,
        accepts: [],
        calls: ["postgres"],
        startSeconds: 60,
        stopSeconds: 10,
        replicas: 1,
        cpu: "50m",
        memory: "64Mi",
      },
      { parent: this },
    );
    this.access = pulumi.output({
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
      namespace: place.namespace,
      service: name,
      port,
    });
    this.ready = workload.ready;
    this.registerOutputs();
  }
}

function program(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}
