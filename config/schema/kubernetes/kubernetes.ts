import * as z from "zod";

import { positive } from "../fields.ts";
import { adminRoute, loadBalancer, route } from "./access.ts";
import { bytes, cpu, dnsLabel, flag, image, objectName, peers } from "./fields.ts";
import { calls, identity } from "./identity.ts";
import { metrics } from "./metrics.ts";
import { postgres, redis } from "./servers.ts";

/** Percent of their CPU that pods use on average when more are added: the least that LiteLLM advises. */
export const CPU_TARGET = 60;

/** CPU and memory of a LiteLLM pod with this many workers, as LiteLLM advises (https://docs.litellm.ai/docs/proxy/prod). */
export function litellmSize(workers: number): { cpu: string; memory: string } {
  return { cpu: String(workers), memory: `${4 * workers}Gi` };
}

/** A Kubernetes cluster, and how the gateway runs in it. */
export const kubernetesSchema = z.strictObject({
  kubeconfig: z
    .string()
    .min(1, "is empty; write the path of a file")
    .optional()
    .describe(
      "Path of a kubeconfig outside this checkout, with a token or certificate in it: one that runs programs or names other files is refused. Default: `KUBECONFIG`, then `~/.kube/config`, as kubectl finds it, which may do both.",
    ),
  context: z
    .string()
    .min(1, "is empty; write the name of a context")
    .optional()
    .describe("Context of the kubeconfig. Default: its current one; name it, so that no other cluster is changed."),
  namespace: dnsLabel().default("llm-gateway").describe("The namespace of everything."),
  createNamespace: flag()
    .default(true)
    .describe("Whether the stack creates the namespace, and destroys it. Default: yes. Otherwise it must exist."),
  images: z
    .strictObject({
      litellm: image().optional().describe("Default: `ghcr.io/berriai/litellm:v` and the version under `litellm`."),
      sagewai: image().optional().describe("Default: `ghcr.io/sagewai/backend:` and the version under `sagewai`."),
      postgres: image().optional().describe("The trial server's. Default: `docker.io/library/postgres:16.10`."),
    })
    .prefault({})
    .describe("Images from other registries, with a version or a digest."),
  pullSecrets: z.array(objectName()).default([]).describe("Secrets of the namespace that images are pulled with."),
  priorityClass: objectName().optional().describe("Priority class of the LiteLLM and Sagewai admin pods."),
  storageClass: objectName()
    .optional()
    .describe(
      "Storage class of all volumes. Default: the cluster's own. One of Hyperdisk refuses volumes below 4 GiB: write `4Gi` as `sagewai.storage` with it.",
    ),
  litellm: z
    .strictObject({
      replicas: positive().default(2).describe("Lower limit on pods; with two, one can fail or be replaced."),
      maxReplicas: positive()
        .default(4)
        .describe(`Upper limit on pods; they are added when they use ${CPU_TARGET}% of their CPU.`),
      requestsPerSecond: positive()
        .optional()
        .describe(
          "Autoscaling by requests per second and pod, in addition to CPU: above this, pods are added. Needs `metrics` and an adapter for them. Default: only the CPU counts.",
        ),
      tokensPerSecond: positive()
        .optional()
        .describe(
          "Autoscaling by tokens per second and pod: they show the load of a few long answers, which requests don't. Needs the same. Default: tokens don't count.",
        ),
      cpu: cpu().optional().describe("CPU of each pod. Default: one core for each worker, as LiteLLM advises."),
      memory: bytes().optional().describe("Memory of each pod. Default: 4 GiB for each worker, as LiteLLM advises."),
      identity: identity
        .optional()
        .describe("What its pods are in a cloud, for providers that are signed in to by it. Default: nobody."),
      calls: calls
        .optional()
        .describe(
          "Where else its pods may call, such as Langfuse, an OpenTelemetry collector or a guardrail in the cluster. Default: nowhere but to models, and to port 443 outside the cluster.",
        ),
    })
    .prefault({})
    .describe("Sizes of the LiteLLM proxy, and what its pods are and may call."),
  sagewai: z
    .strictObject({
      cpu: cpu().default("250m").describe("CPU of the admin. Default: `250m`."),
      memory: bytes().default("1Gi").describe("Memory of the admin, which takes about 350 MB idle."),
      storage: bytes().default("1Gi").describe("Size of the volume with the admin's state."),
    })
    .prefault({})
    .describe("Sizes of the Sagewai admin."),
  workers: z
    .strictObject({
      maxReplicas: positive()
        .optional()
        .describe(
          `Upper limit on workers of a pool; they are added when they use ${CPU_TARGET}% of their CPU. Default: the pool's \`replicas\`, always.`,
        ),
      cpu: cpu().default("250m").describe("CPU of each worker. Default: `250m`."),
      memory: bytes().default("1Gi").describe("Memory of each worker with its tasks, about 350 MB a task."),
    })
    .prefault({})
    .describe("Sizes of the Sagewai workers."),
  postgres: postgres.prefault({}).describe("The PostgreSQL server: yours, or one to try the gateway out."),
  redis: redis
    .optional()
    .describe(
      "A Redis (7 or newer) or Valkey that LiteLLM's pods share rate limits and spend in. Default: none; each pod then counts for itself.",
    ),
  clients: peers().prefault({}).describe("Who may call LiteLLM besides the admin and the workers. Default: nobody."),
  metrics: metrics
    .optional()
    .describe(
      "LiteLLM's metrics for Prometheus: requests, tokens, spend, latencies and failures, by key and model. Default: none.",
    ),
  access: z
    .strictObject({
      route: route.optional().describe("A route of the Gateway API."),
      loadBalancer: loadBalancer.optional().describe("An internal load balancer, without TLS of its own."),
      adminRoute: adminRoute
        .optional()
        .describe(
          "A route of the Gateway API for administrators, with everything that LiteLLM has: UI, sign-in, management. Default: none; they come by a port-forward.",
        ),
    })
    .prefault({})
    .describe(
      "A way for clients outside the cluster, inside your network. They must be under `clients` too. Default: none.",
    ),
});

export type KubernetesSettings = z.output<typeof kubernetesSchema>;
