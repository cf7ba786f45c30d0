import type { Role } from "../platform.ts";

/** What a pod is to the others: a service's role, or the role of a pod that a platform adds. */
export type PodRole = Role | "migration" | "postgres" | "relay";

/** The label with a pod's role. NetworkPolicies name pods by it. */
export const ROLE = "app.kubernetes.io/component";

/** The label on everything of a gateway, in a namespace that may hold other things too. */
export const PART_OF = { "app.kubernetes.io/part-of": "llm-gateway" };

/** The labels on all pods of one workload and on no others: they never change, because selectors can't. */
export function selector(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, ...PART_OF };
}

/** The labels on everything that a workload consists of. */
export function labels(name: string, role: PodRole): Record<string, string> {
  return { ...selector(name), [ROLE]: role, "app.kubernetes.io/managed-by": "pulumi" };
}
