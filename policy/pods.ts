import { at, entries } from "./resource.ts";

/** The types of Kubernetes' resources that run pods. */
export const WORKLOADS =
  /^kubernetes:(core\/v1:(Pod|ReplicationController)|apps\/v1:(Deployment|StatefulSet|DaemonSet|ReplicaSet)|batch\/v1:(Job|CronJob))$/;

/** Where each kind has its pods. */
const TEMPLATES: Record<string, string> = { Pod: "", CronJob: "spec.jobTemplate.spec.template" };

/** The pod that a workload runs: its metadata and its specification. */
export function podOf(type: string, inputs: Record<string, unknown>): unknown {
  const path = TEMPLATES[type.split(":").at(-1) ?? ""] ?? "spec.template";
  return path === "" ? inputs : at(inputs, path);
}

/** All containers that a workload's pods run. */
export function containersOf(type: string, inputs: Record<string, unknown>): unknown[] {
  const pod = podOf(type, inputs);
  return ["initContainers", "containers"].flatMap((kind) => entries(at(pod, `spec.${kind}`)));
}
