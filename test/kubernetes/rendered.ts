import * as z from "zod";

import type { Manifest } from "../cluster/api-server.ts";
import type { Registered } from "../program/deploy.ts";
import type { End } from "./policy-evaluator.ts";

const container = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() })),
  securityContext: z.unknown().optional(),
  resources: z.object({
    requests: z.record(z.string(), z.string()),
    limits: z.record(z.string(), z.string()),
  }),
  volumeMounts: z.array(z.object({ mountPath: z.string(), name: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).optional(),
  lifecycle: z.unknown().optional(),
  startupProbe: z.record(z.string(), z.unknown()).optional(),
  readinessProbe: z.record(z.string(), z.unknown()).optional(),
  livenessProbe: z.record(z.string(), z.unknown()).optional(),
});

const workload = z.object({
  kind: z.enum(["Deployment", "StatefulSet", "Job"]),
  metadata: z.object({ name: z.string().optional(), namespace: z.string() }),
  spec: z.object({
    replicas: z.number().optional(),
    strategy: z.unknown().optional(),
    backoffLimit: z.number().optional(),
    activeDeadlineSeconds: z.number().optional(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        containers: z.tuple([container]),
        initContainers: z.array(container).default([]),
        volumes: z.array(z.record(z.string(), z.unknown())),
        securityContext: z.unknown().optional(),
        automountServiceAccountToken: z.boolean().optional(),
        serviceAccountName: z.string(),
        terminationGracePeriodSeconds: z.number(),
        priorityClassName: z.string().optional(),
        imagePullSecrets: z.unknown().optional(),
        topologySpreadConstraints: z.array(z.object({ topologyKey: z.string() })).optional(),
      }),
    }),
  }),
});

export type RenderedWorkload = z.output<typeof workload> & { logicalName: string };

/** Everything that makes pods, with only what the tests look at, checked. */
export function workloads(resources: Registered[]): RenderedWorkload[] {
  return resources
    .filter(({ type }) => /^kubernetes:(apps|batch)\/v1:/.test(type))
    .map(({ name, inputs }) => ({ ...workload.parse(inputs), logicalName: name }));
}

/** The one workload of a logical name that starts so. */
export function workloadOf(resources: Registered[], name: string): RenderedWorkload {
  const found = workloads(resources).find(({ logicalName }) => logicalName.startsWith(name));
  if (!found) {
    throw new Error(
      `No workload ${name} among ${workloads(resources)
        .map((one) => one.logicalName)
        .join(", ")}.`,
    );
  }
  return found;
}

/** A pod of a workload, as a NetworkPolicy sees it. */
export function podOf({ metadata, spec }: RenderedWorkload): End {
  return { labels: spec.template.metadata.labels, namespace: { "kubernetes.io/metadata.name": metadata.namespace } };
}

/** The inputs of the one resource of a kind and name. */
export function inputsOf(resources: Registered[], kind: string, name: string): unknown {
  const found = resources.filter(
    (one) => one.type.startsWith("kubernetes:") && one.type.endsWith(`:${kind}`) && one.name === name,
  );
  if (found.length !== 1) throw new Error(`There are ${found.length} of ${kind} ${name}.`);
  return found[0]?.inputs;
}

/** What the plugin sends: with a name where Pulumi makes one up, and with the secrets' values, which mocks don't show. */
export function manifestOf({ name, inputs }: Registered): Manifest {
  const object = JSON.parse(JSON.stringify(inputs).replaceAll("{hash}", "0123456")) as Manifest;
  const metadata = { ...{ name: `${name}-0123456` }, ...object.metadata };
  return { ...object, metadata, ...("stringData" in object && { stringData: {} }) };
}
