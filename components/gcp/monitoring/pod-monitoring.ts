import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Peers } from "../../../config/schema/kubernetes/fields.ts";
import { labels, selector } from "../../kubernetes/labels.ts";

/** Where Google's collectors of metrics run: one on each node, which reads the metrics of the node's pods. */
export const scrapers: Peers = {
  cidrs: [],
  // GKE Autopilot has the first one; a cluster that was made otherwise may have the other.
  namespaces: ["gke-gmp-system", "gmp-system"].map((name) => ({ "kubernetes.io/metadata.name": name })),
};

export interface PodMonitoringArgs {
  namespace: pulumi.Input<string>;
  /** Seconds from one reading to the next. */
  interval: number;
}

/** Tells Google's collectors to read a workload's metrics, from each pod by itself. */
export function podMonitoring(
  name: string,
  { namespace, interval }: PodMonitoringArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new kubernetes.apiextensions.CustomResource(
    `${name}-metrics`,
    {
      apiVersion: "monitoring.googleapis.com/v1",
      kind: "PodMonitoring",
      metadata: { name, namespace, labels: labels(name, "gateway") },
      spec: {
        selector: { matchLabels: selector(name) },
        endpoints: [{ port: "metrics", path: "/metrics/", interval: `${interval}s` }],
      },
    },
    opts,
  );
}
