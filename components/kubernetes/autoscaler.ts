import type { types } from "@pulumi/kubernetes";

import { CPU_TARGET } from "../../config/schema/kubernetes/kubernetes.ts";

type AutoscalerSpec = types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;

/** Autoscaling: how many pods run, and what adds more. */
export interface Scaling {
  /** Lower limit on replicas. */
  replicas: number;
  /** Upper limit on replicas. Default: `replicas`. */
  maxReplicas?: number | undefined;
  /** Requests per second and pod above which pods are added. Default: requests don't count. */
  requestsPerSecond?: number | undefined;
  /** Tokens per second and pod above which pods are added. Default: tokens don't count. */
  tokensPerSecond?: number | undefined;
}

/** Names under which an adapter serves the pods' own metrics to the cluster; docs/kubernetes.md has its rules. */
export const POD_METRICS = {
  requestsPerSecond: "litellm_requests_per_second",
  tokensPerSecond: "litellm_tokens_per_second",
} as const;

/** Pulumi's type of an autoscaler. */
export const AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

/**
 * Keeps a Deployment at as many pods as the busiest of its measures asks for; undefined if their number is fixed.
 *
 * An autoscaler that is no longer wanted stays for one more update, with the fixed number as its only one. Pulumi deletes it
 * after it has updated the Deployment, which would be left with whatever number the autoscaler had last.
 *
 * @param former Outputs of the autoscaler that the last update left; undefined if there was none.
 */
export function autoscalerSpec(name: string, scaling: Scaling, former?: Former): AutoscalerSpec | undefined {
  const { replicas: minReplicas, maxReplicas: most = minReplicas, requestsPerSecond, tokensPerSecond } = scaling;
  const maxReplicas = Math.max(minReplicas, most);
  if (maxReplicas === minReplicas && isFixedTo(minReplicas, former)) return undefined;
  // Memory only grows, so that a target for it would never let go of a pod.
  const cpu = { name: "cpu", target: { type: "Utilization", averageUtilization: CPU_TARGET } };
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas,
    maxReplicas,
    metrics: [
      { type: "Resource", resource: cpu },
      ...podMetric(POD_METRICS.requestsPerSecond, requestsPerSecond),
      ...podMetric(POD_METRICS.tokensPerSecond, tokensPerSecond),
    ],
  };
}

/** What the state has of an autoscaler. */
interface Former {
  spec?: { minReplicas?: number; maxReplicas?: number };
}

/** Whether an autoscaler, if there was one, has brought the Deployment to this number. */
function isFixedTo(replicas: number, former: Former | undefined): boolean {
  const { minReplicas, maxReplicas } = former?.spec ?? { minReplicas: replicas, maxReplicas: replicas };
  return minReplicas === replicas && maxReplicas === replicas;
}

function podMetric(name: string, average: number | undefined) {
  if (average === undefined) return [];
  return [
    { type: "Pods", pods: { metric: { name }, target: { type: "AverageValue", averageValue: String(average) } } },
  ];
}
