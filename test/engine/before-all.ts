import { controlPlane } from "../cluster/control-plane.ts";

/** Builds the Kubernetes control plane before the tests begin: for its ten minutes, nothing else could keep its times. */
export async function setup(): Promise<void> {
  await controlPlane();
}
