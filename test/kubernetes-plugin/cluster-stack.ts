import type { Manifest } from "../cluster/api-server.ts";
import { TestCluster } from "../cluster/test-cluster.ts";
import { TestStack } from "../toolchain/plugins/stack.ts";
import { clusterPlugin } from "./plugin-environment.ts";

/** Milliseconds that a first build of the control plane may take on two cores; else it is seconds. */
export const BUILD = 1_200_000;

/** A real API server, and a stack whose programs reach it by the stand-in of Pulumi's plugin. */
export class ClusterStack {
  readonly cluster: TestCluster;
  readonly stack: TestStack;

  private constructor(cluster: TestCluster, stack: TestStack) {
    this.cluster = cluster;
    this.stack = stack;
  }

  /** @param made What is in the cluster before the stack. */
  static async start(...made: Manifest[]): Promise<ClusterStack> {
    const cluster = await TestCluster.start();
    for (const manifest of made) await cluster.api.apply(manifest);
    Object.assign(process.env, await clusterPlugin());
    return new ClusterStack(cluster, await TestStack.create());
  }

  async delete(): Promise<void> {
    try {
      await this.stack.delete();
    } finally {
      await this.cluster.stop();
    }
  }
}
