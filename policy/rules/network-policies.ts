import { podOf, WORKLOADS } from "../pods.ts";
import { at, entries, isMapping, type Resource, UNKNOWN } from "../resource.ts";
import type { Fault, Rule } from "../rule.ts";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const DIRECTIONS = ["Ingress", "Egress"] as const;

export const networkPolicies: Rule = {
  why: "Every pod is under NetworkPolicies for both directions, since Kubernetes lets pods talk to everything that no policy is about, the metadata server and every other team's pods among it.",
  source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  types: new RegExp(`^${POLICY.replaceAll(".", "\\.")}$|${WORKLOADS.source}`),
  judgeAll: () => (resources) => {
    const policies = resources.filter(({ type }) => type === POLICY);
    return resources.filter(({ type }) => WORKLOADS.test(type)).flatMap((workload) => faultsOf(workload, policies));
  },
};

function faultsOf(workload: Resource, policies: Resource[]): Fault[] {
  const own = policies.filter((policy) => selects(policy, workload));
  const free = DIRECTIONS.filter((direction) => !own.some((policy) => isAbout(policy, direction)));
  return free.map((direction) => ({
    urn: workload.urn,
    text: `No NetworkPolicy is about its pods' ${direction.toLowerCase()}, so that all of it is let through: give its namespace one that denies it by default.`,
  }));
}

/** Whether a policy is about the pods of a workload. What is unknown is taken for the same. */
function selects(policy: Resource, workload: Resource): boolean {
  const [namespace, other] = [policy, workload].map(({ inputs }) => at(inputs, "metadata.namespace"));
  if (namespace !== UNKNOWN && other !== UNKNOWN && namespace !== other) return false;
  const selector = at(policy.inputs, "spec.podSelector");
  const labels = at(podOf(workload.type, workload.inputs), "metadata.labels");
  if (selector === UNKNOWN || labels === UNKNOWN) return true;
  if (entries(at(selector, "matchExpressions")).length > 0) return false;
  const wanted = at(selector, "matchLabels");
  return !isMapping(wanted) || Object.entries(wanted).every(([name, value]) => label(labels, name) === value);
}

function isAbout({ inputs }: Resource, direction: (typeof DIRECTIONS)[number]): boolean {
  const types = at(inputs, "spec.policyTypes");
  // Without types, a policy is about ingress, and about egress if it has rules for that.
  if (types === undefined) return direction === "Ingress" || at(inputs, "spec.egress") !== undefined;
  return types === UNKNOWN || entries(types).includes(direction);
}

/** Names of labels have dots. */
function label(labels: unknown, name: string): unknown {
  return isMapping(labels) ? labels[name] : undefined;
}
