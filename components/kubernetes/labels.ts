import type { Role } from "../platform.ts";

/** What a pod is to the others; besides the services' roles those of the pods that a platform adds. */
export type PodRole = Role | "migration" | "postgres" | "relay";

/** The label that says so. NetworkPolicies name pods by it. */
export const ROLE = "app.kubernetes.io/component";

/** On everything of a gateway, in a namespace that may hold other things too. */
export const PART_OF = { "app.kubernetes.io/part-of": "llm-gateway" };

/** On all pods of one workload, and on those alone: never changes, because selectors can't. */
export function selector(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, ...PART_OF };
}

/** On everything that a workload consists of. */
export function labels(name: string, role: PodRole): Record<string, string> {
  return { ...selector(name), [ROLE]: role, "app.kubernetes.io/managed-by": "pulumi" };
}
