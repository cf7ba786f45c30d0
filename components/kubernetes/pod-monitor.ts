import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { KubernetesSettings } from "../../config/schema/kubernetes/kubernetes.ts";
import { labels, selector } from "./labels.ts";

/** Tells the Prometheus operator to read a workload's metrics, from each pod by itself. */
export function podMonitor(
  name: string,
  namespace: pulumi.Input<string>,
  settings: NonNullable<NonNullable<KubernetesSettings["metrics"]>["podMonitor"]>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new kubernetes.apiextensions.CustomResource(
    `${name}-metrics`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name, namespace, labels: { ...settings.labels, ...labels(name, "gateway") } },
      spec: {
        selector: { matchLabels: selector(name) },
        podMetricsEndpoints: [{ port: "metrics", path: "/metrics/", interval: `${settings.interval}s` }],
      },
    },
    opts,
  );
}
